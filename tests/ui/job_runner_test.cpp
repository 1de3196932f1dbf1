// The worker thread: newest wins, cancel, progress, exceptions.
#include "ui/job_runner.h"

#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>
#include <QThread>
#include <atomic>
#include <semaphore>
#include <stdexcept>

namespace filterlens {
namespace {

constexpr int kPatience = 20'000;

/// Work that waits until nobody wants it any more.
int untilCancelled(const Progress& progress) {
  while (!progress.cancelled()) QThread::yieldCurrentThread();
  return 0;
}

TEST(JobRunner, WorksOnOneOtherThreadAndDeliversHere) {
  JobRunner jobs;
  jobs.begin();
  std::atomic<Qt::HANDLE> worker = nullptr;
  int delivered = 0;
  const auto where = [&](const Progress&) { return QThread::currentThreadId(); };
  const auto check = [&](Qt::HANDLE thread) {
    EXPECT_NE(thread, QThread::currentThreadId());
    if (worker) {
      EXPECT_EQ(thread, worker.load());
    }
    worker = thread;
    ++delivered;
  };
  jobs.start(JobKind::Photo, {}, where, check);
  jobs.start(JobKind::Model, {}, where, check);
  EXPECT_TRUE(jobs.busy());
  ASSERT_TRUE(QTest::qWaitFor([&] { return delivered == 2; }, kPatience));
  EXPECT_FALSE(jobs.busy());
}

TEST(JobRunner, WorkCanShowHowFarItIsButNotAfterItWasCancelled) {
  JobRunner jobs;
  jobs.begin();
  std::vector<int> shown;
  std::atomic<bool> go = false;
  jobs.start(
      JobKind::Map, {},
      [&](const Progress& progress, const JobRunner::Show& show) {
        show([&] { shown.push_back(1); });
        show([&] { shown.push_back(2); });  // too soon after the first
        while (!go) QThread::yieldCurrentThread();
        QThread::msleep(400);
        show([&] { shown.push_back(3); });  // cancelled by now
        return untilCancelled(progress);
      },
      [](int) {});
  ASSERT_TRUE(QTest::qWaitFor([&] { return !shown.empty(); }, kPatience));
  jobs.cancelAll();
  go = true;
  bool after = false;
  jobs.start(
      JobKind::Photo, {}, [](const Progress&) { return 1; }, [&](int) { after = true; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return after; }, kPatience));
  EXPECT_EQ(shown, std::vector<int>{1});
}

TEST(JobRunner, WaitsForBegin) {
  JobRunner jobs;
  bool delivered = false;
  jobs.start(
      JobKind::Photo, {}, [](const Progress&) { return 1; }, [&](int) { delivered = true; });
  QCoreApplication::processEvents();
  EXPECT_FALSE(delivered);
  jobs.begin();
  EXPECT_TRUE(QTest::qWaitFor([&] { return delivered; }, kPatience));
}

TEST(JobRunner, TheNewestRequestOfAKindWins) {
  JobRunner jobs;
  jobs.begin();
  std::vector<int> delivered;
  const auto deliver = [&](int value) { delivered.push_back(value); };
  jobs.start(JobKind::Analysis, {}, untilCancelled, deliver);
  jobs.start(
      JobKind::Analysis, {}, [](const Progress&) { return 1; }, deliver);
  jobs.start(
      JobKind::Analysis, {}, [](const Progress&) { return 2; }, deliver);
  jobs.start(
      JobKind::Map, {}, [](const Progress&) { return 3; }, deliver);
  ASSERT_TRUE(QTest::qWaitFor([&] { return !jobs.busy(); }, kPatience));
  EXPECT_EQ(delivered, (std::vector{2, 3}));
}

TEST(JobRunner, AFileIsWrittenThoughTheNextOneIsAskedForAtOnce) {
  JobRunner jobs;
  std::vector<int> written;
  for (const int file : {1, 2}) {
    jobs.start(
        JobKind::Export, {}, [file](const Progress&) { return file; },
        [&](int done) { written.push_back(done); });
  }
  jobs.begin();
  ASSERT_TRUE(QTest::qWaitFor([&] { return !jobs.busy(); }, kPatience));
  EXPECT_EQ(written, (std::vector{1, 2}));
}

TEST(JobRunner, WhatIsDoneIsNotDeliveredToSomebodyWhoChangedHisMind) {
  JobRunner jobs;
  jobs.begin();
  std::binary_semaphore done(0);
  bool delivered = false;
  jobs.start(
      JobKind::Photo, {},
      [&](const Progress&) {
        done.release();
        return 1;
      },
      [&](int) { delivered = true; });
  done.acquire();
  jobs.cancel(JobKind::Photo);
  bool later = false;
  jobs.start(
      JobKind::Model, {}, [](const Progress&) { return 1; }, [&](int) { later = true; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return later; }, kPatience));
  EXPECT_FALSE(delivered);
}

