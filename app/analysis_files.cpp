#include "app/analysis_files.h"

#include <QBuffer>
#include <atomic>
#include <mutex>
#include <span>
#include <thread>

#include "app/analysis_folder.h"
#include "app/sheet.h"
#include "core/export/whole_file.h"

namespace filterlens {
namespace {

constexpr double kSheetDotsPerInch = 144;

Result<void> writeSheet(const ExplainedPhoto& explained, const OverlayStyle& style,
                        const std::filesystem::path& path) {
  QBuffer png;
  png.open(QIODevice::WriteOnly);
  const auto figure = sheetOf(explained, style, kSheetDotsPerInch);
  if (!figureImage(figure, kSheetDotsPerInch).save(&png, "PNG")) {
    return Error{"The sheet could not be encoded as PNG."};
  }
  const auto& bytes = png.data();
  return writeWhole(
      path, std::as_bytes(std::span(bytes.constData(), static_cast<std::size_t>(bytes.size()))));
}

Result<void> writeMap(const Engine& engine, const ExplainedPhoto& explained, const Heatmap& map,
                      const std::string& name, OverlayStyle style,
                      const std::filesystem::path& folder) {
  const auto& record = explained.record;
  auto numbers = writeWhole(folder / "maps" / (name + ".npy"), mapNpy(record.trace, map));
  if (!numbers) return numbers;
  if (map.scale == HeatmapScale::Ranks) style.interpolation = Interpolation::Cells;
  const auto png = engine.encodePng(overlay(explained.image, record.placement, map, style));
  if (!png) return png.error();
  return writeWhole(folder / "overlays" / (name + ".png"), *png);
}

/// The maps are independent, and large photos take their time: several at once.
Result<void> writeMaps(const Engine& engine, const ExplainedPhoto& explained,
                       const OverlayStyle& style, const std::filesystem::path& folder,
                       const Progress& progress) {
  const auto& maps = explained.record.maps;
  std::vector<std::string> names;
  for (MapNames own; const Heatmap& map : maps) names.push_back(own.next(map));
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  Result<void> first;  // what failed first, if anything
  const auto work = [&] {
    for (auto i = next++; i < maps.size(); i = next++) {
      OverlayStyle own = style;
      if (explained.ranges[i]) own.range = explained.ranges[i];
      const auto written = progress.cancelled()
                               ? Result<void>(cancelledError())
                               : writeMap(engine, explained, maps[i], names[i], own, folder);
      const std::scoped_lock lock(mutex);
      if (!first) return;
      first = written;
      progress.report(static_cast<double>(i) / static_cast<double>(maps.size()), "writing");
    }
  };
  {
    std::vector<std::jthread> threads;
    const auto count = std::min<std::size_t>(std::thread::hardware_concurrency(), maps.size());
    for (std::size_t i = 1; i < count; ++i) threads.emplace_back(work);
    work();
  }
  return first;
}

}  // namespace

Result<void> writeAnalysis(const Engine& engine, const ExplainedPhoto& explained,
                           const OverlayStyle& style, const std::filesystem::path& folder,
                           const Progress& progress) {
  auto files = AnalysisFolder::beside(folder);
  if (!files) return files.error();
  if (auto maps = writeMaps(engine, explained, style, files->path(), progress); !maps) return maps;
  if (auto sheet = writeSheet(explained, style, files->path() / "sheet.png"); !sheet) return sheet;
  auto json = writeWhole(files->path() / "analysis.json", analysisJson(explained.record));
  if (!json) return json;
  if (progress.cancelled()) return cancelledError();
  return files->commit();
}

}  // namespace filterlens
