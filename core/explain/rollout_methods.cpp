// The rollout as methods of the registry: the map, its null reference, and their difference.
#include <algorithm>
#include <functional>

#include "core/explain/methods.h"
#include "core/explain/rollout.h"
#include "core/explain/rollout_methods.h"

namespace filterlens {
namespace {

ParameterSpec residualWeight() {
  return {.id = "residual-weight",
          .label = "Residual weight",
          .help =
              "Share of relevance that stays on its cell wherever the network adds a residual; "
              "0.5 is the convention of attention rollout.",
          .minimum = 0,
          .maximum = 1,
          .fallback = 0.5,
          .choices = {}};
}

ParameterSpec start() {
  return {.id = "start",
          .label = "Start",
          .help =
              "Where relevance starts on the last map: uniform (class-free, as global average "
              "pooling reads it) or in proportion to the class's Grad-CAM there.",
          .choices = {"uniform", "gradcam"}};
}

std::vector<ParameterSpec> rolloutParameters() {
  return {
      residualWeight(),
      start(),
      {.id = "heads",
       .label = "Head fusion",
       .help = "How the attention heads become one before rows are normalised.",
       .choices = {"mean", "max", "min"}},
      {.id = "convolutions",
       .label = "Convolutions",
       .help = "What weighs the taps of a convolution: kernel and activity at the tap, the kernel "
               "alone, or nothing (structural: all alike).",
       .choices = {"activity", "kernel", "structural"}},
      {.id = "attention",
       .label = "Attention",
       .help = "The attention weights themselves, or times the gradient of the class's logit with "
               "respect to them where that is positive (then heads fuse by their mean).",
       .choices = {"plain", "gradient"}},
      {.id = "residuals",
       .label = "Residuals",
       .help = "The residual weight everywhere, or in each cell the measured share of the norm "
               "that the residual has in the sum.",
       .choices = {"fixed", "measured"}},
      {.id = "discard",
       .label = "Discard",
       .help = "Share of the smallest attention weights that is dropped in each encoder layer.",
       .minimum = 0,
       .maximum = 0.99,
       .fallback = 0,
       .choices = {}},
  };
}

RolloutOptions optionsFrom(const Parameters& parameters) {
  RolloutOptions options;
  options.residualWeight = parameters.number("residual-weight");
  options.discard = parameters.number("discard");
  const std::string& heads = parameters.choice("heads");
  options.headFusion = heads == "max"   ? HeadFusion::Max
                       : heads == "min" ? HeadFusion::Min
                                        : HeadFusion::Mean;
  const std::string& convolutions = parameters.choice("convolutions");
  options.convolution = convolutions == "kernel"       ? ConvolutionWeighting::Kernel
                        : convolutions == "structural" ? ConvolutionWeighting::Structural
                                                       : ConvolutionWeighting::Activity;
  if (parameters.choice("attention") == "gradient") {
    options.attention = AttentionWeighting::Gradient;
  }
  if (parameters.choice("residuals") == "measured") {
    options.residuals = ResidualWeighting::Measured;
  }
  return options;
}

/// Relevance on the last map, and what to say about it.
struct Start {
  Grid<double> relevance;
  int targetClass = -1;  // where it depends on one
  std::string note;
};

Result<Start> startOf(const Trace& trace, int layer, const Parameters& parameters) {
  Start start{.relevance = uniformStart(trace), .targetClass = -1, .note = {}};
  if (layer == static_cast<int>(trace.layers.size()) - 1) {
    start.note = "This is the last map, on which relevance starts: nothing was routed yet.";
  }
  if (parameters.choice("start") == "uniform") return start;

  auto forClass = classStart(trace);
  if (!forClass) return forClass.error();
  start.relevance = std::move(forClass->relevance);
  start.targetClass = trace.targetClass;
  if (forClass->isUniform) {
    start.note =
        "No cell of the last map speaks for the class, so relevance starts from all of them alike.";
  }
  return start;
}

Result<Heatmap> mapWith(const Trace& trace, int layer, const Parameters& parameters,
                        const RolloutOptions& options) {
  const auto start = startOf(trace, layer, parameters);
  if (!start) return start.error();
  const auto relevance = relevanceAt(trace, layer, options, start->relevance);
  if (!relevance) return relevance.error();
  Heatmap map = flowMap(trace, layer, *relevance);
  map.targetClass = start->targetClass;
  map.note = start->note;
  if (options.attention != AttentionWeighting::Plain) map.targetClass = trace.targetClass;
  return map;
}

Result<Heatmap> rolloutMap(const Trace& trace, int layer, const Parameters& parameters) {
  return mapWith(trace, layer, parameters, optionsFrom(parameters));
}

Result<Heatmap> nullMap(const Trace& trace, int layer, const Parameters& parameters) {
  return mapWith(trace, layer, parameters, nullOptions(parameters.number("residual-weight")));
}

Result<Heatmap> differenceMap(const Trace& trace, int layer, const Parameters& parameters) {
  const auto start = startOf(trace, layer, parameters);
  if (!start) return start.error();
  auto relevance = relevanceAt(trace, layer, optionsFrom(parameters), start->relevance);
  if (!relevance) return relevance.error();
  const auto null = relevanceAt(trace, layer, nullOptions(parameters.number("residual-weight")),
                                start->relevance);
  if (!null) return null.error();
  std::transform(relevance->values.begin(), relevance->values.end(), null->values.begin(),
                 relevance->values.begin(), std::minus<>());
  Heatmap map = flowMap(trace, layer, *relevance);
  map.targetClass = start->targetClass;
  map.note = start->note;
  map.scale = HeatmapScale::Diverging;
  if (parameters.choice("attention") == "gradient") map.targetClass = trace.targetClass;
  return map;
}

/// The input and every layer of a network.
bool everywhere(const Trace& trace, int layer) {
  return layer == kInputLayer || layerAt(trace, layer) != nullptr;
}

}  // namespace

std::vector<ParameterSpec> chainParameters() {
  auto parameters = rolloutParameters();
  std::erase_if(parameters, [](const ParameterSpec& spec) { return spec.id == start().id; });
  return parameters;
}

RolloutOptions chainOptions(const Parameters& parameters) { return optionsFrom(parameters); }

Result<Grid<double>> relevanceAt(const Trace& trace, int layer, const RolloutOptions& options,
                                 const Grid<double>& start) {
  const auto rollout = buildWithGradients(trace, options, layer);
  if (!rollout) return rollout.error();
  auto flow = rollout->fromLastMap(start);
  if (!flow) return flow.error();
  return flow->at(layer);
}

Heatmap flowMap(const Trace& trace, int layer, const Grid<double>& relevance) {
  Heatmap map;
  map.values = Grid<float>(relevance.rows, relevance.cols);
  std::transform(relevance.values.begin(), relevance.values.end(), map.values.values.begin(),
                 [](double value) { return static_cast<float>(value); });
  map.geometry = layer == kInputLayer ? MapGeometry{AxisMap::identity(trace.inputRows),
                                                    AxisMap::identity(trace.inputCols)}
                                      : layerAt(trace, layer)->outputGeometry;
  return map;
}

Explainer rolloutExplainer() {
  return {
      .id = "rollout",
      .label = "Rollout",
      .help =
          "Where the output comes from: relevance starts on the last map and is handed back "
          "through attention, pooling and convolutions; all cells of a map share 1.",
      .limits =
          "It knows no evidence against a class, counts values and channels only through "
          "their norms, takes the choice of tokens as given, and its residual weight is a "
          "convention; compare it with its null map.",
      .source =
          "Attention rollout, Abnar & Zuidema, arXiv 2005.00928, equation 1, extended here "
          "to convolutions, pooling and filter blocks; measured residuals as in Kobayashi et al., "
          "arXiv 2004.10102.",
      .classSpecific = true,
      .parameters = rolloutParameters(),
      .appliesTo = everywhere,
      .compute = rolloutMap,
  };
}

Explainer rolloutNullExplainer() {
  return {
      .id = "rollout_null",
      .label = "Rollout null map",
      .help =
          "The rollout that the network's shape alone would give, with uniform attention and "
          "all taps of a convolution alike: the reference for reading a rollout.",
      .limits =
          "It shows nothing that the network learned except which tokens were selected; a "
          "rollout that looks like it says little.",
      .source =
          "The same chain as the rollout's (Abnar & Zuidema, arXiv 2005.00928, equation 1, "
          "extended), without weights.",
      .classSpecific = true,
      .parameters = {residualWeight(), start()},
      .appliesTo = everywhere,
      .compute = nullMap,
  };
}

Explainer rolloutMinusNullExplainer() {
  return {
      .id = "rollout_minus_null",
      .label = "Rollout minus null map",
      .help =
          "Where the rollout differs from its null map: positive where attention and weights "
          "route more of the output's origin than the network's shape alone.",
      .limits =
          "Negative means less than the shape alone would route there, not evidence against "
          "a class; all cells of a map sum to 0.",
      .source =
          "Difference of the two maps; rollout after Abnar & Zuidema, arXiv 2005.00928, "
          "equation 1, extended.",
      .classSpecific = true,
      .parameters = rolloutParameters(),
      .appliesTo = everywhere,
      .compute = differenceMap,
  };
}

}  // namespace filterlens
