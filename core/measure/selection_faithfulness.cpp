#include "core/measure/selection_faithfulness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/measure/class_probability.h"
#include "core/model/token_draw.h"
#include "core/train/random.h"

namespace filterlens {
namespace {

using Layers = std::vector<const LayerTrace*>;

struct NamedReplacement {
  Replacement rule;
  const char* name;
};
constexpr std::array<NamedReplacement, 3> kReplacements{{{Replacement::Next, "next"},
                                                         {Replacement::Random, "random"},
                                                         {Replacement::Bottom, "bottom"}}};

/// All cells, the largest mask first; ties: the lower cell first, as the network has it.
std::vector<int> cellsInOrder(const Grid<float>& mask) {
  std::vector<int> cells(mask.values.size());
  std::iota(cells.begin(), cells.end(), 0);
  std::stable_sort(cells.begin(), cells.end(), [&](int a, int b) {
    return mask.values[static_cast<std::size_t>(a)] > mask.values[static_cast<std::size_t>(b)];
  });
  return cells;
}

Result<void> checkRecord(const LayerTrace& layer) {
  const auto& mask = layer.importance.values;
  const bool finite =
      std::all_of(mask.begin(), mask.end(), [](float v) { return std::isfinite(v); });
  if (!layer.selection.empty() && layer.selection.size() <= mask.size() && finite) return {};
  return Error{"The filter mask of " + layer.name +
               " holds no finite values, or was not recorded: its selection cannot be measured."};
}

Layers filterLayers(const Trace& trace) {
  Layers layers;
  for (const auto& layer : trace.layers) {
    if (layer.stage && layer.stage->kind == StageKind::Filter) layers.push_back(&layer);
  }
  return layers;
}

/// Runs the network with replaced selections.
class Experiment {
 public:
  Experiment(const Model& model, const InputTensor& input, const Trace& unchanged,
             const FaithfulnessOptions& options, const Progress& progress)
      : model_(model),
        input_(input),
        unchanged_(unchanged),
        options_(options),
        progress_(progress),
        own_(classProbability(unchanged.logits, unchanged.targetClass, model.info())) {}

  Result<std::vector<Measurement>> run() {
    auto layers = filterLayers(unchanged_);
    std::vector<std::pair<std::string, Layers>> groups;
    for (const auto* layer : layers) groups.push_back({layer->name, {layer}});
    if (layers.size() > 1) groups.emplace_back(std::string(kAllFilterLayers), layers);
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const auto& [name, replaced] = groups[i];
      progress_.report(static_cast<double>(i) / static_cast<double>(groups.size()),
                       "selections of " + name);
      if (const auto measured = measure(name, replaced); !measured) return measured.error();
    }
    return std::move(measured_);
  }

 private:
  Result<void> measure(const std::string& name, const Layers& replaced) {
    std::vector<Measurement> drops;
    add(measured_, name, "probability_own", own_);
    for (const auto& [rule, word] : kReplacements) {
      const auto probability = meanProbability(replaced, rule);
      if (!probability) return probability.error();
      add(measured_, name, std::string("probability_") + word, *probability);
      add(drops, name, std::string("drop_") + word, own_ - *probability);
    }
    measured_.insert(measured_.end(), drops.begin(), drops.end());
    return {};
  }

  Result<double> meanProbability(const Layers& replaced, Replacement rule) const {
    const int draws = rule == Replacement::Random ? std::max(options_.draws, 1) : 1;
    double sum = 0;
    for (int draw = 0; draw < draws; ++draw) {
      auto probability = probabilityWith(replaced, rule, Random(options_.seed, draw).bits());
      if (!probability) return probability;
      sum += *probability;
    }
    return sum / draws;
  }

  Result<double> probabilityWith(const Layers& replaced, Replacement rule,
                                 std::uint64_t seed) const {
    RunOptions options;
    options.seed = unchanged_.seed;
    options.interventions = unchanged_.interventions;
    for (const auto* layer : replaced) {
      auto cells = replacementCells(*layer, rule, seed);
      if (!cells) return cells.error();
      options.selections[layer->name] = std::move(*cells);
    }
    return classProbability(model_, input_, unchanged_.targetClass, std::move(options), progress_);
  }

  static void add(std::vector<Measurement>& list, const std::string& layer, std::string measure,
                  double value) {
    list.push_back({"selection", layer, std::move(measure), value});
  }

  const Model& model_;
  const InputTensor& input_;
  const Trace& unchanged_;
  const FaithfulnessOptions& options_;
  const Progress& progress_;
  double own_;
  std::vector<Measurement> measured_;
};

}  // namespace

Result<std::vector<int>> replacementCells(const LayerTrace& layer, Replacement rule,
                                          std::uint64_t seed) {
  if (auto checked = checkRecord(layer); !checked) return checked.error();
  const int count = layer.importance.size();
  const int k = static_cast<int>(layer.selection.size());
  if (rule == Replacement::Random) return drawTokens(seed, layer.name, count, k);
  const auto ordered = cellsInOrder(layer.importance);
  const int from = rule == Replacement::Next ? std::min(k, count - k) : count - k;
  return std::vector<int>(ordered.begin() + from, ordered.begin() + from + k);
}

std::string overlapNote(const LayerTrace& layer) {
  const int count = layer.importance.size();
  const int k = static_cast<int>(layer.selection.size());
  if (2 * k <= count) return {};
  return layer.name + " selects " + std::to_string(k) + " of " + std::to_string(count) +
         " cells: both the next and the bottom " + std::to_string(k) + " are the last " +
         std::to_string(k) + ", " + std::to_string(2 * k - count) + " of them its own.";
}

Result<std::vector<Measurement>> selectionFaithfulness(const Model& model, const InputTensor& input,
                                                       const Trace& unchanged,
                                                       const FaithfulnessOptions& options,
                                                       const Progress& progress) {
  return Experiment(model, input, unchanged, options, progress).run();
}

}  // namespace filterlens
