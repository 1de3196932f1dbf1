#include "tests/cli/explain_world.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "core/export/npy.h"
#include "core/export/whole_file.h"
#include "tests/support/formula_weights.h"

namespace filterlens::test {

ExplainWorld::ExplainWorld() {
  // Tests run beside each other: threads that wait shall not keep a core busy.
  setenv("OMP_WAIT_POLICY", "PASSIVE", 0);
}

fs::path ExplainWorld::writeModel(const std::string& name, std::string_view architecture,
                                  int classes, std::uint64_t seed) const {
  const auto* network = findArchitecture(architecture);
  const auto written = writeSafetensors(at(name), formulaWeights(*network, classes, seed), {});
  if (!written) throw std::runtime_error(written.error().sentence);
  return at(name);
}

fs::path ExplainWorld::model() const {
  const auto path = at("xxs.safetensors");
  return fs::exists(path) ? path : writeModel("xxs.safetensors", "xxs", 10, 3);
}

fs::path ExplainWorld::writePicture(const std::string& name, int width, int height) const {
  std::ostringstream ppm;
  ppm << "P6\n" << width << " " << height << "\n255\n";
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const bool disc = std::hypot(x - 0.4 * width, y - 0.5 * height) < 0.2 * height;
      ppm << static_cast<char>(disc ? 250 : 200 * x / width)
          << static_cast<char>(disc ? 220 : 200 * y / height) << static_cast<char>(disc ? 60 : 90);
    }
  }
  return files().write(name, ppm.str());
}

fs::path ExplainWorld::writeInput(const std::string& name, const InputTensor& input) const {
  const auto written = writeWhole(at(name), npyBytes(input.values, {3, input.height, input.width}));
  if (!written) throw std::runtime_error(written.error().sentence);
  return at(name);
}

Outcome ExplainWorld::explain(std::vector<std::string> arguments,
                              const ProgramSettings& settings) const {
  arguments.insert(arguments.begin(), "explain");
  arguments.insert(arguments.end(), {"--model", model(), "--out", at("out")});
  return runProgram(arguments, settings);
}

NpyFile readNpy(const fs::path& path) {
  const auto content = contentOf(path);
  const auto length =
      static_cast<unsigned char>(content.at(8)) + 256U * static_cast<unsigned char>(content.at(9));
  const auto header = content.substr(10, length);
  NpyFile file;
  std::smatch match;
  if (content.substr(1, 5) != "NUMPY" ||
      !std::regex_search(
          header, match,
          std::regex("'descr': '(.*?)', 'fortran_order': False, 'shape': \\((.*?)\\)"))) {
    throw std::runtime_error(path.string() + " is no .npy file: " + header);
  }
  file.type = match[1];
  std::istringstream shape(match[2]);
  for (std::string size; std::getline(shape, size, ',');) {
    if (size != " " && !size.empty()) file.shape.push_back(std::stoi(size));
  }
  file.bytes = content.substr(10 + length);
  return file;
}

nlohmann::json readJson(const fs::path& path) { return nlohmann::json::parse(contentOf(path)); }

std::vector<std::string> listFolder(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    names.push_back(entry.path().lexically_relative(folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> linesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

testing::AssertionResult isOneSentence(const std::string& text) {
  const auto lines = linesOf(text);
  const bool one = lines.size() == 1 && lines[0].starts_with("filterlens: ") &&
                   lines[0].ends_with('.') && lines[0].size() < 600;
  return one ? testing::AssertionSuccess() : testing::AssertionFailure() << "stderr is: " << text;
}

}  // namespace filterlens::test
