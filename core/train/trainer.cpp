#include "core/train/trainer.h"

#include <fstream>
#include <sstream>
#include <thread>

#include <ATen/Parallel.h>

#include "core/export/whole_file.h"
#include "core/model/torch_model_internal.h"
#include "core/train/training_run_internal.h"

namespace filterlens {
namespace {

std::string textOf(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The options of a resumed run: its own recipe, with this call's folders and threads.
Result<TrainOptions> resumedOptions(const TrainOptions& given) {
  const RunFolder folder{given.out};
  std::error_code ignored;
  if (!std::filesystem::exists(folder.state(), ignored)) {
    return Error{"There is no run to resume in " + given.out.string() + ": " +
                 folder.state().filename().string() + " is missing. Start one without --resume."};
  }
  auto options = trainOptionsFromJson(textOf(folder.recipe()));
  if (!options) {
    return Error{folder.recipe().string() + " is no recipe of a run: " + options.error().sentence};
  }
  options->data = given.data;
  options->out = given.out;
  options->threads = given.threads;
  options->loaderThreads = given.loaderThreads;
  return options;
}

Result<void> checkNewFolder(const TrainOptions& options) {
  std::error_code ignored;
  if (!std::filesystem::exists(RunFolder{options.out}.recipe(), ignored)) return {};
  return Error{options.out.string() +
               " holds a run already. Go on with it with --resume, or name "
               "another folder."};
}

/// Reads the photos; side: the largest input.
Result<TrainingData> readData(const TrainOptions& options, const TrainingReports& reports,
                              const std::stop_token& stop) {
  auto dataset = openPhotoDataset(options.data);
  if (!dataset) return dataset.error();
  int side = 0;
  for (const auto& size : options.sizes) side = std::max(side, size.side);
  // Training photos may be reduced: twice the input leaves a cut of a quarter of the area its
  // sharpness. Validation photos are given to the network as explain and evaluate give them.
  const auto read = [&](const std::vector<LabelledPhoto>& photos, const std::string& what,
                        int shortSide) {
    const Progress progress(stop, [&](double part, std::string_view) {
      if (!reports.preparing) return;
      reports.preparing("reading " + what + " photos, " +
                        std::to_string(static_cast<int>(100 * part)) + " %");
    });
    PhotoStoreOptions store;
    store.shortSide = shortSide;
    store.threads = options.loaderThreads;
    return PhotoStore::open(photos, dataset->classNames, store, progress);
  };
  auto train = read(dataset->train, "training", 2 * side);
  if (!train) return train.error();
  auto val = read(dataset->val, "validation", 0);
  if (!val) return val.error();
  if (reports.skipped) {
    for (const auto* store : {&*train, &*val}) {
      for (const auto& photo : store->unreadable()) reports.skipped(photo);
    }
  }
  if (train->size() < options.batchSize) {
    return Error{"There are " + std::to_string(train->size()) + " training photos in " +
                 options.data.string() + ", fewer than a batch of " +
                 std::to_string(options.batchSize) + ". Choose a smaller --batch-size."};
  }
  return TrainingData{dataset->classNames, std::move(*train), std::move(*val)};
}

}  // namespace

Result<TrainingResult> train(const TrainOptions& given, bool resume, const TrainingReports& reports,
                             std::stop_token stop) {
  const auto options = resume ? resumedOptions(given) : Result<TrainOptions>(given);
  if (!options) return options.error();
  if (auto valid = validate(*options); !valid) return valid.error();
  if (!resume) {
    if (auto fresh = checkNewFolder(*options); !fresh) return fresh.error();
  }
  auto data = readData(*options, reports, stop);
  if (!data) return data.error();

  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  at::set_num_threads(options->threads > 0 ? options->threads : cores);
  try {
    TrainingRun run(*options, std::move(*data), reports, stop);
    if (auto ready = resume ? run.resume() : run.startAnew(); !ready) return ready.error();
    if (!resume) {
      auto written = writeWhole(RunFolder{options->out}.recipe(), toJson(*options) + "\n");
      if (!written) return written.error();
    }
    return run.go();
  } catch (const std::exception& e) {
    return libraryError("Training " + options->architecture, e);
  }
}

}  // namespace filterlens
