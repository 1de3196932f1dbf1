// The memory that training steps use again.
#include "core/kernels/memory.h"

#include <cstdint>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace filterlens::test {
namespace {

constexpr KernelSize kLarge = 1 << 20;

TEST(Memory, ReturnsAlignedBlocksThatDoNotOverlap) {
  std::vector<Room> rooms;
  for (KernelSize count : {KernelSize{0}, KernelSize{1}, KernelSize{1000}, kLarge, kLarge + 1}) {
    rooms.push_back(takeRoom(count));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(rooms.back().get()) % 64, 0U);
    std::fill_n(rooms.back().get(), count, static_cast<float>(rooms.size()));
  }
  EXPECT_EQ(rooms[3][kLarge - 1], 4.0F);
  EXPECT_EQ(rooms[4][0], 5.0F);
}

TEST(Memory, GivesALargeBlockAgainToWhoAsksForItsSize) {
  auto room = takeRoom(kLarge);
  const float* block = room.get();
  room.reset();
  room = takeRoom(kLarge - 5);
  EXPECT_EQ(room.get(), block);
  const auto other = takeRoom(kLarge);
  EXPECT_NE(other.get(), block);
}

TEST(Memory, ServesSeveralThreads) {
  const auto work = [] {
    for (int i = 0; i < 200; ++i) {
      const auto room = takeRoom(kLarge + i % 3 * kLarge);
      room[0] = 1.0F;
    }
  };
  std::jthread a(work);
  std::jthread b(work);
}

}  // namespace
}  // namespace filterlens::test
