#include "core/export/whole_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

namespace filterlens {
namespace {

namespace fs = std::filesystem;

class WholeFile : public testing::Test {
 protected:
  WholeFile() { fs::create_directories(folder_); }
  ~WholeFile() override { fs::remove_all(folder_); }

  static std::string content(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  [[nodiscard]] long files() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }

  fs::path folder_ =
      fs::path(testing::TempDir()) / ("whole_file_test." + std::to_string(::getpid()));
};

TEST_F(WholeFile, WritesAndReplaces) {
  const fs::path path = folder_ / "a.txt";
  ASSERT_TRUE(writeWhole(path, "first, and longer"));
  EXPECT_EQ(content(path), "first, and longer");
  ASSERT_TRUE(writeWhole(path, "second"));
  EXPECT_EQ(content(path), "second");
  ASSERT_TRUE(writeWhole(path, ""));
  EXPECT_EQ(content(path), "");
  EXPECT_EQ(files(), 1);
}

TEST_F(WholeFile, CreatesFolders) {
  ASSERT_TRUE(writeWhole(folder_ / "new" / "folder" / "a.txt", "text"));
  EXPECT_EQ(content(folder_ / "new" / "folder" / "a.txt"), "text");
}

TEST_F(WholeFile, KeepsPermissionsAndLinks) {
  const fs::path path = folder_ / "a.txt";
  ASSERT_TRUE(writeWhole(path, "old"));
  ASSERT_EQ(::chmod(path.c_str(), 0640), 0);
  fs::create_symlink("a.txt", folder_ / "link");
  ASSERT_TRUE(writeWhole(folder_ / "link", "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(content(path), "new");
  EXPECT_EQ(static_cast<int>(fs::status(path).permissions()), 0640);
}

TEST_F(WholeFile, LongNamesLeaveRoomForTheTemporaryOne) {
  EXPECT_TRUE(writeWhole(folder_ / std::string(255, 'x'), "text"));
}

TEST_F(WholeFile, FailuresSayWhyAndLeaveNothing) {
  const fs::path file = folder_ / "a.txt";
  ASSERT_TRUE(writeWhole(file, "old"));
  const fs::path below = file / "b.txt";
  const auto notAFolder = writeWhole(below, "text");
  ASSERT_FALSE(notAFolder);
  EXPECT_EQ(notAFolder.error().sentence,
            "Cannot write " + below.string() + ": part of the path is a file, not a folder.");

  const auto isAFolder = writeWhole(folder_, "text");
  ASSERT_FALSE(isAFolder);
  EXPECT_NE(isAFolder.error().sentence.find("there is a folder of this name"), std::string::npos);

  const auto tooLong = writeWhole(folder_ / std::string(256, 'x'), "text");
  ASSERT_FALSE(tooLong);
  EXPECT_NE(tooLong.error().sentence.find("File name too long"), std::string::npos);
  EXPECT_EQ(files(), 1);
  EXPECT_EQ(content(file), "old");
}

TEST_F(WholeFile, AFullDeviceIsReported) {
  const auto full = writeWhole("/dev/full", "text");
  ASSERT_FALSE(full);
  EXPECT_NE(full.error().sentence.find("there is no space left"), std::string::npos);
  EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(WholeFile, DevicesAreWrittenThroughNotReplaced) {
  EXPECT_TRUE(writeWhole("/dev/null", "text"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

}  // namespace
}  // namespace filterlens
