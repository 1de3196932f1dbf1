#include "core/train/photo_dataset.h"

#include <gtest/gtest.h>

#include "pictures.h"

namespace filterlens {
namespace {

using test::PhotoFolder;
using Strings = std::vector<std::string>;

// Files are found by their names; nothing is read.
struct TwoClasses : PhotoFolder {
  explicit TwoClasses(const std::string& validation = "val");
};

TwoClasses::TwoClasses(const std::string& validation) {
  for (const char* name : {"dog/2.JPEG", "dog/1.png", "cat/deep/er/x.ppm", "cat/notes.txt",
                           "cat/.hidden.jpg", ".cache/y.jpg"}) {
    write(std::string("train/") + name, "");
  }
  write(validation + "/cat/z.jpg", "");
  write(validation + "/dog/z.jpg", "");
  write("train/readme.md", "");
}

std::string failureOf(const PhotoFolder& folder) {
  const auto dataset = openPhotoDataset(folder.path());
  return dataset ? "no failure" : dataset.error().sentence;
}

void expectSays(const std::string& sentence, const Strings& parts) {
  for (const auto& part : parts) {
    EXPECT_NE(sentence.find(part), std::string::npos) << part << " is missing: " << sentence;
  }
}

TEST(PhotoDataset, ClassesAndPicturesAreSorted) {
  const TwoClasses folder;
  const auto dataset = openPhotoDataset(folder.path());
  ASSERT_TRUE(dataset) << dataset.error().sentence;
  EXPECT_EQ(dataset->classNames, (Strings{"cat", "dog"}));
  const auto train = folder.path() / "train";
  EXPECT_EQ(dataset->train, (std::vector<LabelledPhoto>{{train / "cat/deep/er/x.ppm", 0},
                                                        {train / "dog/1.png", 1},
                                                        {train / "dog/2.JPEG", 1}}));
  ASSERT_EQ(dataset->val.size(), 2U);
  EXPECT_EQ(dataset->val[1].label, 1);
}

TEST(PhotoDataset, TheValidationFolderHasSeveralNames) {
  for (const char* name : {"valid", "validation", "test"}) {
    const TwoClasses folder(name);
    const auto dataset = openPhotoDataset(folder.path());
    ASSERT_TRUE(dataset) << dataset.error().sentence;
    EXPECT_EQ(dataset->val.front().file, folder.path() / name / "cat/z.jpg");
  }
}

TEST(PhotoDataset, ClassFoldersMayBeLinks) {
  const TwoClasses folder;
  folder.write("elsewhere/1.jpg", "");
  std::filesystem::create_directory_symlink(folder.path() / "elsewhere",
                                            folder.path() / "train/bird");
  const auto dataset = openPhotoDataset(folder.path());
  ASSERT_TRUE(dataset) << dataset.error().sentence;
  EXPECT_EQ(dataset->classNames, (Strings{"bird", "cat", "dog"}));
  EXPECT_EQ(dataset->val.front().label, 1);
}

TEST(PhotoDataset, SaysWhatIsMissing) {
  const PhotoFolder folder;
  const auto nowhere = openPhotoDataset(folder.path() / "nowhere");
  ASSERT_FALSE(nowhere);
  expectSays(nowhere.error().sentence, {"There is no folder", "nowhere"});
  const auto file = openPhotoDataset(folder.write("photo.jpg", ""));
  ASSERT_FALSE(file);
  expectSays(file.error().sentence, {"photo.jpg is a file"});

  expectSays(failureOf(folder), {folder.path(), "no folder train", "train/CLASS"});
  folder.makeFolder("train");
  expectSays(failureOf(folder), {folder.path(), "no folder val"});
  folder.makeFolder("val");
  expectSays(failureOf(folder), {"train", "holds no class", "two or more"});
  folder.write("train/cat/1.jpg", "");
  expectSays(failureOf(folder), {"train", "only the class cat", "two or more"});
  folder.makeFolder("train/dog");
  expectSays(failureOf(folder), {"train/dog", "no pictures", "remove"});
  folder.write("train/dog/1.jpg", "");
  expectSays(failureOf(folder), {"val", "no pictures"});
  folder.write("val/bird/1.jpg", "");
  expectSays(failureOf(folder), {"val", "class bird", "train lacks"});
}

TEST(PhotoDataset, ValidationMayLackClasses) {
  const TwoClasses folder;
  std::filesystem::remove_all(folder.path() / "val/cat");
  const auto dataset = openPhotoDataset(folder.path());
  ASSERT_TRUE(dataset) << dataset.error().sentence;
  ASSERT_EQ(dataset->val.size(), 1U);
  EXPECT_EQ(dataset->val.front().label, 1);
}

TEST(EvaluationPhotos, AreThoseOfTheValidationFolder) {
  const TwoClasses folder("test");
  const auto found = openEvaluationPhotos(folder.path());
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_EQ(found->classNames, (Strings{"cat", "dog"}));
  ASSERT_EQ(found->photos.size(), 2U);
  EXPECT_EQ(found->photos[1].file, folder.path() / "test/dog/z.jpg");
}

TEST(EvaluationPhotos, AreThoseOfTheClassFoldersThemselves) {
  const PhotoFolder folder;
  folder.write("dog/1.jpg", "");
  folder.makeFolder("ape");
  const auto found = openEvaluationPhotos(folder.path());
  ASSERT_TRUE(found) << found.error().sentence;
  EXPECT_EQ(found->classNames, Strings{"dog"});
  EXPECT_EQ(found->photos, (std::vector<LabelledPhoto>{{folder.path() / "dog/1.jpg", 0}}));
}

TEST(EvaluationPhotos, SaysWhatIsMissing) {
  const PhotoFolder folder;
  const auto empty = openEvaluationPhotos(folder.path());
  ASSERT_FALSE(empty);
  expectSays(empty.error().sentence, {folder.path(), "no pictures"});
  folder.write("train/cat/1.jpg", "");
  const auto trainOnly = openEvaluationPhotos(folder.path());
  ASSERT_FALSE(trainOnly);
  expectSays(trainOnly.error().sentence, {folder.path(), "no folder val"});
  EXPECT_FALSE(openEvaluationPhotos(folder.path() / "nowhere"));
}

}  // namespace
}  // namespace filterlens
