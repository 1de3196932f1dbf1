// What a frame of the window costs, and whether it stays small: a photo of 24 megapixels in 12
// panes, painted without a display; each change is followed by a repaint of the whole window. Then
// the same window walks through many photos, and its memory is looked at.
//
// A frame's processor time, of all threads together (Qt paints on several), is what to judge a
// loaded machine by; the time on the clock is what a user waits on an idle one.
//
//   tests/bench/run.sh                 builds, runs and prints the tables
//   window_bench [--photos=N]          photos to walk through (default: 500); 0: none
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>
#include <unistd.h>
#include <QApplication>
#include <QImage>
#include <QTest>

#include "core/checkpoint/checkpoint.h"
#include "tests/support/formula_weights.h"
#include "tests/support/temporary_folder.h"
#include "ui/main_window.h"
#include "ui/text.h"

namespace filterlens::test {
namespace {

constexpr QSize kPhoto(6000, 4000);
constexpr QSize kWindow(1920, 1080);
constexpr int kFrames = 200;
constexpr int kWarmUp = 20;  // frames and photos
constexpr int kClasses = 10;
constexpr int kContours = 5;
constexpr int kPatience = 600'000;
constexpr double kFrameMs = 16;

/// Of sorted values; share 0.95: the 95th percentile.
double percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const auto at = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
  return values.at(std::max<std::size_t>(at, 1) - 1);
}

double now(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

QImage noisyPicture(const QSize& size, int seed) {
  QImage picture(size, QImage::Format_RGB32);
  for (int y = 0; y < size.height(); ++y) {
    auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
    for (int x = 0; x < size.width(); ++x) {
      line[x] = qRgb(x * 255 / size.width(), (y + seed * 37) % 256, (x / 16 + y / 16) % 2 * 255);
    }
  }
  return picture;
}

/// The window with everything open that the frames need.
class World {
 public:
  World() {
    const Architecture& network = *findArchitecture("xs");
    const auto model = folder_.path() / "xs.safetensors";
    const auto photo = folder_.path() / "photo.jpg";
    if (!writeSafetensors(model, formulaWeights(network, kClasses, 1), {}).ok()) std::abort();
    if (!noisyPicture(kPhoto, 0).save(fromPath(photo))) std::abort();
    window_ = std::make_unique<MainWindow>(WindowArguments{{photo}, model});
    window_->resize(kWindow);
    window_->show();
    if (!QTest::qWaitForWindowExposed(window_.get())) std::abort();
    waitUntilIdle();
    showTwelvePanes();
    for (const std::string& layer : layers()) {  // every map that a frame may need is computed
      session().chooseLayer(layer);
      waitUntilIdle();
    }
  }

  MainWindow& window() { return *window_; }
  Session& session() { return window_->session(); }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }

  /// The layers that select tokens: every pane follows them.
  std::vector<std::string> layers() {
    std::vector<std::string> names;
    for (const LayerTrace& layer : session().analysis()->trace.layers) {
      if (!layer.selection.empty()) names.push_back(layer.name);
    }
    return names;
  }

  void waitUntilIdle() {
    const bool idle =
        QTest::qWaitFor([this] { return window_->begun() && !window_->jobs().busy(); }, kPatience);
    if (!idle) std::abort();
  }

 private:
  void showTwelvePanes() {
    const auto last = layers();
    PaneLayout layout{{{std::string(kPhotoMethod), {}}}, 4};
    for (const char* method : {"gradcam", "rollout", "importance", "response", "selection",
                               "attention_received", "layercam", "eigencam"}) {
      layout.panes.push_back({method, {}});
    }
    for (const std::string& layer : last) layout.panes.push_back({"importance", layer});
    layout.panes.resize(12, {"gradcam", {}});
    session().setLayout(layout);
    waitUntilIdle();
    for (Pane* pane : window_->grid()->panes()) {
      if (!pane->isVisible() || !pane->map() != (pane == window_->grid()->panes().front())) {
        std::fprintf(stderr, "not every pane shows its map\n");
        std::abort();
      }
    }
  }

  TemporaryFolder folder_;
  std::unique_ptr<MainWindow> window_;
};

/// Goes before the application does.
std::unique_ptr<World>& worldOwner() {
  static std::unique_ptr<World> owner;
  return owner;
}

World& world() {
  if (!worldOwner()) worldOwner() = std::make_unique<World>();
  return *worldOwner();
}

/// One kind of change; step counts the frames.
struct Change {
  const char* name;
  const char* title;
  std::function<void(int step)> make;
  std::function<void()> before = [] {};
  std::function<void()> after = [] {};
};

void display(const std::function<void(DisplayChoices&)>& change) {
  DisplayChoices next = world().session().choices().display;
  change(next);
  world().session().setDisplay(next);
}

void compare(CompareMode mode) {
  const auto& panes = world().session().choices().layout.panes;
  world().session().setComparison(Comparison{{panes[1]}, {panes[2]}, mode});
}

void endComparison() { world().session().setComparison(std::nullopt); }

/// As many lines in every pane as can be chosen.
void showContours() {
  display([](auto& it) { it.contours = kContours; });
}

void endContours() {
  world().window().link().fit();
  display([](auto& it) {
    it.contours = 0;
    it.fixedRanges.clear();
  });
}

/// As a drag of an end of each colour bar does it.
void stretchRanges(int step) {
  display([step](auto& it) {
    for (const Pane* pane : world().window().grid()->panes()) {
      if (!pane->map() || pane->map()->scale == HeatmapScale::Ranks) continue;
      const ValueRange whole = displayRange(*pane->map());
      const float share = 1 - static_cast<float>(step % 50) * 0.01F;
      it.fixedRanges[rangeKey(*pane->map())] = {whole.low * share, whole.high * share};
    }
  });
}

std::vector<Change> changes() {
  return {
      {"layer", "another layer in all panes",
       [](int step) {
         const auto layers = world().layers();
         world().session().chooseLayer(layers[static_cast<std::size_t>(step) % layers.size()]);
       }},
      {"colormap", "another colour map",
       [](int step) {
         display([step](auto& it) { it.colormap = step % 2 == 0 ? "magma" : "viridis"; });
       }},
      {"range", "another range",
       [](int step) {
         display([step](auto& it) {
           it.range = step % 2 == 0 ? RangeChoice::Method : RangeChoice::Map;
         });
       }},
      {"opacity", "another opacity",
       [](int step) { display([step](auto& it) { it.opacity = 0.3 + step % 50 * 0.01; }); }},
      {"zoom", "zoom",
       [](int step) {
         world().window().link().setView({0.4, 0.6}, std::pow(1.05, step % 80));
       },
       [] {}, [] { world().window().link().fit(); }},
      {"pan", "pan at actual size",
       [](int step) {
         world().window().link().setView({0.3 + step % 100 * 0.004, 0.5}, 14);
       },
       [] {}, [] { world().window().link().fit(); }},
      {"contours zoom", "zoom, contours in all panes",
       [](int step) {
         world().window().link().setView({0.4, 0.6}, std::pow(1.05, step % 80));
       },
       showContours, endContours},
      {"contours range", "another range, contours in all panes", stretchRanges, showContours,
       endContours},
      {"cursor", "the cursor in all panes",
       [](int step) { world().window().link().setCursor(QPointF(0.2 + step % 60 * 0.01, 0.5)); },
       [] {}, [] { world().window().link().setCursor(std::nullopt); }},
      {"split", "drag of the split line",
       [](int step) { Q_EMIT world().window().compareView()->handle()->movedBy(step % 2 * 8 - 4); },
       [] { compare(CompareMode::Split); }, endComparison},
      {"split zoom", "zoom of a split view",
       [](int step) {
         world().window().link().setView({0.4, 0.6}, std::pow(1.05, step % 80));
       },
       [] { compare(CompareMode::Split); },
       [] {
         world().window().link().fit();
         endComparison();
       }},
      {"difference", "zoom of a difference",
       [](int step) {
         world().window().link().setView({0.4, 0.6}, std::pow(1.05, step % 80));
       },
       [] { compare(CompareMode::Difference); },
       [] {
         world().window().link().fit();
         endComparison();
       }},
  };
}

/// What follows a change until it is on the (absent) screen: layouts, posted events, all pixels.
void paintFrame() {
  QCoreApplication::sendPostedEvents();
  world().window().repaint();
}

struct Times {
  std::vector<double> wall;  // ms
  std::vector<double> cpu;
};

std::map<std::string, Times>& measured() {
  static std::map<std::string, Times> times;
  return times;
}

void frames(benchmark::State& state, const Change& change) {
  change.before();
  int step = 0;
  for (; step < kWarmUp; ++step) {
    change.make(step);
    paintFrame();
  }
  Times& times = measured()[change.name];
  for (auto _ : state) {
    const double wall = now(CLOCK_MONOTONIC);
    const double cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    change.make(step++);
    paintFrame();
    times.cpu.push_back(1e3 * (now(CLOCK_PROCESS_CPUTIME_ID) - cpu));
    times.wall.push_back(1e3 * (now(CLOCK_MONOTONIC) - wall));
    state.SetIterationTime(times.wall.back() / 1e3);
  }
  change.after();
  world().waitUntilIdle();
}

void printFrames() {
  std::printf("\n%d x %d px photo, 12 panes, window of %d x %d; ms a frame of the whole window\n",
              kPhoto.width(), kPhoto.height(), world().window().width(), world().window().height());
  std::printf("%-32s %9s %9s %13s %13s\n", "", "p50", "p95", "p50 processor", "p95 processor");
  for (const Change& change : changes()) {
    if (!measured().contains(change.name)) continue;
    const Times& times = measured().at(change.name);
    const double slow = percentile(times.cpu, 0.95);
    std::printf("%-32s %9.1f %9.1f %13.1f %13.1f%s\n", change.title, percentile(times.wall, 0.5),
                percentile(times.wall, 0.95), percentile(times.cpu, 0.5), slow,
                slow < kFrameMs ? "" : "   over 16 ms");
  }
}

// Memory over many photos.

double residentMegabytes() {
  long pages = 0;
  long resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void walkThrough(int photos) {
  if (photos <= 0) return;
  const auto folder = world().folder().path() / "many";
  std::filesystem::create_directories(folder);
  for (int i = 0; i < photos; ++i) {
    const auto name = folder / ("p" + std::to_string(i) + ".jpg");
    if (!noisyPicture({320 + i % 7 * 40, 240 + i % 5 * 40}, i).save(fromPath(name))) std::abort();
  }
  world().window().open({folder});
  world().waitUntilIdle();
  std::printf("\nMemory while the window walks through %d photos\n%10s %10s\n", photos, "photo",
              "MB");
  double early = 0;
  for (int i = 1; i <= photos; ++i) {
    if (i == kWarmUp) early = residentMegabytes();
    if (i % std::max(1, photos / 10) == 0) std::printf("%10d %10.0f\n", i, residentMegabytes());
    world().window().actions()[ActionId::NextPhoto]->trigger();
    world().waitUntilIdle();
  }
  std::printf("growth since photo %d: %.1f MB\n", kWarmUp, residentMegabytes() - early);
}

}  // namespace
}  // namespace filterlens::test

int main(int argc, char** argv) {
  using namespace filterlens::test;
  qputenv("QT_QPA_PLATFORM", "offscreen");
  const TemporaryFolder home;
  for (const char* variable :
       {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}) {
    qputenv(variable, home.path().c_str());
  }
  QApplication application(argc, argv);
  int photos = 500;
  for (int i = 1; i < argc; ++i) {
    constexpr std::string_view kOption = "--photos=";
    const std::string_view word = argv[i];
    if (!word.starts_with(kOption)) continue;
    photos = std::atoi(argv[i] + kOption.size());
    std::move(argv + i + 1, argv + argc, argv + i);
    --argc;
    break;
  }
  for (const Change& change : changes()) {
    benchmark::RegisterBenchmark(change.name,
                                 [change](benchmark::State& state) { frames(state, change); })
        ->Unit(benchmark::kMillisecond)
        ->UseManualTime()
        ->Iterations(kFrames);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  printFrames();
  walkThrough(photos);
  worldOwner().reset();
  return 0;
}
