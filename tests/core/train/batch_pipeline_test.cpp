#include "core/train/batch_pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <new>

namespace filterlens {
namespace {

Result<Batch> numbered(int index, const std::stop_token&) {
  Batch batch;
  batch.size = index;
  return batch;
}

TEST(BatchPipeline, GivesBatchesInOrder) {
  for (const int threads : {1, 2, 7}) {
    for (const int ahead : {1, 3, 100}) {
      BatchPipeline pipeline(numbered, 3, 40, threads, ahead);
      for (int i = 3; i < 40; ++i) {
        const auto batch = pipeline.next();
        ASSERT_TRUE(batch && batch->ok());
        EXPECT_EQ((*batch)->size, i);
      }
      EXPECT_FALSE(pipeline.next());
      EXPECT_FALSE(pipeline.next());
    }
  }
}

TEST(BatchPipeline, MayHoldNothing) {
  EXPECT_FALSE(BatchPipeline(numbered, 0, 0, 2, 2).next());
  EXPECT_FALSE(BatchPipeline(numbered, 9, 5, 2, 2).next());
}

TEST(BatchPipeline, NoMoreThanAheadAreMade) {
  std::atomic<int> begun = 0;
  std::latch twoBegun(2);
  {
    BatchPipeline pipeline(
        [&](int index, const std::stop_token& stop) {
          if (++begun <= 2) twoBegun.count_down();
          return numbered(index, stop);
        },
        0, 100, 3, 2);
    twoBegun.wait();
    ASSERT_TRUE(pipeline.next());
  }
  EXPECT_LE(begun, 3);
}

TEST(BatchPipeline, EndsInTheMiddleOfABatch) {
  std::atomic<bool> sawStop = false;
  std::latch begun(1);
  {
    BatchPipeline pipeline(
        [&](int, const std::stop_token& stop) -> Result<Batch> {
          begun.count_down();
          while (!stop.stop_requested()) std::this_thread::yield();
          sawStop = true;
          return cancelledError();
        },
        0, 1, 1, 1);
    begun.wait();
  }
  EXPECT_TRUE(sawStop);
}

TEST(BatchPipeline, WhatWentWrongIsSaid) {
  const auto failing = [](int index, const std::stop_token& stop) -> Result<Batch> {
    if (index == 1) return Error{"Broken."};
    if (index == 2) throw std::bad_alloc();
    if (index == 3) throw std::runtime_error("odd");
    return numbered(index, stop);
  };
  BatchPipeline pipeline(failing, 0, 4, 2, 2);
  EXPECT_TRUE(pipeline.next()->ok());
  EXPECT_EQ(pipeline.next()->error().sentence, "Broken.");
  EXPECT_NE(pipeline.next()->error().sentence.find("memory"), std::string::npos);
  EXPECT_NE(pipeline.next()->error().sentence.find("odd"), std::string::npos);
}

TEST(BatchStream, EndsAtAFailureUntilItBeginsAnew) {
  BatchStream stream;
  EXPECT_FALSE(stream.next());
  const auto failing = [](int index, const std::stop_token& stop) -> Result<Batch> {
    if (index == 1) return Error{"Broken."};
    return numbered(index, stop);
  };
  stream.begin(failing, 0, 3, 2, 2);
  EXPECT_TRUE(stream.next());
  EXPECT_FALSE(stream.failure());
  EXPECT_FALSE(stream.next());
  ASSERT_TRUE(stream.failure());
  EXPECT_EQ(stream.failure()->sentence, "Broken.");
  EXPECT_FALSE(stream.next());
  const double waited = stream.waitSeconds();
  EXPECT_GE(waited, 0);
  stream.begin(numbered, 0, 1, 1, 1);
  EXPECT_FALSE(stream.failure());
  EXPECT_TRUE(stream.next());
  EXPECT_FALSE(stream.next());
  EXPECT_GE(stream.waitSeconds(), waited);
}

}  // namespace
}  // namespace filterlens
