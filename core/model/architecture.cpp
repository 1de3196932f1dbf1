// The table of networks, and where their maps lie.
#include "core/model/architecture.h"

#include <algorithm>
#include <array>

namespace filterlens {
namespace {

using enum StageKind;

constexpr int kCellsForGrid110 = 768;
constexpr int kCellsForGrid55 = 256;
constexpr int kCellsForGrid28 = 128;

/// The paper's K for a grid.
constexpr int topK(int grid) {
  return grid == 110 ? kCellsForGrid110 : grid == 55 ? kCellsForGrid55 : kCellsForGrid28;
}

struct BlockOptions {
  int expand = 2;
  int layers = 1;
};

Stage stem(int out) {
  return {.kind = Stem, .module = "first_conv.0", .in = 3, .out = out, .stride = 2};
}

Stage invertedResidual(int channels, int expand) {
  return {.kind = InvertedResidual,
          .module = "first_conv.1",
          .in = channels,
          .out = channels,
          .stride = 1,
          .expand = expand};
}

Stage poolTo(int grid, int channels) {
  return {.kind = AdaptivePool,
          .module = "first_conv.2",
          .in = channels,
          .out = channels,
          .grid = grid};
}

Stage pooled(std::string_view module, int in, int out, int heads, int grid, int layers = 1) {
  return {.kind = Pooled,
          .module = module,
          .in = in,
          .out = out,
          .stride = 2,
          .heads = heads,
          .grid = grid,
          .layers = layers};
}

Stage filter(std::string_view module, int in, int out, int heads, int stride, int grid,
             BlockOptions options = {}) {
  return {.kind = Filter,
          .module = module,
          .in = in,
          .out = out,
          .stride = stride,
          .expand = options.expand,
          .heads = heads,
          .grid = grid,
          .k = topK(grid),
          .layers = options.layers};
}

Stage dropout(std::string_view module, int in, int out, int heads, int stride, int grid,
              BlockOptions options = {}) {
  Stage stage = filter(module, in, out, heads, stride, grid, options);
  stage.kind = Dropout;
  return stage;
}

struct FullOptions {
  int layers = 1;
  int reduce = 1;
  int stride = 2;
};

Stage full(std::string_view module, int in, int out, int heads, FullOptions options = {}) {
  return {.kind = Full,
          .module = module,
          .in = in,
          .out = out,
          .stride = options.stride,
          .heads = heads,
          .layers = options.layers,
          .reduce = options.reduce};
}

/// xs and dropout-xs differ in their selecting blocks alone.
std::vector<Stage> extraSmall(Stage (*selecting)(std::string_view, int, int, int, int, int,
                                                 BlockOptions)) {
  return {stem(64),
          invertedResidual(64, 3),
          poolTo(110, 64),
          pooled("leaky_att_network.0", 64, 128, 2, 11),
          selecting("leaky_att_network.1", 128, 128, 4, 1, 55, {.expand = 3}),
          pooled("leaky_att_network.2", 128, 128, 2, 11),
          selecting("leaky_att_network.3", 128, 128, 4, 1, 28, {.expand = 3}),
          selecting("leaky_att_network.4", 128, 128, 4, 1, 28, {.expand = 3}),
          pooled("leaky_att_network.5", 128, 128, 2, 7),
          full("network.0", 128, 128, 8),
          full("network.1", 128, 256, 8)};
}

struct CompactOptions {
  int dilation = 1;
  int expand = 3;
};

/// A filter block of the compact networks. Its mask reads 7x7 cells that lie side by side or one
/// apart: on their small maps the paper's dilation of 5 would reach over the edge from everywhere.
Stage compactFilter(std::string_view module, int in, int out, int grid, int k,
                    CompactOptions options = {}) {
  Stage stage = filter(module, in, out, 4, 1, grid, {.expand = options.expand});
  stage.k = k;
  stage.filterDilation = options.dilation;
  return stage;
}

Stage compactDropout(std::string_view module, int in, int out, int grid, int k,
                     CompactOptions options = {}) {
  Stage stage = compactFilter(module, in, out, grid, k, options);
  stage.kind = Dropout;
  return stage;
}

Stage compactFull(std::string_view module, int in, int out, int stride) {
  Stage stage = full(module, in, out, 8, {.stride = stride});
  stage.expand = 3;
  return stage;
}

/// A FilterViT for a laptop, not of the paper: the order of xs's blocks with narrow early maps and
/// without pooling to 110, so that a small input costs little; its width lies where the maps are
/// small (a network with 24 early channels, and 64 in place of the 96, cost the same and learned
/// less). The position tables are the paper's and serve inputs of up to 224 pixels.
std::vector<Stage> compact(Stage (*selecting)(std::string_view, int, int, int, int,
                                              CompactOptions)) {
  return {stem(16),
          invertedResidual(16, 2),
          pooled("leaky_att_network.0", 16, 32, 2, 8),
          selecting("leaky_att_network.1", 32, 32, 55, 64, {.dilation = 2}),
          pooled("leaky_att_network.2", 32, 64, 2, 8),
          selecting("leaky_att_network.3", 64, 64, 28, 32, {}),
          selecting("leaky_att_network.4", 64, 96, 28, 32, {}),
          compactFull("network.0", 96, 128, 2),
          compactFull("network.1", 128, 128, 1)};
}

/// arXiv 2410.22709 and the authors' code, version 4.5; the compact networks are our own.
std::vector<Architecture> makeTable() {
  return {
      {.id = "xxs",
       .className = "ConvFormer_xxs",
       .title = "FilterViT xxs",
       .stages = {stem(64), invertedResidual(64, 2), pooled("first_ConvFormer", 64, 64, 2, 20),
                  filter("leaky_att_network.0", 64, 64, 2, 1, 55),
                  filter("leaky_att_network.1", 64, 64, 4, 2, 55),
                  filter("leaky_att_network.2", 64, 128, 4, 1, 28),
                  filter("leaky_att_network.3", 128, 128, 4, 1, 28), full("network.0", 128, 128, 8),
                  full("network.1", 128, 128, 8)},
       .headHidden = 384},
      {.id = "xs",
       .className = "ConvFormer_xs",
       .title = "FilterViT xs",
       .stages = extraSmall(filter),
       .headHidden = 384,
       .anyInputSize = true},
      {.id = "dropout-xs",
       .className = "DropOutVIT_xs",
       .title = "DropoutViT xs",
       .stages = extraSmall(dropout),
       .headHidden = 384,
       .anyInputSize = true},
      {.id = "s",
       .className = "ConvFormer_s",
       .title = "FilterViT s",
       .stages = {stem(128), invertedResidual(128, 3),
                  pooled("leaky_att_network.0", 128, 128, 2, 16, 2),
                  filter("leaky_att_network.1", 128, 128, 4, 1, 55, {.layers = 2}),
                  filter("leaky_att_network.2", 128, 128, 4, 2, 55, {.expand = 3, .layers = 2}),
                  filter("leaky_att_network.3", 128, 128, 4, 1, 28, {.expand = 3, .layers = 2}),
                  filter("leaky_att_network.4", 128, 256, 4, 2, 28, {.expand = 3, .layers = 2}),
                  full("network.0", 256, 256, 8, {.layers = 2}),
                  full("network.1", 256, 256, 8, {.layers = 2})},
       .headHidden = 512},
      {.id = "s2",
       .className = "ConvFormer_s2",
       .title = "FilterViT s2",
       .stages = {stem(128), invertedResidual(128, 3),
                  pooled("leaky_att_network.0", 128, 128, 2, 20, 2),
                  filter("leaky_att_network.1", 128, 128, 8, 1, 55, {.layers = 2}),
                  filter("leaky_att_network.2", 128, 128, 8, 2, 55, {.layers = 2}),
                  filter("leaky_att_network.3", 128, 128, 8, 2, 28, {.layers = 2}),
                  filter("leaky_att_network.4", 128, 256, 8, 2, 28, {.layers = 2}),
                  full("network.0", 256, 256, 16, {.layers = 2, .reduce = 4, .stride = 1}),
                  full("network.1", 256, 256, 16, {.layers = 2, .reduce = 2}),
                  full("network.2", 256, 512, 16, {.layers = 2, .reduce = 8, .stride = 1}),
                  full("network.3", 512, 512, 16, {.layers = 2, .reduce = 4})}},
      {.id = "compact",
       .className = "FilterViT_compact",
       .title = "FilterViT compact",
       .stages = compact(compactFilter),
       .headHidden = 256,
       .anyInputSize = true,
       .defaultInputSize = 128},
      {.id = "dropout-compact",
       .className = "DropoutViT_compact",
       .title = "DropoutViT compact",
       .stages = compact(compactDropout),
       .headHidden = 256,
       .anyInputSize = true,
       .defaultInputSize = 128},
  };
}

MapGeometry convolved(const MapGeometry& map, int kernel, int stride, int padding) {
  return {map.y.afterConvolution(kernel, stride, padding),
          map.x.afterConvolution(kernel, stride, padding)};
}

MapGeometry afterStage(const Stage& stage, const MapGeometry& map) {
  switch (stage.kind) {
    case Stem:
      return convolved(map, 5, 2, 0);
    case AdaptivePool:
      return {map.y.afterAdaptivePool(stage.grid), map.x.afterAdaptivePool(stage.grid)};
    default:
      return convolved(map, 3, stage.stride, 1);
  }
}

/// Whether a map has the cells that a stage selects, and a row of the position table for each.
bool takes(const Stage& stage, const MapGeometry& map) {
  if (stage.kind != Filter && stage.kind != Dropout) return true;
  return map.rows() <= stage.grid && map.cols() <= stage.grid && map.rows() * map.cols() >= stage.k;
}

}  // namespace

std::string_view name(StageKind kind) {
  constexpr std::array<std::string_view, 7> kNames = {
      "stem", "inverted residual", "adaptive pool", "pooled", "filter", "dropout", "full"};
  return kNames.at(static_cast<std::size_t>(kind));
}

bool Stage::isLayer() const {
  return kind == Pooled || kind == Filter || kind == Dropout || kind == Full;
}

int Architecture::features() const { return stages.back().out; }

bool Architecture::drawsTokens() const {
  return std::any_of(stages.begin(), stages.end(),
                     [](const Stage& s) { return s.kind == Dropout; });
}

std::span<const Architecture> architectures() {
  static const std::vector<Architecture> table = makeTable();
  return table;
}

const Architecture* findArchitecture(std::string_view idOrClassName) {
  for (const auto& a : architectures()) {
    if (a.id == idOrClassName || a.className == idOrClassName) return &a;
  }
  return nullptr;
}

Result<std::vector<MapGeometry>> stageGeometries(const Architecture& a, int inputRows,
                                                 int inputCols) {
  constexpr int kSmallestInput = 5;  // what the stem's one window needs
  const auto size = std::to_string(inputCols) + "x" + std::to_string(inputRows);
  if (!a.anyInputSize && (inputRows != a.defaultInputSize || inputCols != a.defaultInputSize)) {
    const auto only = std::to_string(a.defaultInputSize);
    return Error{std::string(a.title) + " takes inputs of " + only + "x" + only +
                 " pixels only, not " + size + "."};
  }
  if (std::min(inputRows, inputCols) < kSmallestInput) {
    return Error{"An input of " + size + " pixels is too small for " + std::string(a.title) +
                 ": it needs at least 5x5."};
  }
  std::vector<MapGeometry> maps;
  MapGeometry map{AxisMap::identity(inputRows), AxisMap::identity(inputCols)};
  for (const auto& stage : a.stages) {
    if (!takes(stage, map)) {
      return Error{"An input of " + size + " pixels does not fit " + std::string(a.title) + ": " +
                   std::string(stage.module) + " selects " + std::to_string(stage.k) +
                   " cells and takes maps of up to " + std::to_string(stage.grid) + "x" +
                   std::to_string(stage.grid) + " cells, not of " + std::to_string(map.cols()) +
                   "x" + std::to_string(map.rows()) + "."};
    }
    maps.push_back(map = afterStage(stage, map));
  }
  return maps;
}

}  // namespace filterlens
