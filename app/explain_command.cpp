#include "app/explain_command.h"

#include <QGuiApplication>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>
#include <set>

#include "app/analysis_files.h"
#include "app/command_run.h"
#include "app/exit_code.h"
#include "app/method_choice.h"
#include "app/photo_batch.h"
#include "app/repeat_command.h"
#include "core/listed.h"
#include "core/model/intervention_text.h"

namespace filterlens {
namespace {

// What the command line says, before anything is opened.

Result<MapStyle> styleOf(const ExplainOptions& options) {
  MapStyle style;
  style.overlay.opacity = options.opacity;
  if (options.cells) style.overlay.interpolation = Interpolation::Cells;
  if (options.colormap.empty()) return style;
  const auto colormap = colormapOf(options.colormap);
  if (!colormap) return colormap.error();
  style.overlay.colormap = *colormap;
  return style;
}

Result<ExplainRequest> requestOf(const ExplainOptions& options) {
  auto methods = chosenMethods(options.methods, options.parameters);
  if (!methods) return methods.error();
  ExplainRequest request;
  request.seed = options.seed;
  for (const auto& whatIf : options.whatIf) {
    if (auto added = addIntervention(whatIf, request.interventions); !added) return added.error();
  }
  request.top = options.top;
  request.predictionsOnly = options.out.empty();
  request.methods = std::move(*methods);
  request.layers = options.layers;
  auto style = styleOf(options);
  if (!style) return style.error();
  request.style = *std::move(style);
  auto maps = chosenMaps(options.maps, request.style);
  if (!maps) return maps.error();
  request.maps = *std::move(maps);
  return request;
}

// What the command line says, once the model is open.

Result<int> findClass(const ModelInfo& model, const std::string& target) {
  int index = 0;
  const char* end = target.data() + target.size();
  if (const auto read = std::from_chars(target.data(), end, index);
      read.ec == std::errc() && read.ptr == end) {
    if (index >= 0 && index < model.classes) return index;
    return Error{"There is no class " + target + ": the model has the classes 0 to " +
                 std::to_string(model.classes - 1) + "."};
  }
  const auto& names = model.classNames;
  const auto found = std::find(names.begin(), names.end(), target);
  if (found != names.end()) return static_cast<int>(found - names.begin());
  if (names.empty()) {
    return Error{"There is no class \"" + target +
                 "\": the model file holds no class names. Give them with --classes, or give the "
                 "class's index."};
  }
  return Error{"There is no class \"" + target + "\" among the model's " +
               std::to_string(names.size()) + " class names."};
}

Result<void> checkLayers(const ModelInfo& model, const std::vector<std::string>& layers) {
  std::vector<std::string_view> known{"input"};
  for (const auto& stage : model.architecture->stages) {
    if (stage.isLayer()) known.push_back(stage.module);
  }
  for (const auto& layer : layers) {
    if (std::find(known.begin(), known.end(), layer) == known.end()) {
      return Error{std::string(model.architecture->title) + " has no layer \"" + layer +
                   "\"; it has " + listed(known) + "."};
    }
  }
  return {};
}

Result<void> checkWhatIf(const ModelInfo& model, const Interventions& interventions) {
  const int side = model.preprocessing.inputSize;
  const auto geometries = stageGeometries(*model.architecture, side, side);
  if (!geometries) return geometries.error();
  return checkInterventions(*model.architecture, interventions, *geometries);
}

/// "dog, 93 %"
std::string describe(const Prediction& prediction) {
  if (!std::isfinite(prediction.probability)) return "no finite prediction";
  return prediction.name + ", " + std::to_string(std::lround(prediction.probability * 100)) + " %";
}

/// Qt's remarks on the desktop session (warnings) concern no command.
void onQtMessage(QtMsgType type, const QMessageLogContext&, const QString& text) {
  if (type == QtCriticalMsg || type == QtFatalMsg) complain(text.toStdString());
}

/// The batch as it goes on.
class ExplainRun : CommandRun {
 public:
  ExplainRun(const ExplainOptions& options, ExplainRequest request)
      : CommandRun(options.quiet), options_(options), request_(std::move(request)) {}

