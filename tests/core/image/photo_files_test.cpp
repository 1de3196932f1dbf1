#include "core/image/photo_files.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

TEST(PhotoFiles, AreToldByTheirExtension) {
  EXPECT_TRUE(looksLikePhoto("a.JPEG"));
  EXPECT_TRUE(looksLikePhoto("folder/b.webp"));
  EXPECT_FALSE(looksLikePhoto("a.jpg.txt"));
  EXPECT_FALSE(looksLikePhoto("jpg"));
}

TEST(PhotoFiles, AreFoundBelowAFolderInOrder) {
  const test::TemporaryFolder folder;
  const fs::path& root = folder.path();
  for (const char* name : {"b", "b/deep", "skip", ".hidden"}) fs::create_directory(root / name);
  for (const char* name : {"z.jpg", "a.PNG", "b/deep/1.bmp", "b/.x.jpg", "b/notes.txt",
                           "skip/2.jpg", ".hidden/3.jpg"}) {
    EXPECT_TRUE(fs::exists(folder.write(name, "")));
  }
  const auto found = filesBelow(root, looksLikePhoto,
                                [](const fs::path& path) { return path.filename() == "skip"; });
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_EQ(*found, (std::vector<fs::path>{root / "a.PNG", root / "b/deep/1.bmp", root / "z.jpg"}));
}

TEST(PhotoFiles, AFolderThatCannotBeReadIsNamed) {
  const auto found = filesBelow("/nowhere/at/all", looksLikePhoto);
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().sentence.find("/nowhere/at/all could not be read"), std::string::npos);
}

}  // namespace
}  // namespace filterlens
