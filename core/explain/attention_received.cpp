#include "core/explain/attention_received.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "core/explain/methods.h"

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

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

/// One value a token from [heads, tokens]: one head's, or a fusion over all heads.
Result<std::vector<float>> fuse(const LayerTrace& layer, std::span<const float> heads,
                                const std::string& choice) {
  const auto tokens = static_cast<std::size_t>(layer.attention.front().tokens);
  const std::size_t count = heads.size() / tokens;
  std::size_t head = 0;
  if (std::from_chars(choice.data(), choice.data() + choice.size(), head).ec == std::errc()) {
    if (head > count) {
      return Error{layer.name + " has " + counted(count, "attention head") + "; there is no head " +
                   choice + "."};
    }
    const auto row = heads.subspan((head - 1) * tokens, tokens);
    return std::vector<float>(row.begin(), row.end());
  }
  std::vector<float> fused(tokens);
  for (std::size_t token = 0; token < tokens; ++token) {
    double sum = 0;
    float low = heads[token];
    float high = heads[token];
    for (std::size_t at = token; at < heads.size(); at += tokens) {
      sum += heads[at];
      low = std::min(low, heads[at]);
      high = std::max(high, heads[at]);
    }
    fused[token] = choice == "max"   ? high
                   : choice == "min" ? low
                                     : static_cast<float>(sum / static_cast<double>(count));
  }
  return fused;
}

/// Index of the encoder layer that "last", "1", "2", … names.
Result<std::size_t> encoderLayer(const LayerTrace& layer, const std::string& choice) {
  const std::size_t count = layer.attention.size();
  if (choice == "last") return count - 1;
  std::size_t number = 0;
  std::from_chars(choice.data(), choice.data() + choice.size(), number);
  if (number > count) {
    return Error{layer.name + " has " + counted(count, "encoder layer") +
                 "; there is no encoder layer " + choice + "."};
  }
  return number - 1;
}

/// Writes the tokens' values into the cells that they stand for; the other cells hold NaN.
Result<Grid<float>> onGrid(const LayerTrace& layer, const std::vector<float>& tokens) {
  const MapGeometry& geometry = layer.tokenGeometry;
  Grid<float> map(geometry.rows(), geometry.cols(), std::numeric_limits<float>::quiet_NaN());
  const Error damaged{"The tokens of " + layer.name +
                      " do not fit its map: this run's record is damaged; run the network again."};

  const bool choosesTokens =
      layer.stage->kind == StageKind::Filter || layer.stage->kind == StageKind::Dropout;
  if (!choosesTokens) {
    if (tokens.size() != map.values.size()) return damaged;
    map.values = tokens;
    return map;
  }
  std::vector<int> cells = layer.selection;
  std::sort(cells.begin(), cells.end());
  if (cells.size() != tokens.size() || cells.front() < 0 || cells.back() >= map.size()) {
    return damaged;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    map.values[static_cast<std::size_t>(cells[i])] = tokens[i];
  }
  return map;
}

Result<Heatmap> attentionMap(const Trace& trace, int layer, const Parameters& parameters) {
  const LayerTrace& recorded = *layerAt(trace, layer);
  const FloatArray received = attentionReceived(recorded);
  if (received.empty()) {
    return Error{"This run recorded no attention for " + recorded.name +
                 "; run the network with recording on."};
  }
  const auto encoder = encoderLayer(recorded, parameters.choice("encoder-layer"));
  if (!encoder) return encoder.error();
  const auto heads = static_cast<std::size_t>(received.shape[1]);
  const auto tokens = static_cast<std::size_t>(received.shape[2]);
  const auto fused =
      fuse(recorded, received.span().subspan(*encoder * heads * tokens, heads * tokens),
           parameters.choice("heads"));
  if (!fused) return fused.error();

  const auto cells = onGrid(recorded, *fused);
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
      .parameters =
          {
              {.id = "heads",
               .label = "Heads",
               .help = "How the heads' values become one, or the one head to show.",
               .choices = {"mean", "max", "min", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10",
                           "11", "12", "13", "14", "15", "16"}},
              {.id = "encoder-layer",
               .label = "Encoder layer",
               .help = "Which of the layer's encoder layers to show.",
               .choices = {"last", "1", "2"}},
          },
      .appliesTo =
          [](const Trace& trace, int layer) {
            const LayerTrace* found = layerAt(trace, layer);
            return found != nullptr && !found->attentionOff;
          },
      .compute = attentionMap,
  };
}

}  // namespace filterlens
