#include "core/explain/token_map.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/explain/inspected_cell.h"

namespace filterlens {
namespace {

constexpr double kLargestCell = 1e6;

/// The order of the tokens.
std::vector<int> ascending(std::vector<int> selection) {
  std::sort(selection.begin(), selection.end());
  return selection;
}

std::string counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

std::vector<ParameterSpec> attentionParameters() {
  return {
      {.id = "heads",
       .label = "Heads",
       .help = "How the heads' values become one, or the one head to show.",
       .choices = {"mean", "max", "min", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11",
                   "12", "13", "14", "15", "16"}},
      {.id = "encoder-layer",
       .label = "Encoder layer",
       .help = "Which of the layer's encoder layers to show.",
       .choices = {"last", "1", "2"}},
  };
}

Result<std::vector<float>> oneValueAToken(const LayerTrace& layer, std::span<const float> heads,
                                          const Parameters& parameters) {
  const std::string& choice = parameters.choice("heads");
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

Result<std::size_t> chosenEncoderLayer(const LayerTrace& layer, const Parameters& parameters) {
  const std::string& choice = parameters.choice("encoder-layer");
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

bool choosesTokens(const LayerTrace& layer) {
  return layer.stage->kind == StageKind::Filter || layer.stage->kind == StageKind::Dropout;
}

Result<Grid<float>> onTokenGrid(const LayerTrace& layer, const std::vector<float>& tokens) {
  const MapGeometry& geometry = layer.tokenGeometry;
  Grid<float> map(geometry.rows(), geometry.cols(), std::numeric_limits<float>::quiet_NaN());
  const Error damaged{"The tokens of " + layer.name +
                      " do not fit its map: this run's record is damaged; run the network again."};

  if (!choosesTokens(layer)) {
    if (tokens.size() != map.values.size()) return damaged;
    map.values = tokens;
    return map;
  }
  const std::vector<int> cells = ascending(layer.selection);
  if (cells.empty() || cells.size() != tokens.size() || cells.front() < 0 ||
      cells.back() >= map.size()) {
    return damaged;
  }
  for (std::size_t i = 0; i < cells.size(); ++i) {
    map.values[static_cast<std::size_t>(cells[i])] = tokens[i];
  }
  return map;
}

std::optional<std::size_t> tokenOf(const LayerTrace& layer, int cell) {
  if (!choosesTokens(layer)) return static_cast<std::size_t>(cell);
  const std::vector<int> cells = ascending(layer.selection);
  const auto found = std::lower_bound(cells.begin(), cells.end(), cell);
  if (found == cells.end() || *found != cell) return std::nullopt;
  return static_cast<std::size_t>(found - cells.begin());
}

ParameterSpec cellParameter() {
  return {.id = kCellParameter,
          .label = "Cell",
          .help =
              "Which cell: its row times the number of columns, plus its column, both counted "
              "from 0; -1 is the token of rank 0, or the middle where all cells attend.",
          .minimum = kNoCell,
          .maximum = kLargestCell,
          .fallback = kNoCell};
}

Result<int> chosenCell(const LayerTrace& layer, const Parameters& parameters) {
  const double wanted = parameters.number(kCellParameter);
  const int cells = layer.tokenGeometry.rows() * layer.tokenGeometry.cols();
  if (wanted == kNoCell && cells > 0) return firstCell(layer);
  if (wanted != std::floor(wanted) || wanted < 0 || wanted >= cells) {
    return Error{layer.name + " has " + std::to_string(layer.tokenGeometry.rows()) + "x" +
                 std::to_string(layer.tokenGeometry.cols()) +
                 " cells: cell is a whole number from 0 to " + std::to_string(cells - 1) + "."};
  }
  return static_cast<int>(wanted);
}

std::string cellText(const LayerTrace& layer, int cell) {
  const int cols = layer.tokenGeometry.cols();
  const std::string place =
      " (" + std::to_string(cell / cols) + ", " + std::to_string(cell % cols) + ")";
  if (layer.stage->kind == StageKind::Pooled) return "Bin" + place;
  if (!choosesTokens(layer)) return "Cell" + place;
  const auto rank = rankOf(layer, cell);
  return "Cell" + place +
         (rank ? ", the token of rank " + std::to_string(*rank) + " of " +
                     std::to_string(layer.selection.size())
               : ", not selected");
}

bool showsOneCell(const Explainer& method) {
  return std::any_of(method.parameters.begin(), method.parameters.end(),
                     [](const ParameterSpec& spec) { return spec.id == kCellParameter; });
}

int firstCell(const LayerTrace& layer) {
  if (choosesTokens(layer) && !layer.selection.empty()) return layer.selection.front();
  const int cols = layer.tokenGeometry.cols();
  return layer.tokenGeometry.rows() / 2 * cols + cols / 2;
}

std::optional<int> rankOf(const LayerTrace& layer, int cell) {
  const auto found = std::find(layer.selection.begin(), layer.selection.end(), cell);
  if (found == layer.selection.end()) return std::nullopt;
  return static_cast<int>(found - layer.selection.begin());
}

}  // namespace filterlens
