// Whatever is given instead of a checkpoint gets a sentence that says what it is.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "core/checkpoint/checkpoint.h"
#include "tests/core/checkpoint/handmade.h"
#include "tests/support/temporary_folder.h"

namespace filterlens::test {
namespace {

using namespace std::string_literals;

class FileKinds : public ::testing::Test {
 protected:
  std::string refusal(const std::filesystem::path& path) {
    const auto read = readCheckpoint(path);
    if (read) return "";
    EXPECT_EQ(read.error().sentence.find("Cannot open " + path.string() + ": "), 0U);
    EXPECT_EQ(read.error().sentence.back(), '.');
    EXPECT_FALSE(read.error().cancelled);
    return read.error().sentence;
  }
  void expectRefusal(const std::string& content, const std::string& words) {
    const std::string sentence = refusal(folder_.write("file.pth", content));
    EXPECT_NE(sentence.find(words), std::string::npos) << sentence;
  }

  TemporaryFolder folder_;
};

TEST_F(FileKinds, AreTold) {
  expectRefusal("", "it is empty");
  expectRefusal("Hello, this is some text.\n", "a text file");
  expectRefusal("{\"a\": 1}", "a text file");
  expectRefusal("Grüße\n", "a text file");
  expectRefusal("version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull");
  expectRefusal("<!DOCTYPE html>\n<html></html>", "a web page");
  expectRefusal("\x08\x07\x12\x07pytorch\x1a\x05" + "1.13.1:\x99"s, "an ONNX model");
  expectRefusal("\x89HDF\r\n\x1a\n\0\0\0\0"s, "an HDF5 file");
  expectRefusal("\x1f\x8b\x08\0\0\0\0\0"s, "a gzip archive");
  expectRefusal(std::string(257, 'a') + "ustar\0"s + std::string(200, '\0'), "a tar archive");
  expectRefusal("\x89PNG\r\n\x1a\n\0\0\0"s, "a picture");
  expectRefusal("\x93NUMPY\x01\0v\0"s, "a NumPy array");
  expectRefusal(std::string(100, '\0'), "neither a safetensors file nor one that torch.save wrote");
  expectRefusal("\x7f" + "ELF\x02\x01\x01\0"s, "neither a safetensors file nor");
  expectRefusal("\x80\x09\0"s, "neither a safetensors file nor");
  expectRefusal("PK\x03\x04", "its list of records cannot be read");
  expectRefusal(zipOf({{"word/document.xml", "<xml/>"}}), "torch.save did not write");
  expectRefusal(zipOf({}), "torch.save did not write");
  expectRefusal(zipOf({{"config.json", "{}"}, {"model.weights.h5", "\x89HDF"}}), "Keras");
}

TEST_F(FileKinds, WhatIsNoFileIsSaid) {
  EXPECT_NE(refusal(folder_.path() / "none.pth").find("no such file"), std::string::npos);
  EXPECT_NE(refusal(folder_.path()).find("a folder"), std::string::npos);
  const auto pipe = folder_.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(refusal(pipe).find("a device or a pipe"), std::string::npos);
  EXPECT_NE(refusal("/dev/null").find("a device or a pipe"), std::string::npos);
  EXPECT_NE(refusal(folder_.write("f", "x") / "below").find("Not a directory"), std::string::npos);
}

TEST_F(FileKinds, NamesAreNoMatter) {
  const std::string content = torchZip(
      pickle::whole(pickle::dict({{"w", pickle::tensor(pickle::storage("0", 1), 0, {1}, {1})}})),
      {{"0", std::string(4, '\0')}});
  for (const char* const fileName : {"a.safetensors", "b.txt", "c"}) {
    const auto read = readCheckpoint(folder_.write(fileName, content));
    ASSERT_TRUE(read) << read.error().sentence;
    EXPECT_EQ(read->format, CheckpointFormat::TorchZip);
  }
}

TEST_F(FileKinds, ChecksumIsThatOfTheWholeFile) {
  // The expected value is what sha256sum gives for these ten bytes.
  const std::string content = "\x02\0\0\0\0\0\0\0{}"s;
  const auto read = readCheckpoint(folder_.write("x", content));
  ASSERT_TRUE(read) << read.error().sentence;
  EXPECT_EQ(read->sha256, "411a485216e432ece6b9af94fa32154cf79a2a56d4f81266baa50063f45092bd");
}

}  // namespace
}  // namespace filterlens::test
