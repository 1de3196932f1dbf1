// Lines of comma-separated values (RFC 4180): what measures are written as and boxes are read from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace filterlens {

/// The fields of one line without its line end. A field in double quotes may hold commas, and a
/// quote as two; it may not go on in the next line.
std::vector<std::string> csvFields(std::string_view line);

/// Fields as one line with its line end, in quotes where one needs them.
std::string csvLine(const std::vector<std::string>& fields);

}  // namespace filterlens
