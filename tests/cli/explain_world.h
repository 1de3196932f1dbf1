// What the tests of the program work with: a folder with a model of formula weights and pictures.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/engine.h"
#include "tests/cli/program.h"
#include "tests/support/temporary_folder.h"

namespace filterlens::test {

namespace fs = std::filesystem;

class ExplainWorld : public testing::Test {
 protected:
  ExplainWorld();

  /// A model file of formula weights.
  fs::path writeModel(const std::string& name, std::string_view architecture, int classes,
                      std::uint64_t seed) const;
  /// xxs with 10 classes, the smallest there is; written once.
  fs::path model() const;
  /// A picture of coloured gradients and a bright disc, as a binary PPM.
  fs::path writePicture(const std::string& name, int width = 300, int height = 240) const;
  fs::path writeInput(const std::string& name, const InputTensor&) const;

  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }
  [[nodiscard]] const fs::path& folder() const { return folder_.path(); }
  [[nodiscard]] const TemporaryFolder& files() const { return folder_; }

  /// `filterlens explain` with the model, writing to "out".
  [[nodiscard]] Outcome explain(std::vector<std::string> arguments,
                                const ProgramSettings& = {}) const;

 private:
  TemporaryFolder folder_;
};

/// A .npy file as it is: its element type ("<f4") and shape, and its values as they are stored.
struct NpyFile {
  std::string type;
  std::vector<int> shape;
  std::string bytes;

  template <class T>
  [[nodiscard]] std::vector<T> values() const {
    std::vector<T> all(bytes.size() / sizeof(T));
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(all.data()));
    return all;
  }
};
NpyFile readNpy(const fs::path&);

nlohmann::json readJson(const fs::path&);

/// Names of what lies in a folder and below, sorted, hidden files too.
std::vector<std::string> listFolder(const fs::path&);

/// The lines of a text.
std::vector<std::string> linesOf(const std::string& text);

/// Whether a text is one sentence on one line: "filterlens: ….".
testing::AssertionResult isOneSentence(const std::string& text);

}  // namespace filterlens::test
