// Seeded damage to files: what a bad disk, a broken download or an attacker may do to them.
#pragma once

#include <random>
#include <string>
#include <vector>

namespace filterlens::test {

using Random = std::mt19937_64;

/// The file with bits flipped, its end cut off, pieces of it or of another file put into it, or
/// numbers that may be lengths replaced by extreme ones.
std::string mutated(const std::string& file, const std::string& other, Random&);

}  // namespace filterlens::test
