#include "app/analysis_files.h"

#include <atomic>
#include <mutex>
#include <thread>

#include "app/analysis_folder.h"
#include "app/sheet.h"
#include "core/export/whole_file.h"
#include "ui/figure_file.h"
#include "ui/map_panels.h"

namespace filterlens {
namespace {

constexpr double kSheetDotsPerInch = 144;

Image imageOf(const QImage& picture) {
  const QImage rgb = picture.convertToFormat(QImage::Format_RGB888);
  const auto row = std::size_t{3} * static_cast<std::size_t>(rgb.width());
  std::vector<std::uint8_t> pixels;
  pixels.reserve(row * static_cast<std::size_t>(rgb.height()));
  for (int y = 0; y < rgb.height(); ++y) {
    pixels.insert(pixels.end(), rgb.constScanLine(y), rgb.constScanLine(y) + row);
  }
  return {rgb.width(), rgb.height(), std::move(pixels)};
}

Result<void> writeMap(const Engine& engine, const ExplainedPhoto& explained, std::size_t index,
                      const std::string& name, const std::filesystem::path& folder) {
  const auto& record = explained.record;
  const Heatmap& map = record.maps[index];
  auto numbers = writeWhole(folder / "maps" / (name + ".npy"), mapNpy(record.trace, map));
  if (!numbers) return numbers;
  // The record keeps the map for as long as it is painted.
  const std::shared_ptr<const Heatmap> kept(std::shared_ptr<void>(), &map);
  const auto png = engine.encodePng(imageOf(
      pictureAtPhotoSize(explained.image, kept, explained.styles[index], record.placement)));
  if (!png) return png.error();
  return writeWhole(folder / "overlays" / (name + ".png"), *png);
}

/// The maps are independent, and large photos take their time: several at once.
Result<void> writeMaps(const Engine& engine, const ExplainedPhoto& explained,
                       const std::filesystem::path& folder, const Progress& progress) {
  const auto& maps = explained.record.maps;
  std::vector<std::string> names;
  for (MapNames own; const Heatmap& map : maps) names.push_back(own.next(map));
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  Result<void> first;  // what failed first, if anything
  const auto work = [&] {
    for (auto i = next++; i < maps.size(); i = next++) {
      const auto written = progress.cancelled() ? Result<void>(cancelledError())
                                                : writeMap(engine, explained, i, names[i], folder);
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
                           const std::filesystem::path& folder, const Progress& progress) {
  auto files = AnalysisFolder::beside(folder);
  if (!files) return files.error();
  if (auto maps = writeMaps(engine, explained, files->path(), progress); !maps) return maps;
  auto sheet = writeFigure(sheetOf(explained, kSheetDotsPerInch), files->path() / "sheet.png",
                           kSheetDotsPerInch);
  if (!sheet) return sheet;
  auto json = writeWhole(files->path() / "analysis.json", analysisJson(explained.record));
  if (!json) return json;
  if (progress.cancelled()) return cancelledError();
  return files->commit();
}

}  // namespace filterlens
