#include "app/measure_command.h"

#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/console.h"
#include "app/exit_code.h"
#include "app/interrupt.h"
#include "app/measure_log.h"
#include "app/measure_table.h"
#include "app/measured_photos.h"
#include "app/method_choice.h"
#include "core/export/analysis_record.h"
#include "core/export/whole_file.h"
#include "core/measure/summary.h"

namespace filterlens {
namespace {

using Json = nlohmann::ordered_json;

Json methodsJson(const std::vector<MethodChoice>& methods) {
  Json list = Json::array();
  for (const auto& [method, parameters] : methods) {
    Json set = Json::object();
    for (const auto& [id, value] : parameters.numbers()) set[id] = value;
    for (const auto& [id, value] : parameters.choices()) set[id] = value;
    list.push_back({{"id", method->id}, {"parameters", set}});
  }
  return list;
}

/// The photos as they are measured, one after the other.
class MeasureRun {
 public:
  MeasureRun(const MeasureOptions& options, MeasureRequest request)
      : options_(options), request_(std::move(request)), console_(options.quiet) {}

  int run() {
    if (const int code = open(); code != kExitOk) return code;
    auto log = MeasureLog::open(options_.out / "photos.jsonl", settings_);
    if (!log) return refuse(log.error(), kExitSomeFailed);
    for (std::size_t i = 0; i < photos_.size(); ++i) {
      if (stopped()) break;
      const auto label = "[" + std::to_string(i + 1) + "/" + std::to_string(photos_.size()) + "] " +
                         photos_[i].name;
      if (auto kept = takeOn(photos_[i], label, *log); !kept) {
        return refuse(kept.error(), kExitSomeFailed);
      }
    }
    return finish();
  }

 private:
  /// The engine, the model, the photos, and what makes this run what it is.
  int open() {
    console_.show("Loading");
    auto engine = loadEngine();
    if (!engine) return refuse(engine.error(), kExitModel);
    engine_ = *engine;
    if (options_.threads > 0) engine_->setThreads(options_.threads);
    OpenOptions open;
    if (!options_.classes.empty()) {
      auto names = readClassNames(options_.classes);
      if (!names) return refuse(names.error(), kExitUsage);
      open.classNames = std::move(*names);
    }
    auto model = engine_->openModel(options_.model, open, progress(options_.model.string()));
    if (!model) return refuse(model.error(), kExitModel);
    model_ = *model;
    auto photos = listPhotos(options_.folder, options_.boxes, model_->info());
    if (!photos) return refuse(photos.error(), kExitUsage);
    photos_ = spread(std::move(*photos), options_.limit);
    return describeSettings();
  }

  /// All that numbers depend on, but not how many photos there are.
  int describeSettings() {
    const auto& model = model_->info();
    Json json;
    json["program"] = {{"name", "FilterLens"}, {"version", FILTERLENS_VERSION}};
    json["model"] = {{"sha256", model.sha256},
                     {"architecture", model.architecture->id},
                     {"temperature", model.temperature},
                     {"class_names", model.classNames},
                     {"preprocessing", Json::parse(toJson(model.preprocessing))}};
    json["boxes"] = nullptr;
    if (!options_.boxes.empty()) {
      const auto file = recordPhoto(options_.boxes);
      if (!file) return refuse(file.error(), kExitSomeFailed);
      json["boxes"] = {{"sha256", file->sha256}};
    }
    json["methods"] = methodsJson(request_.methods);
    json["seed"] = request_.seed;
    json["draws"] = request_.draws;
    json["steps"] = request_.steps;
    json["all_layers"] = request_.allLayers;
    json["bootstrap_resamples"] = kBootstrapResamples;
    settings_ = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return kExitOk;
  }

  /// Measures a photo, or takes what the log knows. A photo that cannot be measured is no failure
  /// of the whole.
  Result<void> takeOn(const ListedPhoto& photo, const std::string& label, MeasureLog& log) {
    const auto file = recordPhoto(photo.path);
    if (!file) {
      fail(photo, file.error());
      return {};
    }
    if (const auto* known = log.find(photo.name, file->sha256)) {
      measured_.push_back(*known);
      return {};
    }
    auto measures = measure(photo, progress(label));
    if (!measures) {
      fail(photo, measures.error());
      return {};
    }
    measures->file = photo.name;
    measures->sha256 = file->sha256;
    if (auto added = log.add(*measures); !added) return added;
    console_.finish(label + ": " + describe(*measures));
    measured_.push_back(std::move(*measures));
    return {};
  }

