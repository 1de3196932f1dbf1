#include "ui/choices.h"

#include <algorithm>

namespace filterlens {
namespace {

std::vector<std::string> layersOfKind(const Architecture& network, StageKind kind) {
  std::vector<std::string> names;
  for (const Stage& stage : network.stages) {
    if (stage.kind == kind) names.emplace_back(stage.module);
  }
  return names;
}

std::string firstLayer(const Architecture& network) {
  const auto first = std::find_if(network.stages.begin(), network.stages.end(),
                                  [](const Stage& stage) { return stage.isLayer(); });
  return first == network.stages.end() ? std::string() : std::string(first->module);
}

}  // namespace

std::string rangeKey(const Heatmap& map) {
  return map.scale == HeatmapScale::Diverging ? map.method + ":signed" : map.method;
}

PaneLayout defaultLayout(const Architecture& network) {
  const auto filters = layersOfKind(network, StageKind::Filter);
  const auto selecting = filters.empty() ? layersOfKind(network, StageKind::Dropout) : filters;
  PaneLayout layout;
  layout.columns = std::clamp(static_cast<int>(selecting.size()), 3, 4);
  layout.panes.push_back({std::string(kPhotoMethod), {}});
  if (layout.columns == 4) layout.panes.push_back({"attention_received", {}});
  layout.panes.push_back({"gradcam", {}});
  layout.panes.push_back({"rollout", firstLayer(network)});
  for (const auto& layer : filters) layout.panes.push_back({"importance", layer});
  for (const auto& layer : selecting) layout.panes.push_back({"selection", layer});
  return layout;
}

std::string defaultLayer(const Architecture& network) {
  const auto last = std::find_if(network.stages.rbegin(), network.stages.rend(),
                                 [](const Stage& stage) { return stage.isLayer(); });
  return last == network.stages.rend() ? std::string() : std::string(last->module);
}

}  // namespace filterlens
