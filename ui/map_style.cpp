#include "ui/map_style.h"

#include <algorithm>

namespace filterlens {
namespace {

constexpr std::size_t kMostEntries = 256;

/// The range of all maps that share one.
void share(MapStyle& style, const std::shared_ptr<const Heatmap>& map,
           const std::vector<std::shared_ptr<const Heatmap>>& siblings, MapRanges& ranges) {
  int panes = 0;
  bool amongThem = false;
  ValueRange range = ranges.display(map);
  for (const auto& other : siblings) {
    if (other->method != map->method || other->scale != map->scale) continue;
    const ValueRange theirs = ranges.display(other);
    range = {std::min(range.low, theirs.low), std::max(range.high, theirs.high)};
    amongThem = amongThem || other == map;
    ++panes;
  }
  style.overlay.range = range;
  style.panes = amongThem ? panes : panes + 1;
  if (style.panes > 1) style.origin = RangeOrigin::Method;
}

}  // namespace

MapRanges::Entry& MapRanges::entryOf(const std::shared_ptr<const Heatmap>& map) {
  if (entries_.size() > kMostEntries) {
    std::erase_if(entries_, [](const auto& entry) { return entry.second.map.expired(); });
  }
  Entry& entry = entries_[map.get()];
  if (entry.map.lock() != map) entry = {map, displayRange(*map), -1, {}};
  return entry;
}

ValueRange MapRanges::display(const std::shared_ptr<const Heatmap>& map) {
  return entryOf(map).display;
}

ValueRange MapRanges::percentile(const std::shared_ptr<const Heatmap>& map, double percent) {
  Entry& entry = entryOf(map);
  if (entry.percent != percent) {
    entry.percent = percent;
    entry.percentile = percentileRange(*map, percent);
  }
  return entry.percentile;
}

MapStyle styleFor(const std::shared_ptr<const Heatmap>& map, const DisplayChoices& display,
                  const std::vector<std::shared_ptr<const Heatmap>>& siblings, MapRanges& ranges) {
  const bool ranks = map->scale == HeatmapScale::Ranks;
  MapStyle style;
  style.overlay.colormap = &colormapFor(map->scale, findColormap(display.colormap));
  style.overlay.opacity = display.opacity;
  style.overlay.interpolation = ranks ? Interpolation::Cells : display.interpolation;
  style.overlay.threshold = ranks ? 0 : display.threshold;
  style.contours = ranks ? 0 : display.contours;
  style.tokens = display.tokens;

  const auto fixed = display.fixedRanges.find(rangeKey(*map));
  if (!ranks && fixed != display.fixedRanges.end()) {
    style.overlay.range = fixed->second;
    style.origin = RangeOrigin::Fixed;
  } else if (!ranks && display.range == RangeChoice::Percentile) {
    style.overlay.range = ranges.percentile(map, display.percentile);
    style.origin = RangeOrigin::Percentile;
    style.percentile = display.percentile;
  } else if (!ranks && display.range == RangeChoice::Method) {
    share(style, map, siblings, ranges);
  } else {
    style.overlay.range = ranges.display(map);
  }
  return style;
}

}  // namespace filterlens
