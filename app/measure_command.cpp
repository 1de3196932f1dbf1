#include "app/measure_command.h"

#include <array>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "app/command_run.h"
#include "app/exit_code.h"
#include "app/measure_files.h"
#include "app/measure_log.h"
#include "app/measure_workers.h"
#include "app/measured_photos.h"
#include "app/method_choice.h"
#include "core/export/analysis_record.h"
#include "core/measure/bootstrap.h"
#include "core/measure/protocol.h"

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
class MeasureRun : CommandRun {
 public:
  MeasureRun(const MeasureOptions& options, MeasureRequest request)
      : CommandRun(options.quiet), options_(options), request_(std::move(request)) {}

  int run() {
    if (const int code = prepare(); code != kExitOk) return code;
    // First, since a log of other settings must stop the workers too.
    if (auto log = openLog(); !log) return refuse(log.error(), kExitSomeFailed);
    if (options_.jobs > 1) letWorkersMeasure();
    auto log = openLog();
    if (!log) return refuse(log.error(), kExitSomeFailed);
    for (std::size_t i = 0; i < photos_.size(); ++i) {
      if (stopped()) break;
      const auto label = "[" + std::to_string(i + 1) + "/" + std::to_string(photos_.size()) + "] " +
                         photos_[i].name;
      if (auto kept = takeOn(photos_[i], label, *log); !kept) {
        return refuse(kept.error(), kExitSomeFailed);
      }
    }
    return finish(*log);
  }

 private:
  Result<MeasureLog> openLog() const {
    return MeasureLog::open(options_.out, options_.shard, settings_);
  }

  /// What they complain about is said again when it is this process's turn.
  void letWorkersMeasure() {
    std::size_t done = 0;
    runWorkers(
        options_,
        [&](const std::string& line) {
          const auto label = line.find("] ");
          if (!line.starts_with("[") || label == std::string::npos) return;
          ++done;
          console().finish("[" + std::to_string(done) + "/" + std::to_string(photos_.size()) + "]" +
                           line.substr(label + 1));
        },
        token());
  }

  /// The engine, the model, the photos, and what makes this run what it is.
  int prepare() {
    const ModelRequest request{options_.model, options_.classes, options_.threads};
    if (const int code = open(request); code != kExitOk) return code;
    auto photos = listPhotos(options_.folder, options_.boxes, model().info());
    if (!photos) return refuse(photos.error(), kExitUsage);
    choose(spread(std::move(*photos), options_.limit));
    if (request_.families.contains(MeasureFamily::Randomisation)) {
      auto cascade = randomisationCascade(model(), request_.seed, progress("Loading"));
      if (!cascade) return refuse(cascade.error(), kExitModel);
      request_.cascade = std::move(*cascade);
    }
    return describeSettings();
  }

  /// This shard's part, and what of it the report shows.
  void choose(std::vector<ListedPhoto> all) {
    std::vector<std::string> names;
    names.reserve(all.size());
    for (const auto& photo : all) names.push_back(photo.name);
    examples_ = exampleNames(names);
    const auto count = static_cast<std::size_t>(options_.shard.count);
    for (auto i = static_cast<std::size_t>(options_.shard.index - 1); i < all.size(); i += count) {
      photos_.push_back(std::move(all[i]));
    }
  }

