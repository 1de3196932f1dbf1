#include "ui/exporter.h"

#include "core/export/analysis_record.h"
#include "core/export/float_tiff.h"
#include "core/export/whole_file.h"
#include "ui/clipboard.h"
#include "ui/figure_file.h"
#include "ui/shown_command.h"
#include "ui/shown_figure.h"
#include "ui/text.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

constexpr double kFolderDotsPerInch = 150;
constexpr auto kSecondFolder = "second";  // for the maps of the second model

AnalysisRecord recordOf(const Model& model, const Analysis& analysis) {
  AnalysisRecord record;
  record.model = model.info();
  record.trace = analysis.trace;
  record.placement = analysis.placement;
  record.predictions = analysis.predictions;
  return record;
}

/// What repeats the export.
Result<void> writeRecord(const Shown& shown, const fs::path& path) {
  if (!shown.model || !shown.analysis) return {};
  auto photo = recordPhoto(shown.photo->path);
  if (!photo) return photo.error();
  std::vector<AnalysisRecord> records;
  for (const auto& maps : shownMaps(shown)) {
    records.push_back(recordOf(*maps.front().model, *maps.front().analysis));
    for (const ShownPane& pane : maps) records.back().maps.push_back(*pane.map);
  }
  if (records.empty()) records.push_back(recordOf(*shown.model, *shown.analysis));
  AnalysisRecord& first = records.front();
  first.photo = *std::move(photo);
  first.photo.source = shown.photo->photo.source;
  first.command = explainCommand(shown);
  return writeWhole(path, analysisJson(first, records.size() > 1 ? &records[1] : nullptr));
}

fs::path recordPath(const fs::path& file) { return fs::path(file).replace_extension(".json"); }

Result<void> writeMap(const Trace& trace, const Heatmap& map, const fs::path& stem) {
  const auto named = [&](const char* ending) { return fs::path(stem.string() + ending); };
  if (auto npy = writeWhole(named(".npy"), mapNpy(trace, map)); !npy) return npy;
  if (auto tiff = writeWhole(named(".tiff"), floatTiff(map.values)); !tiff) return tiff;
  return writeWhole(named(".csv"), delimited(map, QLatin1Char(',')).toStdString());
}

/// Photos of one name in different folders do not meet.
fs::path folderFor(const fs::path& photo, const fs::path& below) {
  const std::string name = photo.filename().string() + ".maps";
  fs::path folder = below / name;
  for (int n = 2; fs::exists(folder); ++n) folder = below / (name + "-" + std::to_string(n));
  return folder;
}

Result<void> exportPhoto(const Shown& like, std::optional<int> target, const fs::path& path,
                         const fs::path& below, const Progress& progress) {
  auto photo = openPhoto(path, progress);
  if (!photo) return photo.error();
  auto analysis =
      analyse(*like.model, **photo, target, progress, like.analysis->trace.interventions);
  if (!analysis) return analysis.error();
  const auto shown = shownFor(like, *photo, *analysis, progress);
  if (!shown) return shown.error();
  const fs::path folder = folderFor(path, below);
  if (auto maps = writeMaps(*shown, folder); !maps) return maps;
  return writeFigure(shownFigure(*shown, kFolderDotsPerInch), folder / "figure.png",
                     kFolderDotsPerInch);
}

}  // namespace

Result<void> writeFigure(const Shown& shown, const fs::path& path, double dotsPerInch) {
  const auto written = writeFigure(shownFigure(shown, dotsPerInch), path, dotsPerInch);
  return written ? writeRecord(shown, recordPath(path)) : written;
}

Result<void> writePane(const Shown& shown, std::size_t pane, ModelSlot slot, const fs::path& path) {
  const Shown one = shown.comparison ? shown : shownAlone(shown, pane, slot);
  const auto written =
      writePng(one.comparison ? comparisonImage(one) : paneImage(one, one.panes.front()), path);
  return written ? writeRecord(one, recordPath(path)) : written;
}

Result<void> writeMaps(const Shown& shown, const fs::path& folder) {
  for (const auto& maps : shownMaps(shown)) {
    const bool second = maps.front().analysis != shown.analysis;
    MapNames names;
    for (const ShownPane& pane : maps) {
      const auto stem = (second ? folder / kSecondFolder : folder) / names.next(*pane.map);
      if (auto map = writeMap(pane.analysis->trace, *pane.map, stem); !map) return map;
    }
  }
  return writeRecord(shown, folder / "analysis.json");
}

Exporter::Exporter(Session& session, JobRunner& jobs, std::function<Shown()> shown, QObject* parent)
    : QObject(parent), session_(session), jobs_(jobs), shown_(std::move(shown)) {
  connect(&jobs_, &JobRunner::cancelled, this, [this] {
    if (exportingAll()) endAll(tr("Export stopped; photos written: %1.").arg(written_));
  });
}

void Exporter::exportFigure(const fs::path& path, double dotsPerInch) {
  run(path, [=](const Shown& shown) { return writeFigure(shown, path, dotsPerInch); });
}

void Exporter::exportPane(std::size_t pane, const fs::path& path, ModelSlot slot) {
  run(path, [=](const Shown& shown) { return writePane(shown, pane, slot, path); });
}

void Exporter::exportMaps(const fs::path& folder) {
  run(folder, [=](const Shown& shown) { return writeMaps(shown, folder); });
}

void Exporter::run(const fs::path& path, std::function<Result<void>(const Shown&)> write) {
  jobs_.start(
      JobKind::Export, tr("Writing %1…").arg(fileName(path)),
      [shown = shown_(), write = std::move(write)](const Progress&) { return write(shown); },
      [this, path](const Result<void>& written) {
        if (written) {
          Q_EMIT done(tr("Wrote %1.").arg(fromPath(path)));
        } else {
          Q_EMIT failed(QString::fromStdString(written.error().sentence));
        }
      });
}

void Exporter::exportAll(const fs::path& folder) {
  if (!session_.model() || !session_.analysis()) return;
  like_ = shown_();
  target_ = session_.choices().target;
  folder_ = folder;
  waiting_.assign(session_.photos().paths().rbegin(), session_.photos().paths().rend());
  written_ = failed_ = 0;
  exportNext();
}

void Exporter::exportNext() {
  if (waiting_.empty()) return;
  const fs::path photo = waiting_.back();
  const int before = written_ + failed_;
  const int count = before + static_cast<int>(waiting_.size());
  jobs_.start(
      JobKind::ExportAll,
      tr("Exporting %1 (%2 of %3)…").arg(fileName(photo)).arg(before + 1).arg(count),
      [like = like_, target = target_, photo, folder = folder_, before,
       count](const Progress& progress) {
        const auto share = progress.part(double(before) / count, double(before + 1) / count);
        share.report(0, {});
        return exportPhoto(like, target, photo, folder, share);
      },
      [this](const Result<void>& result) {
        if (!exportingAll()) return;
        waiting_.pop_back();
        ++(result ? written_ : failed_);
        if (!result) Q_EMIT failed(QString::fromStdString(result.error().sentence));
        if (!waiting_.empty()) return exportNext();
        endAll(failed_ == 0 ? tr("Photos exported to %1: %2.").arg(fromPath(folder_)).arg(written_)
                            : tr("Photos exported to %1: %2; failed: %3.")
                                  .arg(fromPath(folder_))
                                  .arg(written_)
                                  .arg(failed_));
      });
}

void Exporter::endAll(const QString& sentence) {
  waiting_.clear();
  like_ = {};
  Q_EMIT done(sentence);
}

}  // namespace filterlens
