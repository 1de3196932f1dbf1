// MemoryBudget: what the reading of one file may take.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/checkpoint/limits.h"
#include "core/checkpoint/read_error.h"

namespace filterlens {

/// A few bytes of a hostile file can ask for gigabytes: every allocation that grows with what a
/// file says is charged here first. Two and a half times the file's size plus 32 MB are enough for
/// any checkpoint (its tensors, one storage more, and the objects around them); what a file holds
/// beyond the largest state dict is not read anyway.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t fileSize)
      : left_(std::min(fileSize, kMaxStateDictBytes) * 5 / 2 + (std::uint64_t{32} << 20U)) {}

  /// Throws a ReadError where the budget is spent.
  void charge(std::uint64_t bytes) {
    if (bytes > left_) {
      throw ReadError("it asks for far more memory than a file of its size should need.");
    }
    left_ -= bytes;
  }

  /// Gives back what was charged.
  void release(std::uint64_t bytes) { left_ += bytes; }

 private:
  std::uint64_t left_;
};

}  // namespace filterlens
