// The measures of one photo as a line of JSON, so that a long measurement can go on where it was
// stopped.
#pragma once

#include <string>
#include <string_view>

#include "core/measure/measure_photo.h"

namespace filterlens {

/// One JSON object without a line end.
std::string photoLine(const PhotoMeasures&);

/// Fails where the text is no such line, e.g. since writing it was cut off.
Result<PhotoMeasures> photoFromLine(std::string_view);

}  // namespace filterlens
