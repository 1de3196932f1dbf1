// MapStyle: how one map is drawn, worked out from what the user chose and from the other maps that
// it shares its range with.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "core/render/overlay.h"
#include "ui/choices.h"

namespace filterlens {

/// Where the range of a map comes from.
enum class RangeOrigin { Map, Method, Percentile, Fixed };

struct MapStyle {
  OverlayStyle overlay;  ///< with a colour map, a range and the chosen opacity
  int contours = 0;
  TokenMarks tokens = TokenMarks::Colours;
  RangeOrigin origin = RangeOrigin::Map;
  int panes = 1;          ///< RangeOrigin::Method: that share the range
  double percentile = 0;  ///< RangeOrigin::Percentile
};

/// Ranges of maps, computed once for each map; maps that are gone are forgotten.
class MapRanges {
 public:
  ValueRange display(const std::shared_ptr<const Heatmap>&);
  ValueRange percentile(const std::shared_ptr<const Heatmap>&, double percent);

 private:
  struct Entry {
    std::weak_ptr<const Heatmap> map;
    ValueRange display;
    double percent = -1;
    ValueRange percentile;
  };
  Entry& entryOf(const std::shared_ptr<const Heatmap>&);

  std::unordered_map<const Heatmap*, Entry> entries_;
};

/// siblings: the maps of all panes whose range the method shares (this map's own among them or
/// not); those of another method or scale are passed over.
MapStyle styleFor(const std::shared_ptr<const Heatmap>&, const DisplayChoices&,
                  const std::vector<std::shared_ptr<const Heatmap>>& siblings, MapRanges&);

}  // namespace filterlens
