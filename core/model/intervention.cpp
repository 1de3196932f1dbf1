#include "core/model/intervention.h"

#include <algorithm>

#include "core/listed.h"

namespace filterlens {
namespace {

bool selects(const Stage& stage) {
  return stage.kind == StageKind::Filter || stage.kind == StageKind::Dropout;
}

std::string layerNames(const Architecture& network, bool (*which)(const Stage&)) {
  std::vector<std::string_view> names;
  for (const Stage& stage : network.stages) {
    if (which(stage)) names.push_back(stage.module);
  }
  return listed(names);
}

Result<void> checkForced(const std::string& layer, const Intervention& change, int cells) {
  for (const auto* forced : {&change.forcedIn, &change.forcedOut}) {
    if (forced->empty() || (*forced->begin() >= 0 && *forced->rbegin() < cells)) continue;
    const int wrong = *forced->begin() < 0 ? *forced->begin() : *forced->rbegin();
    return Error{layer + " has no cell " + std::to_string(wrong) + "; its cells are 0 to " +
                 std::to_string(cells - 1) + "."};
  }
  for (const int cell : change.forcedIn) {
    if (change.forcedOut.contains(cell)) {
      return Error{"Cell " + std::to_string(cell) + " of " + layer +
                   " cannot be forced in and out at once."};
    }
  }
  if (static_cast<int>(change.forcedOut.size()) == cells) {
    return Error{"All cells of " + layer + " are forced out: at least one must stay."};
  }
  return {};
}

}  // namespace

bool Intervention::changesSelection() const {
  return k || randomSeed || !forcedIn.empty() || !forcedOut.empty();
}

const Intervention& interventionIn(const Interventions& all, std::string_view layer) {
  static const Intervention none;
  const auto found = all.find(std::string(layer));
  return found == all.end() ? none : found->second;
}

Interventions withoutIdle(Interventions all) {
  std::erase_if(all, [](const auto& entry) { return entry.second.changesNothing(); });
  return all;
}

std::vector<int> selectCells(const Intervention& change, int own, const std::vector<int>& order) {
  const auto wanted = static_cast<std::size_t>(std::max(1, change.k.value_or(own)));
  std::size_t others = wanted - std::min(wanted, change.forcedIn.size());
  std::vector<int> selected;
  for (const int cell : order) {
    if (change.forcedIn.contains(cell)) {
      selected.push_back(cell);
    } else if (others > 0 && !change.forcedOut.contains(cell)) {
      selected.push_back(cell);
      --others;
    }
  }
  return selected;
}

Result<void> checkInterventions(const Architecture& network, const Interventions& all,
                                const std::vector<MapGeometry>& geometries) {
  for (const auto& [layer, change] : all) {
    const auto stage =
        std::find_if(network.stages.begin(), network.stages.end(),
                     [&name = layer](const Stage& s) { return s.module == name && s.isLayer(); });
    if (stage == network.stages.end()) {
      return Error{std::string(network.title) + " has no layer " + layer + "; its layers are " +
                   layerNames(network, [](const Stage& s) { return s.isLayer(); }) + "."};
    }
    if (!change.changesSelection()) continue;
    if (!selects(*stage)) {
      const std::string selecting = layerNames(network, selects);
      return Error{layer + " selects no tokens: only its attention can be switched off." +
                   (selecting.empty() ? "" : " Tokens are selected by " + selecting + ".")};
    }
    const auto& map = geometries[static_cast<std::size_t>(stage - network.stages.begin()) - 1];
    const int cells = map.rows() * map.cols();
    if (change.k && (*change.k < 1 || *change.k > cells)) {
      return Error{"K of " + layer + " must be from 1 to " + std::to_string(cells) +
                   ", the number of its cells, not " + std::to_string(*change.k) + "."};
    }
    if (auto checked = checkForced(layer, change, cells); !checked) return checked;
  }
  return {};
}

}  // namespace filterlens
