// Pictures of noise, the same as tests/data/preprocess/pil_resize_cases.py makes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/image/image.h"

namespace filterlens {

/// Byte i is the highest byte of splitmix64's i-th number, i from 0, state 0.
inline Image noise(int width, int height) {
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width) * height * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    std::uint64_t z = (i + 1) * 0x9E3779B97F4A7C15ULL;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    pixels[i] = static_cast<std::uint8_t>(z >> 56);
  }
  return {width, height, std::move(pixels)};
}

}  // namespace filterlens
