// The rollout of the vit-explain project at full attention layers, its normalisation included: for
// comparing with published pictures.
#include <algorithm>
#include <numeric>

#include "core/explain/methods.h"
#include "core/explain/rollout_operators.h"
#include "core/model/attention_gradients.h"

namespace filterlens {
namespace {

/// Zeroes the smallest entries of the whole matrix; the first entry is spared, as there.
void discard(std::vector<double>& matrix, double share) {
  const double first = matrix.front();
  discardSmallest(matrix, share);
  matrix.front() = first;
}

/// (F + I) / 2, whose column j is divided by the sum of row j.
void addIdentity(std::vector<double>& matrix, std::size_t tokens) {
  std::vector<double> sums(tokens);
  for (std::size_t row = 0; row < tokens; ++row) {
    matrix[row * tokens + row] += 1;
    for (std::size_t col = 0; col < tokens; ++col) {
      sums[row] += matrix[row * tokens + col] /= 2;
    }
  }
  for (std::size_t row = 0; row < tokens; ++row) {
    for (std::size_t col = 0; col < tokens; ++col) matrix[row * tokens + col] /= sums[col];
  }
}

std::vector<double> fused(const AttentionTrace& attention, const Parameters& parameters) {
  if (parameters.choice("attention") == "gradient") {
    // There the product with the gradient is averaged before it is cut off at zero.
    const auto tokens = static_cast<std::size_t>(attention.tokens);
    std::vector<double> mean(tokens * tokens);
    for (std::size_t i = 0; i < attention.weights.span().size(); ++i) {
      mean[i % mean.size()] += static_cast<double>(attention.weights.span()[i]) *
                               attention.gradient.span()[i] / attention.heads;
    }
    for (double& entry : mean) entry = std::max(entry, 0.0);
    return mean;
  }
  const auto& heads = parameters.choice("heads");
  return fuseHeadsAsTheyAre(attention, heads == "max"   ? HeadFusion::Max
                                       : heads == "min" ? HeadFusion::Min
                                                        : HeadFusion::Mean);
}

/// r^T (a_m ... a_1) for the mean over all rows: what global average pooling reads.
std::vector<double> meanRow(const std::vector<std::vector<double>>& matrices, std::size_t tokens) {
  std::vector<double> row(tokens, 1.0 / static_cast<double>(tokens));
  for (auto matrix = matrices.rbegin(); matrix != matrices.rend(); ++matrix) {
    std::vector<double> next(tokens);
    for (std::size_t i = 0; i < matrix->size(); ++i) {
      next[i % tokens] += row[i / tokens] * (*matrix)[i];
    }
    row.swap(next);
  }
  return row;
}

Result<Heatmap> vitExplain(const Trace& trace, int index, const Parameters& parameters) {
  Trace filled;
  const bool followed = parameters.choice("attention") == "gradient";
  if (followed) {
    auto gradients = withAttentionGradients(trace);
    if (!gradients) return gradients.error();
    filled = std::move(*gradients);
  }
  const LayerTrace& layer = *layerAt(followed ? filled : trace, index);
  const MapGeometry& cells = layer.tokenGeometry;
  const auto tokens =
      static_cast<std::size_t>(cells.rows()) * static_cast<std::size_t>(cells.cols());
  std::vector<std::vector<double>> matrices;
  for (const AttentionTrace& attention : layer.attention) {
    if (static_cast<std::size_t>(attention.tokens) != tokens || attention.weights.empty()) {
      return Error{"The attention of " + layer.name +
                   " does not fit its map: this run's record is damaged; run the network again."};
    }
    matrices.push_back(fused(attention, parameters));
    discard(matrices.back(), parameters.number("discard"));
    addIdentity(matrices.back(), tokens);
  }
  if (matrices.empty()) {
    return Error{"This run recorded no attention for " + layer.name +
                 "; run the network with recording on."};
  }
  const auto row = meanRow(matrices, tokens);
  const double largest = *std::max_element(row.begin(), row.end());
  Heatmap map;
  map.geometry = cells;
  map.targetClass = followed ? trace.targetClass : -1;
  map.values = Grid<float>(cells.rows(), cells.cols());
  std::transform(row.begin(), row.end(), map.values.values.begin(),
                 [&](double value) { return static_cast<float>(value / largest); });
  return map;
}

}  // namespace

Explainer rolloutVitExplainExplainer() {
  return {
      .id = "rollout_vit_explain",
      .label = "Rollout, vit-explain compatible",
      .help =
          "The rollout of one full attention layer as the vit-explain project computes it, for "
          "comparing with its pictures: smallest entries dropped, values divided by the largest.",
      .limits =
          "It knows this one layer, not the way down to the pixels; it divides columns by the sums "
          "of rows, so that relevance is not kept; there is no class token, so the mean over all "
          "rows is read.",
      .source =
          "Abnar & Zuidema, arXiv 2005.00928, as in jacobgil/vit-explain (vit_rollout.py, "
          "vit_grad_rollout.py), which it matches.",
      .classSpecific = true,
      .byDefault = false,
      .parameters = {{.id = "heads",
                      .label = "Head fusion",
                      .help = "How the attention heads become one.",
                      .choices = {"mean", "max", "min"}},
                     {.id = "discard",
                      .label = "Discard",
                      .help = "Share of the smallest entries of each fused matrix that is dropped.",
                      .minimum = 0,
                      .maximum = 0.99,
                      .fallback = 0.9,
                      .choices = {}},
                     {.id = "attention",
                      .label = "Attention",
                      .help = "The attention weights, or times their gradients where positive (its "
                              "gradient rollout).",
                      .choices = {"plain", "gradient"}}},
      .appliesTo = [](const Trace& trace,
                      int layer) { return isStage(trace, layer, StageKind::Full); },
      .compute = vitExplain,
  };
}

}  // namespace filterlens
