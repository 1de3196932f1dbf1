// safetensors files: written, read back, and refused where their header does not hold together.
#include <gtest/gtest.h>

#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint.h"
#include "tests/support/temporary_folder.h"

namespace filterlens::test {
namespace {

constexpr DType kAllTypes[] = {DType::F16, DType::BF16, DType::F32, DType::F64, DType::I8,
                               DType::U8,  DType::I16,  DType::I32, DType::I64, DType::Bool};

Tensor filled(std::string tensorName, DType type, std::vector<std::int64_t> shape) {
  Tensor tensor{std::move(tensorName), type, std::move(shape), {}};
  tensor.data.resize(static_cast<std::size_t>(tensor.count()) * bytesPerValue(type));
  for (std::size_t i = 0; i < tensor.data.size(); ++i) tensor.data[i] = std::byte(i * 37 % 251);
  return tensor;
}

/// A file with this header and so many zero bytes after it.
std::string fileOf(const std::string& header, std::size_t dataBytes) {
  const auto length = std::bit_cast<std::array<char, 8>>(std::uint64_t{header.size()});
  return std::string(length.data(), length.size()) + header + std::string(dataBytes, '\0');
}

class Safetensors : public ::testing::Test {
 protected:
  /// The sentence with which a file of this content is refused.
  std::string refusal(const std::string& content) {
    const auto file = folder_.write("model.safetensors", content);
    const auto result = readCheckpoint(file);
    if (result) return "";
    EXPECT_NE(result.error().sentence.find(file.string()), std::string::npos);
    return result.error().sentence;
  }

