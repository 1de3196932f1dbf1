#include "app/train_command.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "app/console.h"
#include "app/exit_code.h"
#include "app/interrupt.h"
#include "app/watch.h"
#include "core/engine.h"

namespace filterlens {
namespace {

template <class... Values>
std::string formatted(const char* format, Values... values) {
  std::array<char, 200> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string duration(double seconds) {
  const auto minutes = static_cast<long>(std::lround(seconds / 60));
  if (seconds < 90) return formatted("%.0f s", seconds);
  if (minutes < 90) return formatted("%ld min", minutes);
  return formatted("%ld h %02ld min", minutes / 60, minutes % 60);
}

/// "128", or "0:96,0.6:128".
Result<std::vector<InputSize>> parsedSizes(const std::string& text) {
  std::vector<InputSize> sizes;
  std::size_t at = 0;
  while (at <= text.size()) {
    const auto end = std::min(text.find(',', at), text.size());
    const auto item = text.substr(at, end - at);
    const auto colon = item.find(':');
    InputSize size;
    const char* const begin = item.data() + (colon == std::string::npos ? 0 : colon + 1);
    const char* const last = item.data() + item.size();
    bool good = std::from_chars(begin, last, size.side).ptr == last && begin != last;
    if (colon != std::string::npos) {
      const auto* const stop = item.data() + colon;
      good = good && std::from_chars(item.data(), stop, size.from).ptr == stop;
    }
    if (!good)
      return Error{"--size takes pixels, as in 128 or 0:96,0.6:128, not \"" + text + "\"."};
    sizes.push_back(size);
    at = end + 1;
  }
  return sizes;
}

Result<TrainOptions> optionsOf(const TrainCommandOptions& command) {
  auto options = command.train;
  if (command.fit == "resize-and-crop") options.fit = Preprocessing::Fit::ResizeAndCrop;
  if (!command.sizes.empty()) {
    auto sizes = parsedSizes(command.sizes);
    if (!sizes) return sizes.error();
    options.sizes = *sizes;
  } else if (const auto* network = findArchitecture(options.architecture)) {
    options.sizes = {{0, network->defaultInputSize}};
  }
  return options;
}

TrainingReports reportsTo(Console& console, const Watch& watch) {
  TrainingReports reports;
  reports.preparing = [&](const std::string& what) { console.show(what); };
  reports.skipped = [&](const UnreadablePhoto& photo) { console.complain(photo.sentence); };
  reports.step = [&](const StepReport& step) {
    console.show(formatted("epoch %d of %d, %d of %d, loss %.3f, %.0f photos/s, %s left",
                           step.epoch, step.epochs, step.batch, step.batches, step.loss,
                           step.photosPerSecond, duration(step.secondsLeft).c_str()));
  };
  reports.epoch = [&](const EpochMetrics& epoch, const std::filesystem::path& model) {
    console.finish(
        formatted("epoch %3d  loss %.3f  top-1 %.3f  validation top-1 %.3f, worst class "
                  "%.3f, loss %.3f  %d px  %.0f photos/s  waited %.1f %%",
                  epoch.epoch, epoch.loss, epoch.top1, epoch.validationTop1, epoch.validationWorst,
                  epoch.validationLoss, epoch.side, epoch.photosPerSecond, 100 * epoch.waitShare));
    if (!watch.due(epoch.epoch)) return;
    // The run goes on where a photo that is watched cannot be shown.
    if (auto written = watch.write(epoch.epoch, model); !written) {
      console.complain(written.error().sentence);
    }
  };
  return reports;
}

}  // namespace

int runTrain(const TrainCommandOptions& command) {
  const auto options = optionsOf(command);
  if (!options) {
    complain(options.error().sentence);
    return kExitUsage;
  }
  const auto engine = loadEngine();
  if (!engine) {
    complain(engine.error().sentence);
    return kExitSomeFailed;
  }
  const Interrupt interrupt;
  Console console(command.quiet);
  const Watch watch(**engine, command.watch, command.watchEvery, options->out);
  const auto result =
      (*engine)->train(*options, command.resume, reportsTo(console, watch), interrupt.token());
  if (!result) {
    console.complain(result.error().sentence);
    return result.error().cancelled ? kExitInterrupted : kExitSomeFailed;
  }
  if (!result->finished) {
    console.finish("Stopped in epoch " + std::to_string(result->epochs + 1) +
                   ". Go on with --resume.");
    return kExitInterrupted;
  }
  std::cout << RunFolder{options->out}.best().string() << "\n";
  return kExitOk;
}

}  // namespace filterlens
