// Checkpoints that PyTorch itself wrote: tests/data/checkpoints, made by make.py there.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint.h"

namespace filterlens::test {
namespace {

using nlohmann::json;

const std::filesystem::path kFolder = FILTERLENS_TEST_DATA "/checkpoints";

const json& expectations() {
  static const json expected = json::parse(std::ifstream(kFolder / "expected.json"));
  return expected;
}

std::string hexadecimal(const std::vector<std::byte>& bytes) {
  std::string text;
  for (const std::byte b : bytes) {
    for (const unsigned digit :
         {std::to_integer<unsigned>(b) >> 4U, std::to_integer<unsigned>(b) & 15U}) {
      text += "0123456789abcdef"[digit];
    }
  }
  return text;
}

float asFloat(const json& value) {
  return value.is_string() ? std::stof(value.get<std::string>())
                           : static_cast<float>(value.get<double>());
}

void expectTensor(const Tensor& tensor, const json& expected) {
  SCOPED_TRACE(tensor.name);
  EXPECT_EQ(tensor.name, expected["name"]);
  EXPECT_EQ(name(tensor.dtype), expected["dtype"]);
  EXPECT_EQ(json(tensor.shape), expected["shape"]);
  EXPECT_EQ(hexadecimal(tensor.data), expected["bytes"]);
  const auto values = tensor.toFloat();
  ASSERT_EQ(values.size(), expected["values"].size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const float wanted = asFloat(expected["values"][i]);
    EXPECT_TRUE(values[i] == wanted || (std::isnan(values[i]) && std::isnan(wanted)))
        << values[i] << " instead of " << wanted << " at " << i;
  }
}

class TorchFiles : public ::testing::TestWithParam<std::string> {};

TEST_P(TorchFiles, OpenOrAreRefusedAsExpected) {
  const json& expected = expectations().at(GetParam());
  const auto path = kFolder / GetParam();
  const auto read = readCheckpoint(path);
  if (expected.contains("refused")) {
    ASSERT_FALSE(read);
    const std::string& sentence = read.error().sentence;
    EXPECT_EQ(sentence.find("Cannot open " + path.string() + ": "), 0U) << sentence;
    for (const std::string word : expected["refused"]) {
      EXPECT_NE(sentence.find(word), std::string::npos) << sentence;
    }
  } else {
    ASSERT_TRUE(read) << read.error().sentence;
    EXPECT_EQ(name(read->format), expected["format"]);
    EXPECT_EQ(read->stateDictKey, expected["key"]);
    EXPECT_EQ(read->epoch ? json(*read->epoch) : json(), expected["epoch"]);
    ASSERT_EQ(read->tensors.size(), expected["tensors"].size());
    for (std::size_t i = 0; i < read->tensors.size(); ++i) {
      expectTensor(read->tensors[i], expected["tensors"][i]);
    }
  }
  EXPECT_FALSE(std::filesystem::exists("code-of-a-checkpoint-ran"));
}

std::vector<std::string> fileNames() {
  std::vector<std::string> names;
  for (const auto& item : expectations().items()) names.push_back(item.key());
  return names;
}

std::string testName(const ::testing::TestParamInfo<std::string>& parameter) {
  std::string name = parameter.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, TorchFiles, ::testing::ValuesIn(fileNames()), testName);

TEST(TorchFilesTest, EveryFileOfTheFolderIsTested) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    const std::string fileName = entry.path().filename().string();
    if (fileName == "make.py" || fileName == "expected.json") continue;
    EXPECT_TRUE(expectations().contains(fileName)) << fileName;
    ++files;
  }
  EXPECT_GE(files, 50U);
}

TEST(TorchFilesTest, NonFiniteWeightsAreNamed) {
  for (const char* const file : {"special-values.pth", "special-values-legacy.pth"}) {
    const auto read = readCheckpoint(kFolder / file);
    ASSERT_TRUE(read);
    EXPECT_EQ(nonFiniteTensors(*read),
              std::vector<std::string>({"half.nan", "half.inf", "brain.nan", "brain.inf",
                                        "single.nan", "single.inf", "double.nan", "double.inf"}));
  }
  EXPECT_TRUE(nonFiniteTensors(*readCheckpoint(kFolder / "types.pth")).empty());
}

TEST(TorchFilesTest, BecomeSafetensorsWithoutAnyChange) {
  const auto path = std::filesystem::temp_directory_path() / "filterlens-converted.safetensors";
  for (const char* const file : {"types.pth", "views-legacy.pth", "bare.pth"}) {
    const auto read = readCheckpoint(kFolder / file);
    ASSERT_TRUE(read);
    ASSERT_TRUE(writeSafetensors(path, read->tensors, {}));
    const auto again = readCheckpoint(path);
    ASSERT_TRUE(again) << again.error().sentence;
    ASSERT_EQ(again->tensors.size(), read->tensors.size());
    for (std::size_t i = 0; i < read->tensors.size(); ++i) {
      EXPECT_EQ(again->tensors[i].name, read->tensors[i].name);
      EXPECT_EQ(again->tensors[i].dtype, read->tensors[i].dtype);
      EXPECT_EQ(again->tensors[i].shape, read->tensors[i].shape);
      EXPECT_EQ(again->tensors[i].data, read->tensors[i].data);
    }
  }
  std::filesystem::remove(path);
}

TEST(TorchFilesTest, SayHowFarTheyAreAndStopWhenAsked) {
  for (const char* const file : {"training.pth", "training-legacy.pth"}) {
    std::vector<double> fractions;
    const auto note = [&](double fraction, std::string_view text) {
      EXPECT_FALSE(text.empty());
      fractions.push_back(fraction);
    };
    ASSERT_TRUE(readCheckpoint(kFolder / file, Progress({}, note)));
    EXPECT_GT(fractions.size(), 5U);
    EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
    EXPECT_DOUBLE_EQ(fractions.back(), 1.0);

    // Stopped at any point of the work, the reading ends with that.
    for (std::size_t after = 0; after < fractions.size(); ++after) {
      std::stop_source stop;
      std::size_t reports = 0;
      const auto count = [&](double, std::string_view) {
        if (reports++ == after) stop.request_stop();
      };
      const auto read = readCheckpoint(kFolder / file, Progress(stop.get_token(), count));
      if (after + 1 == fractions.size()) continue;  // it was through already
      ASSERT_FALSE(read) << after;
      EXPECT_TRUE(read.error().cancelled);
    }
  }
}

}  // namespace
}  // namespace filterlens::test