  /// All that numbers depend on, but not how many photos there are.
  int describeSettings() {
    const auto& info = model().info();
    Json json;
    json["program"] = {{"name", "FilterLens"}, {"version", FILTERLENS_VERSION}};
    json["model"] = {{"sha256", info.sha256},
                     {"architecture", info.architecture->id},
                     {"temperature", info.temperature},
                     {"class_names", info.classNames},
                     {"preprocessing", Json::parse(toJson(info.preprocessing))}};
    json["boxes"] = nullptr;
    if (!options_.boxes.empty()) {
      const auto file = recordPhoto(options_.boxes);
      if (!file) return refuse(file.error(), kExitSomeFailed);
      json["boxes"] = {{"sha256", file->sha256}};
    }
    json["methods"] = methodsJson(request_.methods);
    json["families"] = Json::array();
    for (const auto family : request_.families) json["families"].push_back(specOf(family).id);
    json["seed"] = request_.seed;
    json["draws"] = request_.draws;
    json["steps"] = request_.steps;
    json["all_layers"] = request_.allLayers;
    json["bootstrap_resamples"] = kBootstrapResamples;
    json["protocol"] = protocolOf(request_);
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
      return log.add(*known);
    }
    auto measures = measure(photo, file->sha256, progress(label));
    if (!measures) {
      fail(photo, measures.error());
      return {};
    }
    if (auto added = log.add(*measures); !added) return added;
    console().finish(label + ": " + describe(*measures));
    measured_.push_back(std::move(*measures));
    return {};
  }

  Result<PhotoMeasures> measure(const ListedPhoto& listed, const std::string& sha256,
                                const Progress& progress) const {
    const auto read = engine().readPhoto(listed.path);
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
    auto input = preprocess(read->image, model().info().preprocessing);
    if (!input) return input.error();
    photo.input = std::move(*input);
    std::vector<Heatmap> maps;
    auto measures = measurePhoto(model(), photo, request_, progress, &maps);
    if (!measures) return measures;
    measures->file = listed.name;
    measures->sha256 = sha256;
    if (examples_.contains(listed.name)) {
      const auto example =
          makeExample(engine(), model().info(), *measures, photo.input.tensor, maps);
      if (!example) return example.error();
      if (auto kept = keepExample(options_.out, *example); !kept) return kept.error();
    }
    return measures;
  }

  /// "dog, 93 %"; "dog, 12 %, taken for cat"
  std::string describe(const PhotoMeasures& photo) const {
    const auto& info = model().info();
    auto text = info.className(photo.target);
    if (std::isfinite(photo.probability)) {
      text += ", " + std::to_string(std::lround(photo.probability * 100)) + " %";
    }
    if (!photo.right()) text += ", taken for " + info.className(photo.predicted);
    return text;
  }

  int finish(MeasureLog& log) {
    const auto done = std::to_string(measured_.size()) + " of " + std::to_string(photos_.size());
    if (stopped()) {
      console().complain("Stopped; " + done +
                         " photos are measured, and the same command goes on from there.");
      return kExitInterrupted;
    }
    if (measured_.empty() && !photos_.empty()) {
      return refuse({"None of the photos could be measured (see above)."}, kExitSomeFailed);
    }
    if (auto complete = log.complete(); !complete) {
      return refuse(complete.error(), kExitSomeFailed);
    }
    for (int job = 1; options_.jobs > 1 && job <= options_.jobs; ++job) {
      removeLog(options_.out, workerShard(options_.shard, options_.jobs, job));
    }
    if (options_.shard.count == 1) {
      const auto examples = readExamples(std::array{options_.out});
      auto written = writeMeasures({options_.out, settings_, measured_, examples, options_.json});
      if (!written) return refuse(written.error(), kExitSomeFailed);
    }
    if (failed_ == 0) return kExitOk;
    console().complain(done + " photos measured, " + std::to_string(failed_) +
                       " failed (see above).");
    return kExitSomeFailed;
  }

  void fail(const ListedPhoto& photo, const Error& error) {
    if (error.cancelled) return;
    ++failed_;
    const bool named = error.sentence.find(photo.path.filename().string()) != std::string::npos;
    console().complain(named ? error.sentence : photo.path.string() + ": " + error.sentence);
  }

  const MeasureOptions& options_;
  MeasureRequest request_;
  std::vector<ListedPhoto> photos_;
  std::set<std::string> examples_;  // photos that the report shows
  std::string settings_;            // one line of JSON
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
  auto families = measureFamiliesNamed(options.measures);
  if (!families) {
    complain(families.error().sentence);
    return kExitUsage;
  }
  if (options.steps == 0) families->erase(MeasureFamily::Perturbation);
  MeasureRequest request;
  request.methods = std::move(*methods);
  request.families = std::move(*families);
  request.seed = options.seed;
  request.draws = options.draws;
  request.steps = options.steps;
  request.allLayers = options.allLayers;
  return MeasureRun(options, std::move(request)).run();
}

}  // namespace filterlens