  int run() {
    if (const int code = prepare(); code != kExitOk) return code;
    const auto batch = listBatch(options_.photos);
    for (const auto& problem : batch.problems) fail(problem);
    for (std::size_t i = 0; i < batch.photos.size(); ++i) {
      if (stopped()) break;
      explainOne(batch.photos[i], i, batch.photos.size());
    }
    return summarise();
  }

 private:
  /// The engine, the model, and what depends on them.
  int prepare() {
    const ModelRequest request{options_.model, options_.classes, options_.threads, options_.force};
    if (const int code = open(request); code != kExitOk) return code;
    if (!options_.target.empty()) {
      const auto target = findClass(model().info(), options_.target);
      if (!target) return refuse(target.error(), kExitUsage);
      request_.target = *target;
    }
    std::vector<std::string> named = options_.layers;
    for (const MapChoice& map : request_.maps) named.push_back(map.layer);
    const auto layers = checkLayers(model().info(), named);
    if (!layers) return refuse(layers.error(), kExitUsage);
    const auto whatIf = checkWhatIf(model().info(), request_.interventions);
    return whatIf ? kExitOk : refuse(whatIf.error(), kExitUsage);
  }

  void explainOne(const BatchPhoto& photo, std::size_t index, std::size_t count) {
    const auto label = "[" + std::to_string(index + 1) + "/" + std::to_string(count) + "] " +
                       photo.path.filename().string();
    auto explained = explainPhoto(engine(), model(), photo.path, request_, progress(label));
    if (!explained) return fail(explained.error());
    auto& record = explained->record;
    record.command = repeatCommand(options_, record);
    std::string done;
    if (!request_.predictionsOnly) {
      const auto folder = options_.out / photo.folder;
      const auto written = writeAnalysis(engine(), *explained, folder, progress(label));
      if (!written) return fail(written.error());
      done = " > " + folder.string();
    }
    ++done_;
    complainOfMissingMaps(record);
    if (options_.json) {
      console().clear();
      std::cout << predictionsJson(record) << std::endl;
    }
    console().finish(label + ": " + describe(record.predictions.front()) + done);
  }

  void fail(const Error& error) {
    if (error.cancelled) return;
    ++failed_;
    console().complain(error.sentence);
  }

  /// One line for each reason.
  void complainOfMissingMaps(const AnalysisRecord& record) {
    std::set<std::string> reasons;
    for (const auto& map : record.missingMaps) {
      if (!reasons.insert(map.reason).second) continue;
      console().complain(record.photo.path.string() + ": no " + map.layer + "." + map.method +
                         ". " + map.reason);
    }
    if (!reasons.empty()) ++incomplete_;
  }

  int summarise() {
    auto summary = std::to_string(done_) + (done_ == 1 ? " photo" : " photos") + " explained";
    if (stopped()) {
      console().complain("Stopped; " + summary + ".");
      return kExitInterrupted;
    }
    if (failed_ + incomplete_ == 0) {
      console().finish(summary + ".");
      return kExitOk;
    }
    if (incomplete_ > 0)
      summary += ", " + std::to_string(incomplete_) + " of them without all maps";
    if (failed_ > 0) summary += ", " + std::to_string(failed_) + " failed";
    console().complain(summary + " (see above).");
    return kExitSomeFailed;
  }

  const ExplainOptions& options_;
  ExplainRequest request_;
  int done_ = 0;
  int failed_ = 0;
  int incomplete_ = 0;  // done, but for some maps
};

}  // namespace

int runExplain(const ExplainOptions& options) {
  const auto request = requestOf(options);
  if (!request) {
    complain(request.error().sentence);
    return kExitUsage;
  }
  // The sheet's text needs Qt's fonts, and no display.
  qputenv("QT_QPA_PLATFORM", "offscreen");
  qInstallMessageHandler(onQtMessage);
  int argc = 1;
  std::string name = "filterlens";
  char* argv[] = {name.data(), nullptr};
  const QGuiApplication application(argc, argv);
  return ExplainRun(options, *request).run();
}

}  // namespace filterlens
