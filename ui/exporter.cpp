#include "ui/exporter.h"

#include <QBuffer>
#include <QPdfWriter>
#include <set>

#include "core/export/analysis_record.h"
#include "core/export/float_tiff.h"
#include "core/export/whole_file.h"
#include "ui/clipboard.h"
#include "ui/text.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

constexpr double kFolderDotsPerInch = 150;

std::span<const std::byte> bytesOf(const QByteArray& data) {
  return std::as_bytes(std::span(data.constData(), static_cast<std::size_t>(data.size())));
}

Result<void> writePng(const QImage& image, const fs::path& path) {
  QBuffer png;
  png.open(QIODevice::WriteOnly);
  if (!image.save(&png, "PNG")) {
    return Error{"The picture for " + path.string() + " could not be encoded as PNG."};
  }
  return writeWhole(path, bytesOf(png.data()));
}

Result<void> writePdf(const Figure& figure, const fs::path& path) {
  QBuffer pdf;
  pdf.open(QIODevice::WriteOnly);
  QPdfWriter writer(&pdf);
  writer.setCreator(QStringLiteral("FilterLens " FILTERLENS_VERSION));
  writer.setTitle(figure.title);
  writer.setPageMargins(QMarginsF());
  writer.setPageSize(QPageSize(figureSize(figure), QPageSize::Point, {}, QPageSize::ExactMatch));
  QPainter painter(&writer);
  painter.scale(writer.resolution() / 72.0, writer.resolution() / 72.0);
  paintFigure(painter, figure);
  painter.end();
  return writeWhole(path, bytesOf(pdf.data()));
}

/// What repeats the export.
Result<void> writeRecord(const Shown& shown, const fs::path& path) {
  if (!shown.model || !shown.analysis) return {};
  auto photo = recordPhoto(shown.photo->path);
  if (!photo) return photo.error();
  AnalysisRecord record;
  record.photo = *std::move(photo);
  record.photo.source = shown.photo->photo.source;
  record.model = shown.model->info();
  record.trace = shown.analysis->trace;
  record.placement = shown.analysis->placement;
  record.predictions = shown.analysis->predictions;
  for (const ShownPane& pane : shown.panes) {
    if (pane.map) record.maps.push_back(*pane.map);
  }
  record.command = explainCommand(shown);
  return writeWhole(path, analysisJson(record));
}

fs::path recordPath(const fs::path& file) { return fs::path(file).replace_extension(".json"); }

/// Two panes may show one map with different parameters.
std::string freeName(const Heatmap& map, std::set<std::string>& taken) {
  const std::string name = mapName(map);
  std::string free = name;
  for (int n = 2; !taken.insert(free).second; ++n) free = name + "-" + std::to_string(n);
  return free;
}

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
  return writePng(figureImage(gridFigure(*shown, kFolderDotsPerInch), kFolderDotsPerInch),
                  folder / "figure.png");
}

}  // namespace

Result<void> writeFigure(const Shown& shown, const fs::path& path, double dotsPerInch) {
  const bool pdf = path.extension() == ".pdf";
  const Figure figure = gridFigure(shown, dotsPerInch);
  const auto written =
      pdf ? writePdf(figure, path) : writePng(figureImage(figure, dotsPerInch), path);
  return written ? writeRecord(shown, recordPath(path)) : written;
}

Result<void> writePane(const Shown& shown, std::size_t pane, const fs::path& path) {
  const auto written = writePng(paneImage(shown, shown.panes[pane]), path);
  if (!written) return written;
  Shown one = shown;
  one.panes = {shown.panes[pane]};
  return writeRecord(one, recordPath(path));
}

Result<void> writeMaps(const Shown& shown, const fs::path& folder) {
  std::set<std::string> taken;
  for (const ShownPane& pane : shown.panes) {
    if (!pane.map) continue;
    const auto stem = folder / freeName(*pane.map, taken);
    if (auto map = writeMap(shown.analysis->trace, *pane.map, stem); !map) return map;
  }
  return writeRecord(shown, folder / "analysis.json");
}

Exporter::Exporter(Session& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), session_(session), jobs_(jobs) {
  connect(&jobs_, &JobRunner::cancelled, this, [this] {
    if (exportingAll()) endAll(tr("Export stopped; photos written: %1.").arg(written_));
  });
}

void Exporter::exportFigure(const fs::path& path, double dotsPerInch) {
  run(path, [=](const Shown& shown) { return writeFigure(shown, path, dotsPerInch); });
}

void Exporter::exportPane(std::size_t pane, const fs::path& path) {
  run(path, [=](const Shown& shown) { return writePane(shown, pane, path); });
}

void Exporter::exportMaps(const fs::path& folder) {
  run(folder, [=](const Shown& shown) { return writeMaps(shown, folder); });
}

void Exporter::run(const fs::path& path, std::function<Result<void>(const Shown&)> write) {
  jobs_.start(
      JobKind::Export, tr("Writing %1…").arg(fileName(path)),
      [shown = shownIn(session_), write = std::move(write)](const Progress&) {
        return write(shown);
      },
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
  like_ = shownIn(session_);
  target_ = session_.choices().target;
  folder_ = folder;
  waiting_.assign(session_.photos().paths().rbegin(), session_.photos().paths().rend());
  written_ = failed_ = 0;
  exportNext();
}

void Exporter::exportNext() {
  if (waiting_.empty()) return;
  const fs::path photo = waiting_.back();
  const auto count = written_ + failed_ + static_cast<int>(waiting_.size());
  jobs_.start(
      JobKind::Export,
      tr("Exporting %1 (%2 of %3)…").arg(fileName(photo)).arg(written_ + failed_ + 1).arg(count),
      [like = like_, target = target_, photo, folder = folder_](const Progress& progress) {
        return exportPhoto(like, target, photo, folder, progress);
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
