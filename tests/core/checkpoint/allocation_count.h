// Counts the memory that this program allocates: new, malloc and what libraries allocate.
// Link allocation_count.cpp into the program itself; it takes the place of the C library's malloc.
#pragma once

#include <cstddef>

namespace filterlens::test {

/// The most bytes in use at one time since construction, beyond those in use at construction.
class AllocationPeak {
 public:
  AllocationPeak();
  [[nodiscard]] std::size_t bytes() const;

 private:
  std::size_t before_ = 0;
};

}  // namespace filterlens::test
