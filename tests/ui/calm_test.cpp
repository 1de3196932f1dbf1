// The window stays calm: how long its thread was busy is measured, and its memory does not grow
// from photo to photo.
#include <gtest/gtest.h>

#include <malloc.h>
#include <unistd.h>
#include <QTest>
#include <QThread>
#include <algorithm>
#include <fstream>

#include "tests/ui/window_fixture.h"
#include "ui/heartbeat.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::WindowTest;

constexpr int kPhotos = 60;  // tests/bench walks through 500
constexpr int kWarmUp = 20;
constexpr double kMostGrowth = 16;  // MB: an analysis alone holds more

/// What is held. What allocators keep of freed memory, tens of megabytes more or less from photo to
/// photo, goes back first.
double residentMegabytes() {
  malloc_trim(0);
  long pages = 0;
  long resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

TEST(Heartbeat, SaysHowLongAndDuringWhatTheThreadWasKept) {
  const test::TemporaryFolder folder;
  JobRunner jobs;
  jobs.begin();
  Heartbeat heart(jobs, folder.path() / "gaps.txt");
  QTest::qWait(50);
  heart.forget();
  bool over = false;
  jobs.start(
      JobKind::Export, QStringLiteral("work"),
      [](const Progress&) {
        QThread::msleep(200);
        return 0;
      },
      [&](int) { over = true; });
  QTest::qWait(20);
  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - start < std::chrono::milliseconds(120)) {
  }
  ASSERT_TRUE(QTest::qWaitFor([&] { return over; }, 20'000));
  QTest::qWait(20);
  EXPECT_GE(heart.longest(JobKind::Export).milliseconds, 115);
  EXPECT_GT(heart.longest(JobKind::Export).computing, 0);
  EXPECT_EQ(heart.longest(JobKind::Photo).milliseconds, 0);
  EXPECT_EQ(heart.longest().milliseconds, heart.longest(JobKind::Export).milliseconds);
  EXPECT_NE(test::contentOf(folder.path() / "gaps.txt").find("while export is written"),
            std::string::npos);
}

TEST_F(WindowTest, MemoryStaysFlatFromPhotoToPhoto) {
  for (int i = 0; i < kPhotos; ++i) {
    (void)photoFile("p" + std::to_string(i) + ".jpg", 240 + i % 7 * 40, 200 + i % 5 * 40);
  }
  openWindow({{folder_.path()}, test::modelFile("xxs")});
  waitUntilIdle();
  double early = 0;
  for (int i = 1; i < kPhotos; ++i) {
    window().actions()[ActionId::NextPhoto]->trigger();
    waitUntilIdle();
    if (i < kWarmUp) early = std::max(early, residentMegabytes());
  }
  EXPECT_EQ(session().photos().index(), kPhotos - 1);
  EXPECT_TRUE(session().analysis());
  EXPECT_LT(residentMegabytes() - early, kMostGrowth);
}

}  // namespace
}  // namespace filterlens
