#include "core/train/train_options.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/listed.h"
#include "core/model/architecture.h"

namespace filterlens {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

/// A number among the options, as the command line calls it.
struct Bounds {
  const char* option;
  double value;
  double least;
  double most;
};

std::array<Bounds, 18> boundsOf(const TrainOptions& o) {
  return {{{"--epochs", static_cast<double>(o.epochs), 1, 1e6},
           {"--batch-size", static_cast<double>(o.batchSize), 2, 65536},
           {"--learning-rate", o.learningRate, 1e-9, 10},
           {"--final-learning-rate", o.finalLearningRate, 0, 1},
           {"--warm-up", o.warmUpEpochs, 0, 1e6},
           {"--weight-decay", o.weightDecay, 0, 10},
           {"--label-smoothing", o.labelSmoothing, 0, 0.999},
           {"--dropout", o.dropout, 0, 0.99},
           {"--head-dropout", o.headDropout, 0, 0.99},
           {"--clip", o.clip, 0, 1e9},
           {"--average", o.averageDecay, 0, 0.999999},
           {"--mask-noise", o.mask.selectionNoise, 0, 100},
           {"--mask-sparsity", o.mask.sparsity, 0, 100},
           {"--mask-class-loss", o.mask.classLoss, 0, 100},
           {"--mask-rest-swap", o.mask.restSwap, 0, 1},
           {"--mask-start-k", o.mask.startFactor, 0.01, 1000},
           {"--mask-start-k-until", o.mask.factorUntil, 0, 1},
           {"--keep-every", static_cast<double>(o.keepEvery), 0, 1e6}}};
}

Result<void> checkSizes(const TrainOptions& options, const Architecture& architecture) {
  if (options.sizes.empty() || options.sizes.front().from != 0) {
    return Error{
        "--size says the pixels of the input from the run's start on, as in 0:96,0.6:128."};
  }
  double before = -1;
  for (const auto& [from, side] : options.sizes) {
    if (from <= before || from >= 1) {
      return Error{"--size takes parts of the run from 0 to below 1, in ascending order."};
    }
    before = from;
    if (auto maps = stageGeometries(architecture, side, side); !maps) return maps.error();
  }
  return {};
}

json sizesAsJson(const std::vector<InputSize>& sizes) {
  json list = json::array();
  for (const auto& [from, side] : sizes) list.push_back({from, side});
  return list;
}

}  // namespace

Result<void> validate(const TrainOptions& options) {
  const auto* architecture = findArchitecture(options.architecture);
  if (!architecture) {
    return Error{"There is no network \"" + options.architecture + "\"; there are " +
                 listed(architectures(), &Architecture::id) + "."};
  }
  for (const auto& [option, value, least, most] : boundsOf(options)) {
    if (value >= least && value <= most) continue;
    std::ostringstream sentence;
    sentence << option << " must be from " << least << " to " << most << ", not " << value << ".";
    return Error{sentence.str()};
  }
  if (auto sizes = checkSizes(options, *architecture); !sizes) return sizes;
  return validate(options.augmentation);
}

std::string toJson(const TrainOptions& o) {
  ordered_json recipe;
  recipe["architecture"] = o.architecture;
  recipe["start"] = o.start.filename().string();
  recipe["seed"] = o.seed;
  recipe["epochs"] = o.epochs;
  recipe["batch_size"] = o.batchSize;
  recipe["sizes"] = sizesAsJson(o.sizes);
  recipe["fit"] = o.fit == Preprocessing::Fit::Stretch ? "stretch" : "resize-and-crop";
  recipe["learning_rate"] = o.learningRate;
  recipe["final_learning_rate"] = o.finalLearningRate;
  recipe["warm_up_epochs"] = o.warmUpEpochs;
  recipe["weight_decay"] = o.weightDecay;
  recipe["label_smoothing"] = o.labelSmoothing;
  recipe["dropout"] = o.dropout;
  recipe["head_dropout"] = o.headDropout;
  recipe["clip"] = o.clip;
  recipe["average_decay"] = o.averageDecay;
  recipe["augmentation"] = ordered_json::parse(toJson(o.augmentation));
  recipe["mask"] = {{"straight_through", o.mask.straightThrough},
                    {"selection_noise", o.mask.selectionNoise},
                    {"sparsity", o.mask.sparsity},
                    {"class_loss", o.mask.classLoss},
                    {"rest_swap", o.mask.restSwap},
                    {"start_factor", o.mask.startFactor},
                    {"factor_until", o.mask.factorUntil}};
  recipe["keep_every"] = o.keepEvery;
  return recipe.dump(2);
}

Result<TrainOptions> trainOptionsFromJson(const std::string& text) {
  const auto recipe = json::parse(text, nullptr, false);
  if (!recipe.is_object()) return Error{"it is no JSON object."};
  try {
    TrainOptions o;
    o.architecture = recipe.at("architecture").get<std::string>();
    o.seed = recipe.at("seed").get<std::uint64_t>();
    o.epochs = recipe.at("epochs").get<int>();
    o.batchSize = recipe.at("batch_size").get<int>();
    o.sizes.clear();
    for (const auto& size : recipe.at("sizes")) {
      o.sizes.push_back({size.at(0).get<double>(), size.at(1).get<int>()});
    }
    const auto fit = recipe.at("fit").get<std::string>();
    o.fit = fit == "stretch" ? Preprocessing::Fit::Stretch : Preprocessing::Fit::ResizeAndCrop;
    o.learningRate = recipe.at("learning_rate").get<double>();
    o.finalLearningRate = recipe.at("final_learning_rate").get<double>();
    o.warmUpEpochs = recipe.at("warm_up_epochs").get<double>();
    o.weightDecay = recipe.at("weight_decay").get<double>();
    o.labelSmoothing = recipe.at("label_smoothing").get<double>();
    o.dropout = recipe.at("dropout").get<double>();
    o.headDropout = recipe.at("head_dropout").get<double>();
    o.clip = recipe.at("clip").get<double>();
    o.averageDecay = recipe.at("average_decay").get<double>();
    auto augmentation = augmentationFromJson(recipe.at("augmentation").dump());
    if (!augmentation) return augmentation.error();
    o.augmentation = *augmentation;
    const auto& mask = recipe.at("mask");
    o.mask.straightThrough = mask.at("straight_through").get<bool>();
    o.mask.selectionNoise = mask.at("selection_noise").get<double>();
    o.mask.sparsity = mask.at("sparsity").get<double>();
    o.mask.classLoss = mask.at("class_loss").get<double>();
    o.mask.restSwap = mask.value("rest_swap", 0.0);
    o.mask.startFactor = mask.at("start_factor").get<double>();
    o.mask.factorUntil = mask.at("factor_until").get<double>();
    o.keepEvery = recipe.at("keep_every").get<int>();
    return o;
  } catch (const json::exception& e) {
    return Error{std::string("a field is missing or of another kind (") + e.what() + ")."};
  }
}

}  // namespace filterlens
