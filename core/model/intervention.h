// Intervention: what a user changes in one layer's forward pass, as a plain value. Interventions
// are inputs of a run (RunOptions), so a what-if is a run like any other.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/image/geometry.h"
#include "core/model/architecture.h"
#include "core/result.h"

namespace filterlens {

/// Nothing set: the layer as it is. All but attentionOff speak of Filter and Dropout layers, whose
/// cells are row * columns + column of the layer's input.
struct Intervention {
  std::optional<int> k = {};     ///< how many cells are selected, 1 .. cells; none: the network's K
  std::set<int> forcedIn = {};   ///< selected whatever their importance
  std::set<int> forcedOut = {};  ///< never selected; none of them may be forced in as well
  std::optional<std::uint64_t> randomSeed = {};  ///< cells come in the order of DropoutViT's draw
                                                 ///< with this seed, not by importance
  /// The encoder is skipped and its tokens pass unchanged. Filter, Dropout: the selected cells keep
  /// what the others keep (x * s; x), without the sinusoid. Pooled: nothing is added, x passes.
  /// Full: the outer residual stays, x + expand(reduce(x)), which is 2 x where nothing is reduced.
  bool attentionOff = false;

  [[nodiscard]] bool changesSelection() const;
  [[nodiscard]] bool changesNothing() const { return *this == Intervention{}; }
  bool operator==(const Intervention&) const = default;
};

/// By layer (module name).
using Interventions = std::map<std::string, Intervention>;

/// The intervention in a layer; one that changes nothing where there is none.
const Intervention& interventionIn(const Interventions&, std::string_view layer);
/// Without the entries that change nothing.
Interventions withoutIdle(Interventions);

/// The cells that a layer selects: of `order`, all cells in the order in which the layer would take
/// them, first those forced in, then the others but for those forced out, until there are K (`own`
/// where the intervention names none). All that are forced in are taken, more than K if need be,
/// and fewer than K where too many are forced out. The result keeps the order of `order`.
std::vector<int> selectCells(const Intervention&, int own, const std::vector<int>& order);

/// Fails with a sentence where a layer is none of the network's, or where it cannot do what is
/// asked of it. geometries: of the map after each stage (stageGeometries).
Result<void> checkInterventions(const Architecture&, const Interventions&,
                                const std::vector<MapGeometry>& geometries);

}  // namespace filterlens