  TemporaryFolder folder_;
};

#define EXPECT_SAYS(sentence, part) \
  EXPECT_NE((sentence).find(part), std::string::npos) << (sentence)

TEST_F(Safetensors, EveryTypeAndShapeComesBackAsWritten) {
  std::vector<Tensor> tensors;
  for (const DType type : kAllTypes) {
    tensors.push_back(filled(std::string(name(type)) + ".scalar", type, {}));
    tensors.push_back(filled(std::string(name(type)) + ".empty", type, {3, 0, 2}));
    tensors.push_back(filled(std::string(name(type)) + ".matrix", type, {5, 3}));
  }
  const std::map<std::string, std::string> metadata{{"format", "pt"}, {"names", "Käse, \"犬\"\n"}};
  const auto path = folder_.path() / "all.safetensors";
  ASSERT_TRUE(writeSafetensors(path, tensors, metadata));

  const auto read = readCheckpoint(path);
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(read->format, CheckpointFormat::Safetensors);
  EXPECT_EQ(read->path, path);
  EXPECT_EQ(read->metadata, metadata);
  EXPECT_EQ(read->stateDictKey, "");
  EXPECT_FALSE(read->epoch);
  ASSERT_EQ(read->tensors.size(), tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    EXPECT_EQ(read->tensors[i].name, tensors[i].name);
    EXPECT_EQ(read->tensors[i].dtype, tensors[i].dtype) << tensors[i].name;
    EXPECT_EQ(read->tensors[i].shape, tensors[i].shape) << tensors[i].name;
    EXPECT_EQ(read->tensors[i].data, tensors[i].data) << tensors[i].name;
  }
}

TEST_F(Safetensors, WrittenTensorsAreAlignedForOthers) {
  const auto path = folder_.path() / "aligned.safetensors";
  ASSERT_TRUE(writeSafetensors(path,
                               {filled("byte", DType::U8, {3}), filled("wide", DType::I64, {2}),
                                filled("half", DType::F16, {5}), filled("float", DType::F32, {1})},
                               {}));
  const std::string content = contentOf(path);
  std::uint64_t length = 0;
  std::memcpy(&length, content.data(), sizeof length);
  EXPECT_EQ(length % 8, 0U);
  const auto header = nlohmann::json::parse(content.substr(8, length));
  EXPECT_EQ(header.size(), 4U);
  EXPECT_EQ(header["wide"]["data_offsets"][0], 0);
  EXPECT_EQ(header["float"]["data_offsets"][0], 16);
  EXPECT_EQ(header["half"]["data_offsets"][0], 20);
  EXPECT_EQ(header["byte"]["data_offsets"], nlohmann::json({30, 33}));
  EXPECT_EQ(content.size(), 8 + length + 33);
}

TEST_F(Safetensors, WhatCannotBeWrittenIsSaidAndLeavesNoFile) {
  const auto path = folder_.path() / "no.safetensors";
  const Tensor good = filled("w", DType::F32, {2});
  Tensor shorter = good;
  shorter.data.pop_back();
  for (const auto& tensors : {std::vector{good, good}, std::vector{shorter},
                              std::vector{filled("__metadata__", DType::F32, {1})},
                              std::vector{filled("\xff", DType::F32, {1})}}) {
    const auto written = writeSafetensors(path, tensors, {});
    ASSERT_FALSE(written);
    EXPECT_SAYS(written.error().sentence, "cannot be written");
    EXPECT_FALSE(std::filesystem::exists(path));
  }
  EXPECT_FALSE(writeSafetensors(path, {good}, {{"key", "\xc3"}}));
}

TEST_F(Safetensors, KnowsTheEpochThatTheMetadataGive) {
  const auto path = folder_.path() / "epoch.safetensors";
  ASSERT_TRUE(writeSafetensors(path, {filled("w", DType::F32, {1})}, {{"epoch", "119"}}));
  EXPECT_EQ(readCheckpoint(path)->epoch, 119);
  ASSERT_TRUE(writeSafetensors(path, {filled("w", DType::F32, {1})}, {{"epoch", "12th"}}));
  EXPECT_FALSE(readCheckpoint(path)->epoch);
}

/// A header, the number of bytes behind it, and words of the sentence with which it is refused;
/// no words where it is good.
struct HeaderCase {
  const char* header;
  std::size_t dataBytes;
  const char* words;
};

#define F32_ENTRY(shape, offsets) \
  R"({"dtype":"F32","shape":)" shape R"(,"data_offsets":)" offsets "}"

constexpr HeaderCase kHeaderCases[] = {
    {R"({"a":)" F32_ENTRY("[2]", "[0,8]") "}", 8, ""},
    {R"({"a":)" F32_ENTRY("[2]", "[0,8]") "}", 7, "other data"},
    {R"({"a":)" F32_ENTRY("[2]", "[0,8]") "}", 9, "other data"},
    // Two tensors: in turn, with one name, one over the other, with a gap between them.
    {R"({"a":)" F32_ENTRY("[2]", "[8,16]") R"(,"b":)" F32_ENTRY("[2]", "[0,8]") "}", 16, ""},
    {R"({"a":)" F32_ENTRY("[2]", "[0,8]") R"(,"a":)" F32_ENTRY("[2]", "[8,16]") "}", 16,
     "\"a\" twice"},
    {R"({"a":)" F32_ENTRY("[2]", "[0,8]") R"(,"b":)" F32_ENTRY("[2]", "[4,12]") "}", 12,
     "overlaps"},
    {R"({"a":)" F32_ENTRY("[2]", "[0,8]") R"(,"b":)" F32_ENTRY("[2]", "[12,20]") "}", 20,
     "other data"},
    // Offsets that do not fit the shape.
    {R"({"a":)" F32_ENTRY("[3]", "[0,8]") "}", 8, "\"a\" do not fit its shape"},
    {R"({"a":)" F32_ENTRY("[2]", "[8,0]") "}", 8, "\"a\" do not fit its shape"},
    {R"({"a":)" F32_ENTRY("[4294967296,4294967296]", "[0,0]") "}", 0, "do not fit its shape"},
    {R"({"a":)" F32_ENTRY("[18446744073709551615]", "[0,8]") "}", 8, "do not fit its shape"},
    {R"({"a":{"dtype":"F64","shape":[2],"data_offsets":[0,8]}})", 8, "do not fit its shape"},
    // What is missing, repeated, or of another kind.
    {R"({"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,8]}})", 8, "F8_E4M3"},
    {R"({"a":{"dtype":"F32","shape":[2]}})", 8, "two offsets"},
    {R"({"a":)" F32_ENTRY("[2]", "[0]") "}", 8, "two offsets"},
    {R"({"a":{"dtype":"F32","dtype":"F32"}})", 8, "twice"},
    {R"({"__metadata__":{"a":"1","a":"2"}})", 0, "twice"},
    {R"({"a":3})", 8, "not that of a safetensors file"},
    {R"({"a":[1]})", 8, "not that of a safetensors file"},
    {R"({"a":{"dtype":4}})", 8, "not that of a safetensors file"},
    {R"({"a":{"dtype":null}})", 8, "not that of a safetensors file"},
    {R"({"a":{"shape":true}})", 8, "not that of a safetensors file"},
    {R"({"a":{"shape":[-1]}})", 8, "not that of a safetensors file"},
    {R"({"a":{"shape":[[1]]}})", 8, "not that of a safetensors file"},
    {R"({"a":{"shape":[1.5]}})", 8, "not that of a safetensors file"},
    {R"({"a":{"colour":"F32"}})", 8, "not that of a safetensors file"},
    {R"({"__metadata__":{"a":1}})", 8, "not that of a safetensors file"},
    {R"({"__metadata__":{"a":{}}})", 8, "not that of a safetensors file"},
    {R"({"a":)", 8, "not JSON"},
    {"{} {}", 0, "not JSON"},
    {"{\"\xff\":1}", 0, "not JSON"},
};

