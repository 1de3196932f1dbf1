#include "core/measure/randomisation.h"

#include <cmath>

#include "core/measure/agreement.h"
#include "core/model/reinitialise.h"

namespace filterlens {
namespace {

bool isBlank(const Heatmap& map) { return std::isnan(agreementOfMagnitudes(map, map).similarity); }

}  // namespace

std::optional<MapSimilarity> similarityTo(const Heatmap& unchanged, const Heatmap& other) {
  if (isBlank(unchanged)) return std::nullopt;
  const auto agreement = agreementOfMagnitudes(unchanged, other);
  if (std::isnan(agreement.similarity)) return MapSimilarity{};
  return MapSimilarity{agreement.rankCorrelation, agreement.similarity};
}

Result<std::vector<RandomisedModel>> randomisationCascade(const Model& model, std::uint64_t seed,
                                                          const Progress& progress) {
  std::vector<RandomisedModel> cascade;
  const auto& stages = model.info().architecture->stages;
  for (std::size_t count = 0; count <= stages.size(); ++count) {
    const auto* stage = count > 0 ? &stages[stages.size() - count] : nullptr;
    if (stage && stage->kind == StageKind::AdaptivePool) continue;  // has no weights
    if (progress.cancelled()) return cancelledError();
    progress.report(static_cast<double>(count) / static_cast<double>(stages.size() + 1),
                    "re-initialising");
    auto changed = reinitialised(model, static_cast<int>(count), seed);
    if (!changed) return changed.error();
    cascade.push_back({stage ? std::string(stage->module) : "head", std::move(*changed)});
  }
  return cascade;
}

}  // namespace filterlens