TEST(JobRunner, CancelStopsEverythingAndSaysSo) {
  JobRunner jobs;
  jobs.begin();
  QSignalSpy cancelled(&jobs, &JobRunner::cancelled);
  QSignalSpy busy(&jobs, &JobRunner::busyChanged);
  bool delivered = false;
  jobs.start(JobKind::Analysis, {}, untilCancelled, [&](int) { delivered = true; });
  jobs.start(JobKind::Map, {}, untilCancelled, [&](int) { delivered = true; });
  jobs.cancelAll();
  EXPECT_FALSE(jobs.busy());
  EXPECT_EQ(cancelled.count(), 1);
  EXPECT_EQ(busy.count(), 2);
  jobs.cancelAll();
  EXPECT_EQ(cancelled.count(), 1) << "nothing was left to cancel";
  bool after = false;
  jobs.start(
      JobKind::Photo, {}, [](const Progress&) { return 1; }, [&](int) { after = true; });
  ASSERT_TRUE(QTest::qWaitFor([&] { return after; }, kPatience));
  EXPECT_FALSE(delivered);
}

TEST(JobRunner, ProgressArrivesInOrder) {
  JobRunner jobs;
  std::vector<std::pair<double, QString>> heard;
  QObject::connect(&jobs, &JobRunner::progressed, &jobs, [&](double fraction, const QString& text) {
    heard.emplace_back(fraction, text);
  });
  bool delivered = false;
  jobs.start(
      JobKind::Model, QStringLiteral("Opening…"),
      [](const Progress& progress) {
        progress.report(0.5, "half");
        progress.report(1, "");
        return 0;
      },
      [&](int) { delivered = true; });
  jobs.begin();
  ASSERT_TRUE(QTest::qWaitFor([&] { return delivered; }, kPatience));
  const std::vector<std::pair<double, QString>> expected{{0, QStringLiteral("Opening…")},
                                                         {0.5, QStringLiteral("Opening… half")},
                                                         {1, QStringLiteral("Opening…")}};
  EXPECT_EQ(heard, expected);
}

TEST(JobRunner, AnExceptionBecomesASentence) {
  JobRunner jobs;
  jobs.begin();
  QSignalSpy failed(&jobs, &JobRunner::failed);
  const auto ignore = [](int) { ADD_FAILURE() << "there is no result"; };
  jobs.start(
      JobKind::Photo, {}, [](const Progress&) -> int { throw std::bad_alloc(); }, ignore);
  jobs.start(
      JobKind::Map, {},
      [](const Progress&) -> int { throw std::runtime_error("first line\nbacktrace"); }, ignore);
  ASSERT_TRUE(QTest::qWaitFor([&] { return failed.count() == 2; }, kPatience));
  EXPECT_TRUE(failed[0][0].toString().contains(QStringLiteral("memory")));
  EXPECT_TRUE(failed[1][0].toString().contains(QStringLiteral("first line")));
  EXPECT_FALSE(failed[1][0].toString().contains(QStringLiteral("backtrace")));
  EXPECT_FALSE(jobs.busy());
}

TEST(JobRunner, GoesAwayWhileWorkIsInProgress) {
  bool delivered = false;
  {
    JobRunner jobs;
    jobs.begin();
    jobs.start(JobKind::Photo, {}, untilCancelled, [&](int) { delivered = true; });
    jobs.start(JobKind::Map, {}, untilCancelled, [&](int) { delivered = true; });
  }
  QCoreApplication::processEvents();
  EXPECT_FALSE(delivered);
}

}  // namespace
}  // namespace filterlens
