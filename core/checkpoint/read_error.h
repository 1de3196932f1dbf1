// How the readers of this folder report trouble to readCheckpoint, which makes a sentence of it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace filterlens {

/// A checkpoint that cannot be read. what() completes "Cannot open FILE: …" and ends with a full
/// stop. Never leaves core/checkpoint.
class ReadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The user does not want the checkpoint any more.
class ReadCancelled : public std::exception {};

/// Throws a ReadError for a file that contradicts itself; `finding` says where and how, without a
/// full stop.
[[noreturn]] void throwDamaged(const std::string& finding);

/// Text from a file, fit for a sentence: in double quotes, at most about 80 bytes, with control
/// characters and bytes that are not UTF-8 replaced.
std::string inQuotes(std::string_view);

bool isUtf8(std::string_view);

}  // namespace filterlens