  Result<PhotoMeasures> measure(const ListedPhoto& listed, const Progress& progress) const {
    const auto read = engine_->readPhoto(listed.path);
    if (!read) return read.error();
    PhotoToMeasure photo{.name = listed.name, .input = {}, .label = listed.label, .boxes = {}};
    if (listed.boxes) {
      const auto& image = read->image;
      if (image.width() != listed.boxes->width || image.height() != listed.boxes->height) {
        return Error{"It has " + std::to_string(image.width()) + " x " +
                     std::to_string(image.height()) + " pixels, and its boxes were drawn on " +
                     std::to_string(listed.boxes->width) + " x " +
                     std::to_string(listed.boxes->height) + "."};
      }
      photo.boxes = listed.boxes->boxes;
    }
    auto input = preprocess(read->image, model_->info().preprocessing);
    if (!input) return input.error();
    photo.input = std::move(*input);
    return measurePhoto(*model_, photo, request_, progress);
  }

  /// "dog, 93 %"; "dog, 12 %, taken for cat"
  std::string describe(const PhotoMeasures& photo) const {
    const auto& model = model_->info();
    auto text = model.className(photo.target);
    if (std::isfinite(photo.probability)) {
      text += ", " + std::to_string(std::lround(photo.probability * 100)) + " %";
    }
    if (!photo.right()) text += ", taken for " + model.className(photo.predicted);
    return text;
  }

  int finish() {
    const auto done = std::to_string(measured_.size()) + " of " + std::to_string(photos_.size());
    if (stopped()) {
      console_.complain("Stopped; " + done +
                        " photos are measured, and the same command goes on from there.");
      return kExitInterrupted;
    }
    if (measured_.empty()) {
      return refuse({"None of the photos could be measured (see above)."}, kExitSomeFailed);
    }
    if (auto written = write(summarise(measured_, request_.seed)); !written) {
      return refuse(written.error(), kExitSomeFailed);
    }
    if (failed_ == 0) return kExitOk;
    console_.complain(done + " photos measured, " + std::to_string(failed_) +
                      " failed (see above).");
    return kExitSomeFailed;
  }

  Result<void> write(const MeasureSummary& summary) {
    const auto json = measuresJson(summary, settings_);
    auto written = writeWhole(options_.out / "measures.json", json);
    if (written) written = writeWhole(options_.out / "measures.csv", measuresCsv(summary));
    if (written) {
      written = writeWhole(options_.out / "photos.csv", photosCsv(measured_, model_->info()));
    }
    if (!written) return written;
    std::cout << (options_.json ? json : measureTables(summary)) << std::flush;
    return {};
  }

  Progress progress(const std::string& label) {
    return {interrupt_.token(), [this, label](double fraction, std::string_view text) {
              console_.show(label + ": " + std::string(text) + ", " +
                            std::to_string(std::lround(fraction * 100)) + " %");
            }};
  }

  bool stopped() const { return interrupt_.token().stop_requested(); }

  int refuse(const Error& error, int code) {
    if (error.cancelled) return kExitInterrupted;
    console_.complain(error.sentence);
    return code;
  }

  void fail(const ListedPhoto& photo, const Error& error) {
    if (error.cancelled) return;
    ++failed_;
    const bool named = error.sentence.find(photo.path.filename().string()) != std::string::npos;
    console_.complain(named ? error.sentence : photo.path.string() + ": " + error.sentence);
  }

  const MeasureOptions& options_;
  MeasureRequest request_;
  Interrupt interrupt_;
  Console console_;
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<const Model> model_;
  std::vector<ListedPhoto> photos_;
  std::string settings_;  // one line of JSON
  std::vector<PhotoMeasures> measured_;
  int failed_ = 0;
};

}  // namespace

int runMeasure(const MeasureOptions& options) {
  auto methods = chosenMethods(options.methods, options.parameters);
  if (!methods) {
    complain(methods.error().sentence);
    return kExitUsage;
  }
  MeasureRequest request;
  request.methods = std::move(*methods);
  request.seed = options.seed;
  request.draws = options.draws;
  request.steps = options.steps;
  request.allLayers = options.allLayers;
  return MeasureRun(options, std::move(request)).run();
}

}  // namespace filterlens
