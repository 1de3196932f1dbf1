#include "app/evaluate_command.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/command_run.h"
#include "app/exit_code.h"
#include "core/train/evaluation.h"
#include "core/train/photo_dataset.h"

namespace filterlens {
namespace {

/// The model's index of each of the folder's classes.
Result<std::vector<int>> matchClasses(const std::vector<std::string>& folders,
                                      const ModelInfo& model) {
  std::vector<int> indices;
  for (const auto& name : folders) {
    const auto& names = model.classNames;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) {
      indices.push_back(static_cast<int>(found - names.begin()));
      continue;
    }
    if (names.empty()) {
      return Error{model.path.filename().string() +
                   " does not say what its classes are. Give their names with --classes FILE."};
    }
    return Error{"The model has no class \"" + name +
                 "\", which is a folder of the pictures. Rename the folder, or give the model's "
                 "class names with --classes FILE."};
  }
  return indices;
}

struct Outcome {
  Predictions predictions;
  int failed = 0;
};

Outcome predictAll(CommandRun& run, const EvaluationPhotos& photos,
                   const std::vector<int>& classIndices, std::uint64_t seed) {
  Outcome outcome;
  const Model& model = run.model();
  outcome.predictions.classes = model.info().classes;
  RunOptions options;
  options.seed = seed;
  options.record = false;
  for (std::size_t i = 0; i < photos.photos.size() && !run.stopped(); ++i) {
    const auto& [file, label] = photos.photos[i];
    run.console().show(std::to_string(i) + " of " + std::to_string(photos.photos.size()) +
                       " photos");
    const auto photo = run.engine().readPhoto(file);
    const auto input = photo ? preprocess(photo->image, model.info().preprocessing)
                             : Result<PreparedInput>(photo.error());
    const auto trace = input ? model.run(input->tensor, options) : Result<Trace>(input.error());
    if (!trace) {
      run.console().complain(trace.error().sentence);
      ++outcome.failed;
      continue;
    }
    auto& logits = outcome.predictions.logits;
    logits.insert(logits.end(), trace->logits.begin(), trace->logits.end());
    outcome.predictions.labels.push_back(classIndices[static_cast<std::size_t>(label)]);
  }
  return outcome;
}

void printText(const Evaluation& e, const ModelInfo& model) {
  std::printf("pictures            %d\n", e.count);
  std::printf("top-1               %.4f (95 %% interval %.4f to %.4f)\n", e.top1, e.top1Low,
              e.top1High);
  std::printf("top-5               %.4f\n", e.top5);
  std::printf("loss                %.4f\n", e.loss);
  std::printf("calibration error   %.4f\n\n", e.calibrationError);
  std::printf("%-20s %8s %8s %10s\n", "class", "pictures", "top-1", "precision");
  for (int c = 0; c < model.classes; ++c) {
    const auto& one = e.classes[static_cast<std::size_t>(c)];
    if (one.count == 0 && one.predicted == 0) continue;
    std::printf("%-20s %8d %8.4f %10.4f\n", model.className(c).c_str(), one.count,
                one.count > 0 ? static_cast<double>(one.correct) / one.count : 0.0,
                one.predicted > 0 ? static_cast<double>(one.correct) / one.predicted : 0.0);
  }
  constexpr int kMostForMatrix = 30;
  if (model.classes > kMostForMatrix) return;
  std::printf("\nconfusion (rows: true class, columns: prediction)\n");
  for (int row = 0; row < model.classes; ++row) {
    std::printf("%-20s", model.className(row).c_str());
    for (int column = 0; column < model.classes; ++column) {
      const auto cell = static_cast<std::size_t>(row) * static_cast<std::size_t>(model.classes);
      std::printf(" %5d", e.confusion[cell + static_cast<std::size_t>(column)]);
    }
    std::printf("\n");
  }
}

void printJson(const Evaluation& e, const ModelInfo& model) {
  nlohmann::ordered_json json;
  json["model"] = {{"path", model.path.string()}, {"sha256", model.sha256}};
  json["pictures"] = e.count;
  json["top1"] = e.top1;
  json["top1_interval"] = {e.top1Low, e.top1High};
  json["top5"] = e.top5;
  json["loss"] = e.loss;
  json["calibration_error"] = e.calibrationError;
  json["temperature"] = model.temperature;
  for (int c = 0; c < model.classes; ++c) {
    const auto& one = e.classes[static_cast<std::size_t>(c)];
    json["classes"].push_back({{"name", model.className(c)},
                               {"pictures", one.count},
                               {"correct", one.correct},
                               {"predicted", one.predicted}});
  }
  json["confusion"] = e.confusion;
  std::cout << json.dump() << "\n";
}

}  // namespace

int runEvaluate(const EvaluateOptions& options) {
  CommandRun run(options.quiet);
  const auto photos = openEvaluationPhotos(options.data);
  if (!photos) return run.refuse(photos.error(), kExitSomeFailed);
  const ModelRequest request{options.model, options.classes, options.threads};
  if (const int code = run.open(request); code != kExitOk) return code;
  const auto& model = run.model().info();
  const auto indices = matchClasses(photos->classNames, model);
  if (!indices) return run.refuse(indices.error(), kExitUsage);
  const auto outcome = predictAll(run, *photos, *indices, options.seed);
  if (run.stopped()) return kExitInterrupted;
  run.console().clear();
  const auto evaluation = evaluate(outcome.predictions, model.temperature);
  options.json ? printJson(evaluation, model) : printText(evaluation, model);
  return outcome.failed > 0 ? kExitSomeFailed : kExitOk;
}

}  // namespace filterlens
