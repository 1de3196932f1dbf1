#include "core/explain/cam.h"

#include <algorithm>

#include "core/explain/methods.h"

namespace filterlens {
namespace {

/// Unlike std::max, keeps NaN.
float relu(float value) { return value < 0 ? 0.0F : value; }

// Why a map is zero everywhere: it is never shown blank without a word.
std::string negativeEvidence(std::string_view label) {
  return "All evidence is negative: at this layer every cell speaks against the class, so " +
         std::string(label) + ", which keeps evidence for it only, is zero everywhere.";
}
constexpr const char* kNoEvidence =
    "No evidence either way: the class's logit does not change with this layer's output.";

Result<void> checkGradient(const LayerTrace& layer, std::string_view label) {
  if (auto checked = checkOutput(layer); !checked) return checked;
  if (layer.gradient.empty()) {
    return Error{std::string(label) +
                 " needs the gradients of a class's logit, and this run followed none; choose a "
                 "target class."};
  }
  if (layer.output.shape == layer.gradient.shape) return {};
  return Error{
      "The output of " + layer.name +
      " and its gradient differ in shape: this run's record is damaged; run the network again."};
}

}  // namespace

Result<void> checkOutput(const LayerTrace& layer) {
  if (layer.output.empty()) {
    return Error{"This run recorded no output of " + layer.name +
                 "; run the network with recording on."};
  }
  if (layer.output.shape.size() == 3) return {};
  return Error{"The output of " + layer.name +
               " is no map of channels: this run's record is damaged; run the network again."};
}

Result<Grid<float>> sumOverChannels(const LayerTrace& layer, std::string_view label, CamTerm term) {
  if (auto checked = checkGradient(layer, label); !checked) return checked.error();
  Grid<float> map(static_cast<int>(layer.output.shape[1]), static_cast<int>(layer.output.shape[2]));
  const std::size_t cells = map.values.size();
  std::vector<double> sum(cells);
  for (std::size_t at = 0; at < layer.output.span().size(); at += cells) {
    term({layer.output.span().subspan(at, cells), layer.gradient.span().subspan(at, cells)}, sum);
  }
  std::transform(sum.begin(), sum.end(), map.values.begin(),
                 [](double value) { return static_cast<float>(value); });
  return map;
}

ParameterSpec evidenceParameter() {
  return {.id = "evidence",
          .label = "Evidence",
          .help =
              "Keep evidence for the class only, as the paper does, or evidence against it as "
              "well.",
          .choices = {"positive", "signed"}};
}

Heatmap evidenceMap(const Trace& trace, const LayerTrace& layer, Grid<float> values,
                    std::string_view label, const Parameters& parameters) {
  Heatmap map;
  map.geometry = layer.outputGeometry;
  map.targetClass = trace.targetClass;
  map.values = std::move(values);
  const ValueRange range = finiteRange(map.values);
  const auto evidence = parameters.choices().find("evidence");
  if (evidence != parameters.choices().end() && evidence->second == "signed") {
    map.scale = HeatmapScale::Diverging;
    if (range.low == 0 && range.high == 0) map.note = kNoEvidence;
    return map;
  }
  if (range.high <= 0) map.note = range.low < 0 ? negativeEvidence(label) : kNoEvidence;
  std::transform(map.values.values.begin(), map.values.values.end(), map.values.values.begin(),
                 relu);
  return map;
}

Explainer camExplainer(Explainer texts, CamTerm term) {
  texts.classSpecific = true;
  texts.byDefault = false;  // six variants of one picture at every layer: chosen, not poured out
  texts.appliesTo = [](const Trace& trace, int layer) { return layerAt(trace, layer) != nullptr; };
  texts.compute = [label = texts.label, term](const Trace& trace, int layer,
                                              const Parameters& parameters) -> Result<Heatmap> {
    const LayerTrace& recorded = *layerAt(trace, layer);
    auto sum = sumOverChannels(recorded, label, term);
    if (!sum) return sum.error();
    return evidenceMap(trace, recorded, std::move(*sum), label, parameters);
  };
  return texts;
}

}  // namespace filterlens
