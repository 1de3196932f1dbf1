// The attention of one cell: whom it attends to, and who attends to it.
#include <algorithm>

#include "core/explain/inspected_cell.h"
#include "core/explain/methods.h"
#include "core/explain/token_map.h"

namespace filterlens {
namespace {

constexpr auto kSource =
    "Rows and columns of softmax(QK^T / sqrt(d)), Vaswani et al., arXiv 1706.03762, equation 1.";

enum class Direction { AttendsTo, AttendedBy };

bool isComplete(const AttentionTrace& attention) {
  return attention.heads > 0 && attention.tokens > 0 && !attention.weights.empty() &&
         attention.weights.size() ==
             std::int64_t{attention.heads} * attention.tokens * attention.tokens;
}

/// [heads, tokens]: each head's row (AttendsTo) or column (AttendedBy) of a token.
std::vector<float> weightsOf(const AttentionTrace& attention, std::size_t token,
                             Direction direction) {
  const auto tokens = static_cast<std::size_t>(attention.tokens);
  const bool row = direction == Direction::AttendsTo;
  const std::size_t step = row ? 1 : tokens;
  const std::size_t start = row ? token * tokens : token;
  const auto weights = attention.weights.span();
  std::vector<float> values;
  values.reserve(static_cast<std::size_t>(attention.heads) * tokens);
  for (std::size_t head = 0; head < static_cast<std::size_t>(attention.heads); ++head) {
    for (std::size_t other = 0; other < tokens; ++other) {
      values.push_back(weights[head * tokens * tokens + start + other * step]);
    }
  }
  return values;
}

/// All of a cell that was not selected lies on itself, none on a token.
Result<Grid<float>> alone(const LayerTrace& layer, int cell) {
  auto map = onTokenGrid(layer, std::vector<float>(layer.selection.size(), 0.0F));
  if (map) map->values[static_cast<std::size_t>(cell)] = 1;
  return map;
}

Result<Grid<float>> valuesOf(const LayerTrace& layer, int cell, Direction direction,
                             const Parameters& parameters) {
  const auto encoder = chosenEncoderLayer(layer, parameters);
  if (!encoder) return encoder.error();
  const AttentionTrace& attention = layer.attention[*encoder];
  const auto token = tokenOf(layer, cell);
  if (!isComplete(attention) || (token && *token >= static_cast<std::size_t>(attention.tokens))) {
    return Error{"The attention of " + layer.name +
                 " does not fit its tokens: this run's record is damaged; run the network again."};
  }
  // Also where the cell attends to itself alone: a head that is not there is an error.
  const auto fused =
      oneValueAToken(layer, weightsOf(attention, token.value_or(0), direction), parameters);
  if (!fused) return fused.error();
  return token ? onTokenGrid(layer, *fused) : alone(layer, cell);
}

std::string noteOn(const LayerTrace& layer, int cell, Direction direction) {
  const std::string text = cellText(layer, cell);
  if (tokenOf(layer, cell)) return text + ".";
  return text + (direction == Direction::AttendsTo ? ": it attends to itself alone."
                                                   : ": nothing but itself attends to it.");
}

Result<Heatmap> attentionOfCell(const Trace& trace, int layer, const Parameters& parameters,
                                Direction direction) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  if (recorded.attention.empty()) {
    return Error{"This run recorded no attention for " + recorded.name +
                 "; run the network with recording on."};
  }
  const auto cell = chosenCell(recorded, parameters);
  if (!cell) return cell.error();
  auto values = valuesOf(recorded, *cell, direction, parameters);
  if (!values) return values.error();
  Heatmap map;
  map.values = *std::move(values);
  map.geometry = recorded.tokenGeometry;
  map.note = noteOn(recorded, *cell, direction);
  return map;
}

std::vector<ParameterSpec> parametersOfOneCell() {
  auto parameters = attentionParameters();
  parameters.insert(parameters.begin(), cellParameter());
  return parameters;
}

bool hasAttention(const Trace& trace, int layer) {
  const LayerTrace* found = layerAt(trace, layer);
  return found != nullptr && !found->attentionOff;
}

/// A method's words with what the methods of one cell's attention share.
Explainer completed(Explainer texts, Direction direction) {
  texts.byDefault = false;
  texts.parameters = parametersOfOneCell();
  texts.appliesTo = hasAttention;
  texts.compute = [direction](const Trace& trace, int layer, const Parameters& parameters) {
    return attentionOfCell(trace, layer, parameters, direction);
  };
  return texts;
}

}  // namespace

Explainer attendsToExplainer() {
  const Explainer texts = {
      .id = "attends_to",
      .label = "Attends to",
      .help =
          "Whom one cell attends to: the weight with which it reads each token of its layer; all "
          "weights of a head share 1.",
      .limits =
          "Attention says where values are read from, not what they say; a cell that was not "
          "selected attends to itself alone, and the block's residual goes around attention.",
      .source = kSource,
  };
  return completed(texts, Direction::AttendsTo);
}

Explainer attendedByExplainer() {
  const Explainer texts = {
      .id = "attended_by",
      .label = "Attended by",
      .help =
          "Who attends to one cell: the weight with which each token of its layer reads it, of the "
          "1 that each token shares out.",
      .limits =
          "Being read by many says that a cell spreads, not that it speaks for a class; a cell "
          "that was not selected is read by itself alone.",
      .source = kSource,
  };
  return completed(texts, Direction::AttendedBy);
}

}  // namespace filterlens
