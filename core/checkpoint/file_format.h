// What kind of file a file is, by its content.
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/input_file.h"

namespace filterlens {

/// The format that the first bytes announce. Throws a ReadError for everything that is no
/// checkpoint, which says what the file is instead where that can be told.
CheckpointFormat recogniseFormat(const InputFile&);

}  // namespace filterlens
