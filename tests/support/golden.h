// The golden files: what the authors' networks compute for formula weights and a stored input.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/engine.h"

namespace filterlens::test {

struct GoldenCase {
  std::string name;  ///< "ConvFormer_xs-seed2"
  const Architecture* architecture = nullptr;
  std::uint64_t seed = 0;
  int classes = 0;
  int targetClass = 0;  ///< of the gradient maps
  InputTensor input;
  Checkpoint expected;

  /// The values of a tensor; the test stops where it is missing.
  [[nodiscard]] std::vector<float> values(const std::string& key) const;
  /// Dropout stages: the draw that the file was made with, by module.
  [[nodiscard]] std::map<std::string, std::vector<int>> drawnSelections() const;
};

/// "ConvFormer_xs-seed2", …: one for each file.
const std::vector<std::string>& goldenNames();
GoldenCase goldenCase(const std::string& name);

/// Where the golden files lie.
std::string goldenFile(const std::string& fileName);

float largestDifference(const std::vector<float>&, const std::vector<float>&);
float largestAbsolute(const std::vector<float>&);

}  // namespace filterlens::test
