// How the measures of a request are taken, in words: what a reader needs to take them again.
#pragma once

#include <string>
#include <vector>

#include "core/measure/measure_photo.h"

namespace filterlens {

/// Sentences, family by family, for those that the request has.
std::vector<std::string> protocolOf(const MeasureRequest&);

}  // namespace filterlens
