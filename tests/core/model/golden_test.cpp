// Every network against what the authors' code computes, and the CAM methods against the
// pytorch-grad-cam library.
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <gtest/gtest.h>

#include "core/explain/attention_received.h"
#include "core/explain/explainer.h"
#include "tests/core/model/networks.h"

namespace filterlens::test {
namespace {

constexpr float kForwardTolerance = 1e-4F;
constexpr float kGradientTolerance = 1e-4F;  // of a map's own peak
constexpr float kMarginTolerance = 1e-6F;

/// Runs a case once for all tests that look at it.
struct GoldenRun {
  GoldenCase golden;
  Trace trace;
};

const GoldenRun& goldenRun(const std::string& name) {
  static std::map<std::string, GoldenRun> runs;
  const auto known = runs.find(name);
  if (known != runs.end()) return known->second;
  auto golden = goldenCase(name);
  const auto model = formulaModel(*golden.architecture, golden.classes, golden.seed);
  RunOptions options;
  options.targetClass = golden.targetClass;
  options.inputGradient = true;
  options.selections = golden.drawnSelections();
  auto trace = model->run(golden.input, options);
  if (!trace) throw std::runtime_error(trace.error().sentence);
  return runs.emplace(name, GoldenRun{std::move(golden), std::move(*trace)}).first->second;
}

std::vector<float> copyOf(const FloatArray& array) {
  return {array.span().begin(), array.span().end()};
}

/// The name of the module that ends a layer: what the golden maps are filed under.
std::string closingModule(const LayerTrace& layer) {
  const bool selects =
      layer.stage->kind == StageKind::Filter || layer.stage->kind == StageKind::Dropout;
  return layer.name + (selects ? ".conv_block" : ".conv");
}

std::string encoderModule(const LayerTrace& layer, std::size_t index) {
  const bool selects =
      layer.stage->kind == StageKind::Filter || layer.stage->kind == StageKind::Dropout;
  return layer.name + (selects ? ".leaky_attention.trans." : ".trans.") + std::to_string(index) +
         ".self_attn";
}

class Golden : public testing::TestWithParam<std::string> {
 protected:
  const GoldenRun& run() { return goldenRun(GetParam()); }
};

TEST_P(Golden, ParameterCountIsTheAuthors) {
  const auto& golden = run().golden;
  EXPECT_EQ(parameterCount(*golden.architecture, golden.classes),
            std::stoll(golden.expected.metadata.at("params")));
  std::int64_t registered = 0;
  for (const auto& p : unfoldedNetwork(*golden.architecture, golden.classes, 1)->parameters()) {
    registered += p.numel();
  }
  EXPECT_EQ(registered, parameterCount(*golden.architecture, golden.classes));
}

TEST_P(Golden, Logits) {
  EXPECT_LE(largestDifference(run().trace.logits, run().golden.values("logits")),
            kForwardTolerance);
}

TEST_P(Golden, ImportanceMarginAndSelection) {
  const auto& [golden, trace] = run();
  int filters = 0;
  for (const auto& layer : trace.layers) {
    if (layer.stage->kind != StageKind::Filter) continue;
    ++filters;
    const auto key = layer.name + ".leaky_attention.";
    EXPECT_LE(largestDifference(layer.importance.values, golden.values(key + "importance")),
              kForwardTolerance);

    auto selected = layer.selection;
    std::sort(selected.begin(), selected.end());
    const auto expected = golden.values(key + "indices");
    EXPECT_EQ(selected, std::vector<int>(expected.begin(), expected.end()));

    auto sorted = layer.importance.values;
    std::sort(sorted.begin(), sorted.end(), std::greater<>());
    const auto k = static_cast<std::size_t>(layer.stage->k);
    EXPECT_NEAR(sorted[k - 1] - sorted[k], golden.values(key + "margin").front(), kMarginTolerance);
    for (std::size_t i = 0; i < k; ++i) {
      EXPECT_EQ(layer.importance.values[static_cast<std::size_t>(layer.selection[i])], sorted[i]);
    }
  }
  EXPECT_EQ(filters > 0, !golden.architecture->drawsTokens());
}

TEST_P(Golden, Attention) {
  const auto& [golden, trace] = run();
  for (const auto& layer : trace.layers) {
    const auto received = attentionReceived(layer);
    const auto perLayer = static_cast<std::size_t>(received.size()) / layer.attention.size();
    for (std::size_t i = 0; i < layer.attention.size(); ++i) {
      const auto key = encoderModule(layer, i);
      const auto values = received.span().subspan(i * perLayer, perLayer);
      EXPECT_LE(largestDifference({values.begin(), values.end()},
                                  golden.values(key + ".attention_received")),
                kForwardTolerance)
          << key;

      const auto& attention = layer.attention[i];
      const auto tokens = static_cast<std::size_t>(attention.tokens);
      std::vector<float> firstRows;
      for (std::size_t head = 0; head < static_cast<std::size_t>(attention.heads); ++head) {
        const auto row = attention.weights.span().subspan(head * tokens * tokens, tokens);
        firstRows.insert(firstRows.end(), row.begin(), row.end());
      }
      EXPECT_LE(largestDifference(firstRows, golden.values(key + ".attention_row0")),
                kForwardTolerance)
          << key;
    }
  }
}

TEST_P(Golden, AttentionRowsSumToOne) {
  for (const auto& layer : run().trace.layers) {
    for (const auto& attention : layer.attention) {
      const auto tokens = static_cast<std::size_t>(attention.tokens);
      const auto weights = attention.weights.span();
      for (std::size_t at = 0; at < weights.size(); at += tokens) {
        double sum = 0;
        for (float w : weights.subspan(at, tokens)) sum += w;
        ASSERT_NEAR(sum, 1.0, 1e-5) << layer.name;
      }
    }
  }
}

TEST_P(Golden, LayerOutputs) {
  const auto& [golden, trace] = run();
  for (const auto& layer : trace.layers) {
    const auto expected = golden.values("feature_mean." + closingModule(layer));
    const auto channels = static_cast<std::size_t>(layer.output.shape[0]);
    std::vector<float> mean(expected.size());
    for (std::size_t i = 0; i < mean.size(); ++i) {
      double sum = 0;
      for (std::size_t c = 0; c < channels; ++c) sum += layer.output.span()[c * mean.size() + i];
      mean[i] = static_cast<float>(sum / static_cast<double>(channels));
    }
    EXPECT_LE(largestDifference(mean, expected), kForwardTolerance) << layer.name;
  }
}

TEST_P(Golden, GradCam) {
  const auto& [golden, trace] = run();
  for (int i = 0; i < static_cast<int>(trace.layers.size()); ++i) {
    const auto& layer = trace.layers[static_cast<std::size_t>(i)];
    const auto map = explain(*findExplainer("gradcam"), trace, i);
    ASSERT_TRUE(map) << map.error().sentence;
    const auto expected = golden.values("gradcam." + closingModule(layer));
    EXPECT_EQ(map->targetClass, golden.targetClass);
    EXPECT_LE(largestDifference(map->values.values, expected),
              kGradientTolerance * largestAbsolute(expected))
        << layer.name;
  }
}

TEST_P(Golden, InputGradient) {
  const auto& [golden, trace] = run();
  const auto gradient = copyOf(trace.inputGradient);
  const auto expected = golden.values("input_gradient_abs_sum");
  ASSERT_EQ(gradient.size(), 3 * expected.size());
  std::vector<float> sums(expected.size());
  for (std::size_t i = 0; i < gradient.size(); ++i) sums[i % sums.size()] += std::abs(gradient[i]);
  EXPECT_LE(largestDifference(sums, expected), kGradientTolerance * largestAbsolute(expected));
}

TEST_P(Golden, LastRowAndColumnAreNeverRead) {
  const auto& trace = run().trace;
  const auto gradient = copyOf(trace.inputGradient);
  const auto rows = static_cast<std::size_t>(trace.inputRows);
  const auto cols = static_cast<std::size_t>(trace.inputCols);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    const bool last = i % cols == cols - 1 || i / cols % rows == rows - 1;
    if (last) {
      ASSERT_EQ(gradient[i], 0.0F) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, Golden, testing::ValuesIn(goldenNames()), [](const auto& name) {
  auto text = name.param;
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
});

/// pytorch-grad-cam's post-processing: min-max on the layer's grid, bilinear (half-pixel) to the
/// input, min-max again.
std::vector<float> minMax(std::vector<float> map) {
  const float low = *std::min_element(map.begin(), map.end());
  for (float& v : map) v -= low;
  const float high = *std::max_element(map.begin(), map.end());
  for (float& v : map) v /= 1e-7F + high;
  return map;
}

std::vector<float> resizedBilinear(const Grid<float>& map, int size) {
  const auto sample = [&](double position, int count) {
    const double clamped = std::clamp(position, 0.0, count - 1.0);
    const int low = std::min(static_cast<int>(clamped), std::max(0, count - 2));
    return std::pair(low, clamped - low);
  };
  std::vector<float> resized;
  for (int y = 0; y < size; ++y) {
    const auto [row, fy] = sample((y + 0.5) * map.rows / size - 0.5, map.rows);
    for (int x = 0; x < size; ++x) {
      const auto [col, fx] = sample((x + 0.5) * map.cols / size - 0.5, map.cols);
      const int below = std::min(row + 1, map.rows - 1);
      const int right = std::min(col + 1, map.cols - 1);
      resized.push_back(
          static_cast<float>((1 - fy) * ((1 - fx) * map.at(row, col) + fx * map.at(row, right)) +
                             fy * ((1 - fx) * map.at(below, col) + fx * map.at(below, right))));
    }
  }
  return resized;
}

/// The library's picture of one layer's map, at 224 x 224.
std::vector<float> libraryLayerMap(const Explainer& method, const Trace& trace,
                                   const std::string& closing) {
  const auto layer = closing.substr(0, closing.rfind('.'));
  auto map = explain(method, trace, trace.findLayer(layer));
  if (!map) throw std::runtime_error(map.error().sentence);
  map->values.values = minMax(std::move(map->values.values));
  return resizedBilinear(map->values, trace.inputRows);
}

/// The mean over the last three layers, as the program computes it.
std::vector<float> productMean(const std::string& method, const Trace& trace) {
  Parameters parameters;
  parameters.set("method", std::string_view(method));
  parameters.set("layers", "last3");
  parameters.set("placement", "stretched");
  auto map = explain(*findExplainer("cam_mean"), trace, kInputLayer, parameters);
  if (!map) throw std::runtime_error(map.error().sentence);
  return std::move(map->values.values);
}

/// Compares every map of a file "<method>/<module>/class<c>"; returns how many there were.
int compareWithLibrary(const std::string& path) {
  constexpr float kTolerance = 2e-4F;
  const auto library = readCheckpoint(path);
  if (!library) throw std::runtime_error(library.error().sentence);
  const auto golden = goldenCase("ConvFormer_xs-seed2");
  const auto model = formulaModel(*golden.architecture, golden.classes, golden.seed);
  const auto first = model->run(golden.input, {});
  if (!first) throw std::runtime_error(first.error().sentence);
  const auto thinned = library->metadata.find("step");
  const std::size_t step = thinned == library->metadata.end() ? 1 : std::stoul(thinned->second);

  for (const auto& tensor : library->tensors) {
    const auto slash = tensor.name.find('/');
    const auto last = tensor.name.rfind("/class");
    const auto name = tensor.name.substr(0, slash);
    const auto* method = findExplainer(name == "gradcam++" ? "gradcam_plus_plus" : name);
    if (!method) throw std::runtime_error("no method " + name);
    const auto module = tensor.name.substr(slash + 1, last - slash - 1);
    const auto trace = model->followTarget(*first, std::stoi(tensor.name.substr(last + 6)));
    if (!trace) throw std::runtime_error(trace.error().sentence);
    const auto map = module == "last3" ? productMean(name, *trace)
                                       : minMax(libraryLayerMap(*method, *trace, module));
    std::vector<float> kept;
    for (std::size_t y = 0; y < 224; y += step) {
      for (std::size_t x = 0; x < 224; x += step) kept.push_back(map[y * 224 + x]);
    }
    EXPECT_LE(largestDifference(kept, tensor.toFloat()), kTolerance) << tensor.name;
  }
  return static_cast<int>(library->tensors.size());
}

constexpr const char* kLibraryFile = "ConvFormer_xs-seed2-pytorch-grad-cam.safetensors";
constexpr int kLibraryMaps = 37;  // 6 methods, 3 layers, 2 classes; and a mean over 3 layers

TEST(GoldenLibrary, CamMethodsAsPytorchGradCamPostProcessesThem) {
  EXPECT_EQ(compareWithLibrary(goldenFile(kLibraryFile)), kLibraryMaps);
}

TEST(GoldenLibrary, EveryPixelWhereTheWholeFileIsThere) {
  const auto whole = std::string(FILTERLENS_SHARED) + "/golden/" + kLibraryFile;
  if (!std::filesystem::exists(whole)) return;
  EXPECT_EQ(compareWithLibrary(whole), kLibraryMaps);
}

/// What a method that runs the network many times may differ by: where a run comes by a jump or a
/// kink of the network (ties for the last token, as a covered or uniform input has many), rounding
/// decides on which side it falls.
struct Strays {
  double share = 0;                   ///< of the pixels that may differ by more than the tolerance
  double worst = kGradientTolerance;  ///< share of the peak that they may differ by
};

/// Compares a map of the input with a golden attribution [3, n, n], reduced to a map by reduce.
template <class Reduce>
void compareAttribution(const Heatmap& map, const Checkpoint& file, const std::string& key,
                        Reduce reduce, const Strays& strays = {}) {
  const auto* tensor = file.find(key);
  if (!tensor) throw std::runtime_error("no " + key);
  const auto values = tensor->toFloat();
  const std::size_t plane = values.size() / 3;
  const std::size_t step = std::stoul(file.metadata.at("step"));
  std::vector<float> kept;
  std::vector<float> expected;
  for (std::size_t y = 0; y < 224; y += step) {
    for (std::size_t x = 0; x < 224; x += step) {
      const std::size_t p = expected.size();
      kept.push_back(map.values.values[y * 224 + x]);
      expected.push_back(reduce(values[p], values[plane + p], values[2 * plane + p]));
    }
  }
  const double peak = largestAbsolute(expected);
  EXPECT_LE(largestDifference(kept, expected), strays.worst * peak) << key;
  double far = 0;
  for (std::size_t p = 0; p < kept.size(); ++p) {
    far += std::abs(kept[p] - expected[p]) > kGradientTolerance * peak;
  }
  EXPECT_LE(far / static_cast<double>(kept.size()), strays.share) << key;
}

class GoldenAttributions : public testing::Test {
 protected:
  GoldenAttributions()
      : file_(*readCheckpoint(goldenFile("ConvFormer_xs-seed2-attributions.safetensors"))),
        golden_(goldenCase("ConvFormer_xs-seed2")),
        model_(formulaModel(*golden_.architecture, golden_.classes, golden_.seed)) {
    RunOptions options;
    options.targetClass = std::stoi(file_.metadata.at("class"));
    trace_ = *model_->run(golden_.input, options);
  }

  Heatmap map(const char* id, const char* selection = nullptr) {
    Parameters parameters;
    if (selection) parameters.set("selection", selection);
    const Progress progress;
    const NetworkRuns runs{*model_, golden_.input, trace_, progress};
    auto found = explain(*findExplainer(id), runs, kInputLayer, parameters);
    if (!found) throw std::runtime_error(found.error().sentence);
    return std::move(*found);
  }

  static float sum(float r, float g, float b) { return r + g + b; }
  static constexpr Strays kStrayGradients{.share = 0.01, .worst = 1e-3};

  Checkpoint file_;
  GoldenCase golden_;
  std::shared_ptr<const Model> model_;
  Trace trace_;
};

TEST_F(GoldenAttributions, Gradients) {
  compareAttribution(map("saliency"), file_, "saliency_signed", [](float r, float g, float b) {
    return std::max({std::abs(r), std::abs(g), std::abs(b)});
  });
  compareAttribution(map("gradient_x_input"), file_, "input_x_gradient", sum);
}

// Within 1e-4 of the peak but for kinks that rounding settles: golden_ties_test.cpp.
TEST_F(GoldenAttributions, IntegratedGradientsFree) {
  compareAttribution(map("integrated_gradients"), file_, "integrated_gradients_free", sum,
                     kStrayGradients);
}

TEST_F(GoldenAttributions, IntegratedGradientsHeldAreComplete) {
  const auto held = map("integrated_gradients", "held");
  compareAttribution(held, file_, "integrated_gradients_held", sum, kStrayGradients);
  double total = 0;
  for (const float value : held.values.values) total += value;
  const double difference = std::stod(file_.metadata.at("difference_held"));
  EXPECT_NEAR(total, difference, 0.005 * std::abs(difference));
}

// Within 1e-4 of the peak but where windows tie for the last token: golden_ties_test.cpp.
TEST_F(GoldenAttributions, Occlusion) {
  compareAttribution(map("occlusion"), file_, "occlusion_32_16",
                     [](float r, float, float) { return r; }, {.share = 0.03, .worst = 0.02});
}

}  // namespace
}  // namespace filterlens::test
