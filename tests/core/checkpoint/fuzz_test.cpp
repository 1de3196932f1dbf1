// 2,000 seeded mutations of each format: none may crash, hang for 2 s, or take more memory than
// three times the file's size plus 64 MB; each opens, or gives a sentence.
#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/input_file.h"
#include "core/checkpoint/memory_budget.h"
#include "core/checkpoint/zip_archive.h"
#include "tests/core/checkpoint/allocation_count.h"
#include "tests/core/checkpoint/handmade.h"
#include "tests/core/checkpoint/mutation.h"
#include "tests/support/temporary_folder.h"

namespace filterlens::test {
namespace {

constexpr int kMutations = 2000;
constexpr int kLongestSeconds = 2;
const std::filesystem::path kFolder = FILTERLENS_TEST_DATA "/checkpoints";

/// Ends the program when a file keeps the reader busy for too long (processor time, so that a busy
/// machine does no harm), or waiting for much longer than that.
class Watchdog {
 public:
  Watchdog() {
    std::signal(SIGPROF, tooLong);
    std::signal(SIGALRM, tooLong);
    arm(kLongestSeconds);
    ::alarm(30 * kLongestSeconds);
  }
  ~Watchdog() {
    arm(0);
    ::alarm(0);
  }
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

 private:
  static void arm(int seconds) {
    const itimerval timer{{0, 0}, {seconds, 0}};
    ::setitimer(ITIMER_PROF, &timer, nullptr);
  }
  static void tooLong(int /*signal*/) {
    constexpr std::string_view kMessage = "A mutated file kept the reader busy for too long.\n";
    const auto written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
    ::_exit(written < 0 ? 3 : 2);
  }
};

TEST(AllocationPeak, SeesWhatIsAllocatedAndWhatIsGone) {
  const AllocationPeak outer;
  {
    const std::vector<char> big(5000000);
    void* more = std::calloc(1, 4000000);
    EXPECT_NE(more, nullptr);
    EXPECT_GE(outer.bytes(), 9000000U);
    std::free(more);
  }
  const AllocationPeak inner;
  EXPECT_LT(inner.bytes(), 1000U);
  const std::vector<char> small(2000000);
  EXPECT_GE(inner.bytes(), 2000000U);
  EXPECT_LT(inner.bytes(), 3000000U);
}

class Fuzz : public ::testing::Test {
 protected:
  /// Opens a damaged file and checks all that is promised.
  void check(const std::string& content) {
    const auto path = folder_.write("mutant", content);
    const AllocationPeak peak;
    const Watchdog watchdog;
    const auto read = readCheckpoint(path);
    EXPECT_LE(peak.bytes(), 3 * content.size() + (std::size_t{64} << 20U));
    if (!read) {
      ++refused_;
      const std::string& sentence = read.error().sentence;
      EXPECT_FALSE(read.error().cancelled);
      EXPECT_EQ(sentence.find("Cannot open " + path.string() + ": "), 0U) << sentence;
      EXPECT_EQ(sentence.back(), '.') << sentence;
      EXPECT_LT(sentence.size(), 2000U) << sentence;
      return;
    }
    ++opened_;
    for (const Tensor& tensor : read->tensors) {
      const auto count = static_cast<std::size_t>(tensor.count());
      ASSERT_EQ(tensor.data.size(), count * bytesPerValue(tensor.dtype));
      EXPECT_EQ(tensor.toFloat().size(), count);
    }
    EXPECT_LE(nonFiniteTensors(*read).size(), read->tensors.size());
  }

  /// Both happen, or the mutations reach nothing.
  void expectBothOutcomes() const {
    EXPECT_GT(opened_, kMutations / 100);
    EXPECT_GT(refused_, kMutations / 10);
  }

  static std::vector<std::string> contentsOf(std::initializer_list<const char*> files) {
    std::vector<std::string> contents;
    for (const char* const file : files) contents.push_back(contentOf(kFolder / file));
    return contents;
  }

  TemporaryFolder folder_;
  int opened_ = 0;
  int refused_ = 0;
};

TEST_F(Fuzz, Safetensors) {
  std::vector<std::string> files;
  for (const char* const file : {"types.pth", "views.pth", "training.pth"}) {
    const auto read = readCheckpoint(kFolder / file);
    ASSERT_TRUE(read);
    const auto path = folder_.path() / "original";
    ASSERT_TRUE(writeSafetensors(path, read->tensors, {{"format", "pt"}, {"epoch", "3"}}));
    files.push_back(contentOf(path));
  }
  for (int seed = 0; seed < kMutations; ++seed) {
    SCOPED_TRACE(seed);
    Random random(static_cast<std::uint64_t>(seed));
    check(mutated(files[random() % files.size()], files[random() % files.size()], random));
  }
  expectBothOutcomes();
}

TEST_F(Fuzz, TorchLegacy) {
  const auto files = contentsOf({"training-legacy.pth", "views-legacy.pth", "types-legacy.pth",
                                 "strangers-legacy.pth", "protocol4-legacy.pth"});
  for (int seed = 0; seed < kMutations; ++seed) {
    SCOPED_TRACE(seed);
    Random random(static_cast<std::uint64_t>(seed));
    check(mutated(files[random() % files.size()], files[random() % files.size()], random));
  }
  expectBothOutcomes();
}

std::vector<ZipRecord> recordsOf(const std::filesystem::path& path) {
  const InputFile file(path);
  MemoryBudget budget(file.size());
  ZipArchive archive(file, budget);
  const Progress nobody;
  ReadProgress progress(nobody, 0, "");
  std::vector<ZipRecord> records;
  for (const std::string& name : archive.names()) {
    std::string content;
    for (const std::byte b : archive.read(name, progress)) content += static_cast<char>(b);
    records.push_back({name, content});
  }
  return records;
}

/// The checksums of a zip file keep damage away from what reads its records; so every second
/// mutant is made of records that were damaged before they were packed.
TEST_F(Fuzz, TorchZip) {
  const std::array<const char*, 5> names = {"training.pth", "views.pth", "types.pth",
                                            "strangers4.pth", "deflated.pth"};
  std::vector<std::string> files;
  std::vector<std::vector<ZipRecord>> archives;
  for (const char* const name : names) {
    files.push_back(contentOf(kFolder / name));
    archives.push_back(recordsOf(kFolder / name));
  }
  for (int seed = 0; seed < kMutations; ++seed) {
    SCOPED_TRACE(seed);
    Random random(static_cast<std::uint64_t>(seed));
    if (seed % 2 == 0) {
      check(mutated(files[random() % files.size()], files[random() % files.size()], random));
      continue;
    }
    auto records = archives[random() % archives.size()];
    // The pickle, most of the time; it is where the danger is.
    ZipRecord& record = records[random() % 4 == 0 ? random() % records.size() : 0];
    const auto& other = archives[random() % archives.size()];
    record.content = mutated(record.content, other.front().content, random);
    record.deflate = random() % 4 == 0;
    check(zipOf(records));
  }
  expectBothOutcomes();
}

}  // namespace
}  // namespace filterlens::test
