#include "tests/core/checkpoint/mutation.h"

#include <algorithm>
#include <array>

#include "tests/core/checkpoint/handmade.h"

namespace filterlens::test {
namespace {

std::size_t below(std::size_t limit, Random& random) {
  return limit == 0 ? 0 : static_cast<std::size_t>(random() % limit);
}

void flipBits(std::string& file, Random& random) {
  for (std::size_t i = 0, n = 1 + below(8, random); i < n && !file.empty(); ++i) {
    char& byte = file[below(file.size(), random)];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << below(8, random)));
  }
}

void truncate(std::string& file, Random& random) { file.resize(below(file.size(), random)); }

/// A piece of `source` replaces, or comes before, what is somewhere in the file.
void splice(std::string& file, const std::string& source, Random& random) {
  const std::size_t from = below(source.size(), random);
  const std::size_t length = below(std::min<std::size_t>(source.size() - from, 256), random);
  const std::size_t to = below(file.size(), random);
  const std::size_t gone = below(2, random) == 0 ? std::min(length, file.size() - to) : 0;
  file.replace(to, gone, source, from, length);
}

void cutOut(std::string& file, Random& random) {
  const std::size_t from = below(file.size(), random);
  file.erase(from, below(64, random));
}

void replaceNumber(std::string& file, Random& random) {
  constexpr std::array<std::uint64_t, 14> kExtremes = {0,
                                                       1,
                                                       0x7f,
                                                       0x80,
                                                       0xff,
                                                       0xffff,
                                                       0x7fffffff,
                                                       0x80000000,
                                                       0xffffffff,
                                                       0x100000000,
                                                       1ULL << 40,
                                                       1ULL << 62,
                                                       (1ULL << 63U) - 1,
                                                       ~0ULL};
  constexpr std::array<int, 4> kWidths = {1, 2, 4, 8};
  const int width = kWidths[below(kWidths.size(), random)];
  std::uint64_t value = kExtremes[below(kExtremes.size(), random)];
  if (below(4, random) == 0) value = file.size() + below(3, random) - 1;
  const std::size_t at = below(file.size(), random);
  file.replace(at, static_cast<std::size_t>(width), littleEndian(value, width));
}

}  // namespace

std::string mutated(const std::string& original, const std::string& other, Random& random) {
  std::string file = original;
  for (std::size_t i = 0, n = 1 + below(3, random); i < n; ++i) {
    switch (below(6, random)) {
      case 0:
        flipBits(file, random);
        break;
      case 1:
        truncate(file, random);
        break;
      case 2:
        splice(file, other, random);
        break;
      case 3:
        splice(file, original, random);
        break;
      case 4:
        cutOut(file, random);
        break;
      default:
        replaceNumber(file, random);
        break;
    }
  }
  return file;
}

}  // namespace filterlens::test
