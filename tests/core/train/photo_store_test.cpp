#include "core/train/photo_store.h"

#include <gtest/gtest.h>

#include "core/image/pil_resize.h"
#include "pictures.h"

namespace filterlens {
namespace {

using test::bytesOf;
using test::PhotoFolder;

const std::vector<std::string> kClasses{"cat", "dog"};

/// Eight photos of growing size, 10 x 6 and up; the classes take turns.
struct Photos {
  PhotoFolder folder;
  std::vector<Image> images;
  std::vector<LabelledPhoto> list;

  Photos() {
    for (int i = 0; i < 8; ++i) {
      images.push_back(noise(10 + i, 6 + i));
      list.push_back({folder.write(std::to_string(i) + ".ppm", images.back()), i % 2});
    }
  }
};

TEST(PhotoStore, HoldsThePixels) {
  const Photos photos;
  for (const int threads : {1, 3}) {
    PhotoStoreOptions options;
    options.threads = threads;
    const auto store = PhotoStore::open(photos.list, kClasses, options, {});
    ASSERT_TRUE(store) << store.error().sentence;
    ASSERT_EQ(store->size(), 8);
    EXPECT_EQ(store->photosInMemory(), 8);
    EXPECT_TRUE(store->unreadable().empty());
    for (int i = 0; i < 8; ++i) {
      EXPECT_EQ(store->label(i), i % 2);
      EXPECT_EQ(store->file(i), photos.list[static_cast<std::size_t>(i)].file);
      EXPECT_EQ(bytesOf(*store->image(i)), bytesOf(photos.images[static_cast<std::size_t>(i)]));
    }
  }
}

TEST(PhotoStore, WhatDoesNotFitIsReadAnew) {
  const Photos photos;
  PhotoStoreOptions options;
  options.budgetBytes = 1000;
  options.shortSide = 8;
  const auto store = PhotoStore::open(photos.list, kClasses, options, {});
  ASSERT_TRUE(store) << store.error().sentence;
  EXPECT_GT(store->photosInMemory(), 0);
  EXPECT_LT(store->photosInMemory(), 8);
  EXPECT_LE(store->bytesInMemory(), options.budgetBytes);
  EXPECT_EQ(bytesOf(*store->image(0)), bytesOf(photos.images[0]));
  // 17 x 13 to a short side of 8.
  EXPECT_EQ(bytesOf(*store->image(7)), bytesOf(pilResize(photos.images[7], 10, 8)));

  for (const auto& photo : photos.list) std::filesystem::remove(photo.file);
  int gone = 0;
  for (int i = 0; i < 8; ++i) {
    const auto image = store->image(i);
    if (image) continue;
    ++gone;
    EXPECT_NE(image.error().sentence.find("no such file"), std::string::npos);
  }
  EXPECT_EQ(gone, 8 - store->photosInMemory());
}

TEST(PhotoStore, LargePhotosAreReduced) {
  const PhotoFolder folder;
  const Image wide = noise(90, 30);
  const Image high = noise(31, 80);
  const std::vector<LabelledPhoto> list{{folder.write("wide.ppm", wide), 0},
                                        {folder.write("high.ppm", high), 1}};
  PhotoStoreOptions options;
  options.shortSide = 20;
  const auto store = PhotoStore::open(list, kClasses, options, {});
  ASSERT_TRUE(store) << store.error().sentence;
  EXPECT_EQ(bytesOf(*store->image(0)), bytesOf(pilResize(wide, 60, 20)));
  EXPECT_EQ(bytesOf(*store->image(1)), bytesOf(pilResize(high, 20, 52)));
}

TEST(PhotoStore, UnreadablePhotosAreListedAndLeftOut) {
  Photos photos;
  photos.list[2].file = photos.folder.write("broken.jpg", "no picture");
  photos.list[5].file = photos.folder.path() / "missing.jpg";
  const auto store = PhotoStore::open(photos.list, kClasses, {}, {});
  ASSERT_TRUE(store) << store.error().sentence;
  EXPECT_EQ(store->size(), 6);
  EXPECT_EQ(store->file(2), photos.list[3].file);
  EXPECT_EQ(store->label(2), 1);
  ASSERT_EQ(store->unreadable().size(), 2U);
  EXPECT_EQ(store->unreadable()[0].file, photos.list[2].file);
  EXPECT_NE(store->unreadable()[0].sentence.find("broken.jpg"), std::string::npos);
  EXPECT_NE(store->unreadable()[1].sentence.find("no such file"), std::string::npos);
}

TEST(PhotoStore, AClassWithoutAReadablePhotoIsAnError) {
  Photos photos;
  for (std::size_t i = 1; i < 8; i += 2) {
    photos.list[i].file = photos.folder.write("broken" + std::to_string(i) + ".png", "nothing");
  }
  const auto store = PhotoStore::open(photos.list, kClasses, {}, {});
  ASSERT_FALSE(store);
  EXPECT_NE(store.error().sentence.find("None of the 4 pictures of the class dog can be read"),
            std::string::npos);
  EXPECT_NE(store.error().sentence.find("broken1.png"), std::string::npos);
}

TEST(PhotoStore, AClassThatHasNoPhotosIsNone) {
  const Photos photos;
  EXPECT_TRUE(PhotoStore::open({photos.list[0]}, kClasses, {}, {}));
}

TEST(PhotoStore, ReportsAndCanBeCancelled) {
  const Photos photos;
  std::vector<double> fractions;
  const Progress reporting(
      {}, [&](double fraction, std::string_view) { fractions.push_back(fraction); });
  EXPECT_TRUE(PhotoStore::open(photos.list, kClasses, {}, reporting));
  ASSERT_EQ(fractions.size(), 8U);
  EXPECT_TRUE(std::is_sorted(fractions.begin(), fractions.end()));
  EXPECT_EQ(fractions.back(), 1);

  std::stop_source stop;
  int reports = 0;
  const Progress stopping(stop.get_token(), [&](double, std::string_view) {
    ++reports;
    stop.request_stop();
  });
  const auto cancelled = PhotoStore::open(photos.list, kClasses, {}, stopping);
  ASSERT_FALSE(cancelled);
  EXPECT_TRUE(cancelled.error().cancelled);
  EXPECT_LE(reports, 2);  // each of the threads ends the photo that it reads
}

}  // namespace
}  // namespace filterlens
