#include "app/watch.h"

#include <array>
#include <cstdio>

#include "app/explained_photo.h"
#include "core/export/whole_file.h"
#include "core/render/overlay.h"

namespace filterlens {
namespace {

/// What the masks of filter blocks show; a DropoutViT has selections alone.
constexpr std::array kMethods = {"importance", "selection"};

ExplainRequest request() {
  ExplainRequest request;
  for (const auto* id : kMethods) request.methods.push_back({findExplainer(id), {}});
  return request;
}

std::string fileName(const Heatmap& map, int epoch) {
  std::array<char, 32> number{};
  std::snprintf(number.data(), number.size(), ".epoch-%04d.png", epoch);
  return map.layer + "." + map.method + number.data();
}

}  // namespace

Watch::Watch(const Engine& engine, std::vector<std::filesystem::path> photos, int every,
             std::filesystem::path run)
    : engine_(engine), photos_(std::move(photos)), every_(every), folder_(std::move(run)) {
  folder_ /= "watch";
}

bool Watch::due(int epoch) const {
  return !photos_.empty() && (epoch == 1 || epoch % std::max(1, every_) == 0);
}

Result<void> Watch::write(int epoch, const std::filesystem::path& modelFile) const {
  const auto model = engine_.openModel(modelFile, {});
  if (!model) return model.error();
  for (const auto& photo : photos_) {
    if (auto written = write(epoch, **model, photo); !written) return written;
  }
  return {};
}

Result<void> Watch::write(int epoch, const Model& model, const std::filesystem::path& photo) const {
  const auto explained = explainPhoto(engine_, model, photo, request(), {});
  if (!explained) return explained.error();
  const auto& record = explained->record;
  for (const auto& map : record.maps) {
    const auto picture = overlay(explained->image, record.placement, map, {});
    const auto png = engine_.encodePng(picture);
    if (!png) return png.error();
    auto written = writeWhole(folder_ / photo.stem() / fileName(map, epoch), *png);
    if (!written) return written;
  }
  return {};
}

}  // namespace filterlens
