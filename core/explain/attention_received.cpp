#include "core/explain/attention_received.h"

#include <algorithm>

#include "core/explain/methods.h"
#include "core/explain/token_map.h"

namespace filterlens {
namespace {

/// Adds up the columns of each head's tokens x tokens matrix and divides by the number of rows.
void meanOverQueries(const AttentionTrace& attention, float* received) {
  const auto tokens = static_cast<std::size_t>(attention.tokens);
  const float* row = attention.weights.data.get();
  std::vector<double> sum(tokens);
  for (int head = 0; head < attention.heads; ++head) {
    std::fill(sum.begin(), sum.end(), 0.0);
    for (std::size_t query = 0; query < tokens; ++query, row += tokens) {
      for (std::size_t key = 0; key < tokens; ++key) sum[key] += row[key];
    }
    for (std::size_t key = 0; key < tokens; ++key) {
      *received++ = static_cast<float>(sum[key] / static_cast<double>(tokens));
    }
  }
}

bool isComplete(const AttentionTrace& attention) {
  return attention.heads > 0 && attention.tokens > 0 && !attention.weights.empty() &&
         attention.weights.size() ==
             std::int64_t{attention.heads} * attention.tokens * attention.tokens;
}

Result<Heatmap> attentionMap(const Trace& trace, int layer, const Parameters& parameters) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  const FloatArray received = attentionReceived(recorded);
  if (received.empty()) {
    return Error{"This run recorded no attention for " + recorded.name +
                 "; run the network with recording on."};
  }
  const auto encoder = chosenEncoderLayer(recorded, parameters);
  if (!encoder) return encoder.error();
  const auto heads = static_cast<std::size_t>(received.shape[1]);
  const auto tokens = static_cast<std::size_t>(received.shape[2]);
  const auto fused = oneValueAToken(
      recorded, received.span().subspan(*encoder * heads * tokens, heads * tokens), parameters);
  if (!fused) return fused.error();

  const auto cells = onTokenGrid(recorded, *fused);
  if (!cells) return cells.error();
  Heatmap map;
  map.values = *cells;
  map.geometry = recorded.tokenGeometry;
  return map;
}

}  // namespace

FloatArray attentionReceived(const LayerTrace& layer) {
  if (layer.attention.empty()) return {};
  const AttentionTrace& first = layer.attention.front();
  const auto size = static_cast<std::size_t>(first.heads) * static_cast<std::size_t>(first.tokens);
  for (const AttentionTrace& attention : layer.attention) {
    if (!isComplete(attention) || attention.heads != first.heads ||
        attention.tokens != first.tokens) {
      return {};
    }
  }
  const std::shared_ptr<float[]> values(new float[layer.attention.size() * size]);
  for (std::size_t encoder = 0; encoder < layer.attention.size(); ++encoder) {
    meanOverQueries(layer.attention[encoder], values.get() + encoder * size);
  }
  return {{static_cast<std::int64_t>(layer.attention.size()), first.heads, first.tokens}, values};
}

Explainer attentionReceivedExplainer() {
  return {
      .id = "attention_received",
      .label = "Attention received",
      .help =
          "How much attention each token gets: the mean over all tokens of the weight that "
          "they give it; all tokens of a head share 1.",
      .limits =
          "Attention says where values are read from, not what they say nor whether they "
          "speak for a class; cells that are no token have no value.",
      .source =
          "Column means of softmax(QK^T / sqrt(d)), Vaswani et al., arXiv 1706.03762, "
          "equation 1.",
      .classSpecific = false,
      .parameters = attentionParameters(),
      .appliesTo =
          [](const Trace& trace, int layer) {
            const LayerTrace* found = layerAt(trace, layer);
            return found != nullptr && !found->attentionOff;
          },
      .compute = attentionMap,
  };
}

}  // namespace filterlens
