#include "core/model/token_draw.h"

#include <numeric>
#include <random>
#include <utility>

namespace filterlens {
namespace {

/// A generator for each block, so that one block's draw does not depend on the others.
std::mt19937_64 generatorFor(std::uint64_t seed, std::string_view module) {
  std::vector<std::uint32_t> words = {static_cast<std::uint32_t>(seed),
                                      static_cast<std::uint32_t>(seed >> 32)};
  for (unsigned char c : module) words.push_back(c);
  std::seed_seq sequence(words.begin(), words.end());
  return std::mt19937_64(sequence);
}

/// Uniform in 0 .. bound - 1. Not std::uniform_int_distribution: its results differ between
/// libraries.
std::uint64_t below(std::mt19937_64& generator, std::uint64_t bound) {
  const std::uint64_t biased = (UINT64_MAX % bound + 1) % bound;  // values beyond the last full run
  std::uint64_t value = generator();
  while (value > UINT64_MAX - biased) value = generator();
  return value % bound;
}

}  // namespace

std::vector<int> drawTokens(std::uint64_t seed, std::string_view module, int cells, int k) {
  auto generator = generatorFor(seed, module);
  std::vector<int> order(static_cast<std::size_t>(cells));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = 0; i < static_cast<std::size_t>(k); ++i) {
    std::swap(order[i], order[i + below(generator, order.size() - i)]);
  }
  order.resize(static_cast<std::size_t>(k));
  return order;
}

}  // namespace filterlens