TEST_F(Safetensors, HeadersThatDoNotHoldTogetherAreRefused) {
  for (const HeaderCase& test : kHeaderCases) {
    const std::string sentence = refusal(fileOf(test.header, test.dataBytes));
    EXPECT_EQ(sentence.empty(), std::string_view(test.words).empty()) << test.header;
    EXPECT_SAYS(sentence, test.words) << test.header;
  }
}

TEST_F(Safetensors, LengthsThatLieAreRefused) {
  std::string content = fileOf("{}", 0);
  content[0] = 100;
  EXPECT_SAYS(refusal(content), "ends before its header");
  content[3] = 100;
  EXPECT_SAYS(refusal(content), "ends before its header");
  const std::string longHeader = "{}" + std::string((std::size_t{16} << 20U) + 1, ' ');
  EXPECT_SAYS(refusal(fileOf(longHeader, 0)), "reads up to");
  EXPECT_SAYS(refusal(fileOf("{\"a\":" + std::string(1000000, '['), 0)), "not that of");
  std::string ones = R"({"a":{"shape":[1)";
  for (int i = 0; i < 100; ++i) ones += ",1";
  EXPECT_SAYS(refusal(fileOf(ones + "]}}", 4)), "more than 32");
}

TEST_F(Safetensors, NothingOfARefusedNameBreaksTheSentence) {
  const std::string longName = "line\\nbreak" + std::string(500, 'x');
  const std::string sentence =
      refusal(fileOf("{\"" + longName + "\":" F32_ENTRY("[3]", "[0,8]") "}", 8));
  EXPECT_SAYS(sentence, "\"line breakxxx");
  EXPECT_EQ(sentence.find('\n'), std::string::npos);
  EXPECT_LT(sentence.size(), 400U);
}

TEST_F(Safetensors, FilesOfOtherProgramsLoad) {
  const std::filesystem::path golden = FILTERLENS_SHARED "/golden";
  if (!std::filesystem::exists(golden)) return;
  for (const auto& file : std::filesystem::directory_iterator(golden)) {
    if (file.path().extension() != ".safetensors") continue;
    const auto read = readCheckpoint(file.path());
    ASSERT_TRUE(read) << read.error().sentence;
    EXPECT_FALSE(read->tensors.empty()) << file.path();
    EXPECT_TRUE(nonFiniteTensors(*read).empty()) << file.path();
  }
}

}  // namespace
}  // namespace filterlens::test
