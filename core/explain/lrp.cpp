// Layer-wise relevance propagation: the logit handed back through the network, rule by rule.
#include "core/explain/methods.h"
#include "core/lrp/relevance.h"

namespace filterlens {
namespace {

RelevanceOptions optionsOf(const Parameters& parameters) {
  RelevanceOptions options;
  options.composite = parameters.choice("composite");
  options.throughSoftmax = parameters.choice("attention") == "attnlrp";
  options.epsilon = parameters.number("epsilon");
  options.gamma = parameters.number("gamma");
  options.alpha = parameters.number("alpha");
  return options;
}

/// Where the logit's relevance went on its way to a map.
void noteBooks(const Relevance& relevance, const RelevanceMap& books, Heatmap& map) {
  const double lost = relevance.conservationError(books);
  map.brief = "conserved to " + noteNumber(lost);
  map.note = "Of the logit " + noteNumber(relevance.start) + ", " + noteNumber(books.sum) +
             " reached this map; biases absorbed " + noteNumber(books.absorbed.bias) +
             ", the stabiliser " + noteNumber(books.absorbed.stabiliser) + ", the softmax " +
             noteNumber(books.absorbed.softmax) + "; the conservation error is " +
             noteNumber(lost) + " of the logit.";
}

Result<Heatmap> relevanceMap(const Trace& trace, int layer, const Parameters& parameters) {
  const auto relevance = propagateRelevance(trace, optionsOf(parameters));
  if (!relevance) return relevance.error();
  const auto& layers = (*relevance)->layers;
  if (layer != kInputLayer && static_cast<std::size_t>(layer) >= layers.size()) {
    return Error{"This run's record of relevance is damaged; run the network again."};
  }
  Heatmap map;
  map.scale = HeatmapScale::Diverging;
  map.targetClass = trace.targetClass;
  if (layer == kInputLayer) {
    map.values = (*relevance)->input.values;
    map.geometry = {AxisMap::identity(trace.inputRows), AxisMap::identity(trace.inputCols)};
  } else {
    map.values = layers[static_cast<std::size_t>(layer)].values;
    map.geometry = layerAt(trace, layer)->outputGeometry;
  }
  noteBooks(**relevance,
            layer == kInputLayer ? (*relevance)->input : layers[static_cast<std::size_t>(layer)],
            map);
  return map;
}

std::vector<std::string_view> compositeNames() {
  std::vector<std::string_view> names;
  for (const LrpComposite& composite : lrpComposites()) names.push_back(composite.name);
  return names;
}

std::vector<ParameterSpec> lrpParameters() {
  return {
      {.id = "composite",
       .label = "Composite",
       .help = "Which rule goes where: at the pixels, in convolutions below the first full "
               "attention block, and everywhere above.",
       .choices = compositeNames()},
      {.id = "attention",
       .label = "Attention",
       .help = "Attention weights as constants, so that values take all relevance (CP-LRP), or "
               "relevance through the softmax to queries and keys too (AttnLRP).",
       .choices = {"cp", "attnlrp"}},
      {.id = "gamma",
       .label = "Gamma",
       .help = "How much more contributions of an output's own sign weigh in the gamma rule.",
       .minimum = 0,
       .maximum = 10,
       .fallback = 0.25,
       .choices = {}},
      {.id = "alpha",
       .label = "Alpha",
       .help = "Weight of positive contributions in the alpha-beta rule; beta is alpha - 1.",
       .minimum = 1,
       .maximum = 10,
       .fallback = 2,
       .choices = {}},
      {.id = "epsilon",
       .label = "Stabiliser",
       .help = "Added to every denominator with its sign; a larger one absorbs relevance of weak "
               "outputs.",
       .minimum = 1e-9,
       .maximum = 10,
       .fallback = 1e-6,
       .choices = {}},
  };
}

}  // namespace

Explainer lrpExplainer() {
  return {
      .id = "lrp",
      .label = "LRP",
      .help =
          "How much each place contributed to the class's logit: the logit is handed back layer "
          "by layer in proportion to contributions, down to the pixels, for and against.",
      .limits =
          "Maps depend on the composite; biases take a share of the relevance; the choice of "
          "tokens, the filter mask and (under CP-LRP) the attention weights count as constants; "
          "LRP is patented and may be free for personal and scientific use only.",
      .source =
          "Bach et al., PLoS ONE 10(7) e0130140, 2015; Achtibat et al., AttnLRP, arXiv 2402.05602, "
          "section 3; Ali et al., CP-LRP, arXiv 2202.07304; single layers match zennit 0.5.1 "
          "within 5e-5 of the peak (epsilon 3e-4).",
      .classSpecific = true,
      .byDefault = false,  // five forward passes, where all others together take less than one
      .parameters = lrpParameters(),
      .appliesTo =
          [](const Trace& trace, int layer) {
            return trace.relevanceSource != nullptr &&
                   (layer == kInputLayer || layerAt(trace, layer) != nullptr);
          },
      .compute = relevanceMap,
  };
}

}  // namespace filterlens
