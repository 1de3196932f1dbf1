#include "tests/core/measure/planted_model.h"

#include <algorithm>
#include <numeric>

namespace filterlens::test {
namespace {

constexpr int kCellSide = PlantedModel::kSide / PlantedModel::kCells;

Grid<float> brightnessOf(const InputTensor& input) {
  Grid<float> cells(PlantedModel::kCells, PlantedModel::kCells);
  for (int y = 0; y < input.height; ++y) {
    for (int x = 0; x < input.width; ++x) {
      cells.at(y / kCellSide, x / kCellSide) +=
          input.values[static_cast<std::size_t>(y * input.width + x)] / (kCellSide * kCellSide);
    }
  }
  return cells;
}

FloatArray arrayOf(const std::vector<float>& values) {
  const std::shared_ptr<float[]> copy(new float[values.size()]);
  std::copy(values.begin(), values.end(), copy.get());
  return {{1, PlantedModel::kCells, PlantedModel::kCells}, copy};
}

std::vector<int> brightest(const Grid<float>& cells) {
  std::vector<int> order(cells.values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return cells.values[static_cast<std::size_t>(a)] > cells.values[static_cast<std::size_t>(b)];
  });
  order.resize(PlantedModel::kK);
  return order;
}

}  // namespace

PlantedModel::PlantedModel()
    : stages_{{{.kind = StageKind::Filter, .module = "first", .k = kK},
               {.kind = StageKind::Filter, .module = "second", .k = kK}}} {
  info_.classes = 2;
  info_.classNames = {"patch", "nothing"};
}

LayerTrace PlantedModel::layerOf(const Stage& stage, const Grid<float>& brightness,
                                 const RunOptions& options) const {
  LayerTrace layer;
  layer.name = stage.module;
  layer.stage = &stage;
  layer.inputGeometry = layer.outputGeometry = layer.tokenGeometry = geometry();
  layer.response = layer.importance = brightness;
  for (float& value : layer.importance.values) value += 0.5F;
  const auto given = options.selections.find(layer.name);
  layer.selection = given == options.selections.end() ? brightest(brightness) : given->second;
  layer.output = arrayOf(brightness.values);
  layer.gradient = arrayOf(std::vector<float>(brightness.values.size(), 1.0F));
  return layer;
}

Result<Trace> PlantedModel::run(const InputTensor& input, const RunOptions& options,
                                const Progress&) const {
  ++runs;
  const auto brightness = brightnessOf(input);
  Trace trace;
  trace.inputRows = trace.inputCols = kSide;
  trace.seed = options.seed;
  bool selected = true;
  for (const auto& stage : stages_) {
    trace.layers.push_back(layerOf(stage, brightness, options));
    const auto& cells = trace.layers.back().selection;
    selected = selected && std::find(cells.begin(), cells.end(), kPlanted) != cells.end();
  }
  const float seen = selected ? brightness.values[kPlanted] : 0.0F;
  trace.logits = {20 * (seen - 0.5F), 0};
  if (!options.record) {
    trace.layers.clear();
    return trace;
  }
  trace.targetClass = options.targetClass.value_or(trace.logits[0] > 0 ? 0 : 1);
  return trace;
}

Result<Trace> PlantedModel::followTarget(const Trace& trace, int targetClass,
                                         const Progress&) const {
  Trace other = trace;
  other.targetClass = targetClass;
  return other;
}

InputTensor PlantedModel::photo() {
  InputTensor input{kSide, kSide, std::vector<float>(3 * kSide * kSide)};
  for (int channel = 0; channel < 3; ++channel) {
    for (int y = 0; y < kCellSide; ++y) {
      for (int x = 0; x < kCellSide; ++x) {
        const int row = kPlanted / kCells * kCellSide + y;
        const int col = kPlanted % kCells * kCellSide + x;
        input.values[static_cast<std::size_t>((channel * kSide + row) * kSide + col)] = 1;
      }
    }
  }
  return input;
}

PhotoPlacement PlantedModel::placement() {
  return {.photoWidth = 64,
          .photoHeight = 64,
          .inputWidth = kSide,
          .inputHeight = kSide,
          .scaleX = 2,
          .scaleY = 2};
}

MapGeometry PlantedModel::geometry() {
  return {AxisMap::identity(kSide).afterAdaptivePool(kCells),
          AxisMap::identity(kSide).afterAdaptivePool(kCells)};
}

}  // namespace filterlens::test
