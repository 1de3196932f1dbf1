#include "core/model/blocks_module.h"

#include <algorithm>
#include <cmath>

#include <torch/torch.h>

#include "core/model/token_draw.h"
#include "core/model/training_ops_internal.h"

namespace filterlens {
namespace {

constexpr double kLeak = 0.1;

/// [B, C, H, W] -> [B, H * W, C]
torch::Tensor tokensOf(const torch::Tensor& map) { return map.flatten(2).transpose(1, 2); }

/// [B, N, C] -> [B, C, rows, cols]
torch::Tensor mapOf(const torch::Tensor& tokens, std::int64_t rows, std::int64_t cols) {
  return tokens.transpose(1, 2).reshape({tokens.size(0), tokens.size(2), rows, cols});
}

/// Adaptive average pooling to a larger map. Where the sizes divide it copies, and copying is
/// cheaper.
torch::Tensor spread(const torch::Tensor& map, std::int64_t rows, std::int64_t cols) {
  if (rows % map.size(2) == 0 && cols % map.size(3) == 0) {
    return torch::upsample_nearest2d(map, {rows, cols});
  }
  return torch::adaptive_avg_pool2d(map, {rows, cols});
}

/// A convolution to one channel that keeps the size, as one matrix product (all taps of all pixels)
/// and a sum of shifted maps: far cheaper than a direct dilated convolution. weight: [1, C, k, k].
torch::Tensor convolveToOneChannel(const torch::Tensor& x, const torch::Tensor& weight,
                                   const torch::Tensor& bias, int dilation) {
  const auto kernel = weight.size(-1);
  // col2im adds tap (i, j) at +offset where a convolution reads it: hence the flipped kernel.
  const auto taps = weight[0].flip({1, 2}).flatten(1).t();  // [k * k, C]
  const auto products = torch::matmul(taps, x.flatten(2));  // [B, k * k, H * W]
  const auto padding = dilation * (kernel - 1) / 2;
  return torch::col2im(products, {x.size(2), x.size(3)}, {kernel, kernel}, {dilation, dilation},
                       {padding, padding}, {1, 1}) +
         bias;
}

/// Gives some photos of a batch their neighbour's cells wherever they selected none themselves.
/// map, others: [B, C, H * W]; selected: [B, K].
torch::Tensor swapRest(const torch::Tensor& map, const torch::Tensor& others,
                       const torch::Tensor& selected, double probability) {
  const auto rest = torch::ones({map.size(0), 1, map.size(2)}, torch::kBool)
                        .scatter(2, selected.unsqueeze(1), false);
  const auto swapped = torch::rand({map.size(0), 1, 1}) < probability;
  return torch::where(rest.logical_and(swapped), others.roll(1, 0), map);
}

torch::nn::Conv2dOptions maskConvolution(const Stage& stage) {
  return torch::nn::Conv2dOptions(stage.in, 1, stage.filterKernel)
      .dilation(stage.filterDilation)
      .padding(stage.filterDilation * (stage.filterKernel - 1) / 2)
      .bias(true);
}

/// How an inverted residual behind a block's attention mixed positions, as a step of its own.
torch::Tensor closeBlock(InvertedResidual& conv, const torch::Tensor& x, Recorder* recorder) {
  if (!recorder) return conv.forward(x);
  ConvolutionMixing mixing;
  auto y = conv.forward(x, &mixing);
  recorder->mixes(std::move(mixing));
  return y;
}

/// Whether an intervention skips the block's encoder; recorded where it does.
bool isAttentionOff(const Stage& stage, RunContext& context) {
  const bool off = interventionIn(context.interventions, stage.module).attentionOff;
  if (off && context.recorder) context.recorder->layer().attentionOff = true;
  return off;
}

/// All cells of a map in the order of a draw: [1, cells].
torch::Tensor drawnOrder(std::uint64_t seed, const Stage& stage, std::int64_t cells) {
  const auto drawn =
      drawTokens(seed, stage.module, static_cast<int>(cells), static_cast<int>(cells));
  return torch::tensor(std::vector<std::int64_t>(drawn.begin(), drawn.end())).unsqueeze(0);
}

/// All cells, the most important first: [B, cells]. Stable: among equal importance the lower index
/// wins, which topk does not promise.
torch::Tensor orderByImportance(const torch::Tensor& importance) {
  return torch::argsort(importance.detach().flatten(1), /*stable=*/true, 1, true);
}

AttentionMixing attentionMixing(const Recorder& recorder, const torch::Tensor& map) {
  return {
      recorder.layerIndex(), static_cast<int>(map.size(2)), static_cast<int>(map.size(3)), {}, {}};
}

}  // namespace

std::shared_ptr<Block> makeBlock(const Stage& stage) {
  switch (stage.kind) {
    case StageKind::Stem:
      return std::make_shared<StemBlock>(stage);
    case StageKind::InvertedResidual:
      return std::make_shared<InvertedResidualBlock>(stage);
    case StageKind::AdaptivePool:
      return std::make_shared<AdaptivePoolBlock>(stage);
    case StageKind::Pooled:
      return std::make_shared<PooledBlock>(stage);
    case StageKind::Filter:
    case StageKind::Dropout:
      return std::make_shared<SelectingBlock>(stage);
    case StageKind::Full:
      return std::make_shared<FullBlock>(stage);
  }
  return nullptr;
}

StemBlock::StemBlock(const Stage& stage)
    : conv_(std::make_shared<ConvNorm>(
          ConvolutionShape{
              .in = stage.in, .out = stage.out, .kernel = 5, .stride = 2, .bias = true},
          "0", "1")) {
  register_module("layer1", conv_);
}

torch::Tensor StemBlock::forward(const torch::Tensor& x, RunContext& context) {
  if (context.recorder) {
    context.recorder->mixes(convolutionMixing(x, conv_->effectiveWeight(), conv_->shape().stride,
                                              conv_->shape().padding));
  }
  if (canTrainFast(*this, x) && !x.requires_grad()) {
    return trainStem(x, conv_->weight(), conv_->bias(), *conv_->norm(), conv_->shape().stride);
  }
  return torch::leaky_relu(conv_->forward(x), kLeak);
}

InvertedResidualBlock::InvertedResidualBlock(const Stage& stage)
    : conv_(std::make_shared<InvertedResidual>(stage.in, stage.out, stage.stride, stage.expand)) {
  // The authors' module is the inverted residual itself: its parts stand directly under this
  // block's name.
  for (const auto& child : conv_->named_children()) register_module(child.key(), child.value());
}

torch::Tensor InvertedResidualBlock::forward(const torch::Tensor& x, RunContext& context) {
  return closeBlock(*conv_, x, context.recorder);
}

AdaptivePoolBlock::AdaptivePoolBlock(const Stage& stage) : grid_(stage.grid) {}

torch::Tensor AdaptivePoolBlock::forward(const torch::Tensor& x, RunContext& context) {
  if (x.size(2) == grid_ && x.size(3) == grid_) return x;
  if (context.recorder) {
    context.recorder->mixes(
        PoolMixing{static_cast<int>(x.size(2)), static_cast<int>(x.size(3)), grid_, grid_});
  }
  return torch::adaptive_avg_pool2d(x, {grid_, grid_});
}

Encoder::Encoder(int width, int heads, int hidden, int layers) {
  for (int i = 0; i < layers; ++i) {
    layers_.push_back(
        register_module(std::to_string(i), std::make_shared<EncoderLayer>(width, heads, hidden)));
  }
}

torch::Tensor Encoder::forward(torch::Tensor tokens, Recorder* recorder) {
  for (const auto& layer : layers_) {
    if (!recorder) {
      tokens = layer->forward(tokens);
      continue;
    }
    tokens = layer->forward(tokens, &recorder->layer().attention.emplace_back());
  }
  return tokens;
}

PooledBlock::PooledBlock(const Stage& stage)
    : stage_(stage),
      positions_(sinusoidTable(stage.grid * stage.grid, stage.in)),
      encoder_(register_module(
          "trans",
          std::make_shared<Encoder>(stage.in, stage.heads, stage.expand * stage.in, stage.layers))),
      conv_(register_module("conv", std::make_shared<InvertedResidual>(
                                        stage.in, stage.out, stage.stride, stage.expand))) {}

torch::Tensor PooledBlock::forward(const torch::Tensor& x, RunContext& context) {
  if (isAttentionOff(stage_, context)) return closeBlock(*conv_, x, context.recorder);
  const bool fast = canTrainFast(*this, x);
  const auto pooled = fast ? trainPool(x, stage_.grid, stage_.grid)
                           : torch::adaptive_avg_pool2d(x, {stage_.grid, stage_.grid});
  if (context.recorder) context.recorder->mixes(attentionMixing(*context.recorder, x));
  const auto tokens =
      encoder_->forward(tokensOf(pooled) + positions_.to(x.scalar_type()), context.recorder);
  const auto map = mapOf(tokens, stage_.grid, stage_.grid);
  if (fast) return conv_->forward(trainSpreadAdd(x, map));
  const auto answer = spread(map, x.size(2), x.size(3));
  return closeBlock(*conv_, x + answer, context.recorder);
}

FilterMask::FilterMask(const Stage& stage)
    : dilation_(stage.filterDilation),
      conv_(std::make_shared<torch::nn::Conv2dImpl>(maskConvolution(stage))),
      norm_(std::make_shared<torch::nn::BatchNorm2dImpl>(torch::nn::BatchNorm2dOptions(1))) {
  attach(*this, "layer1.0", conv_);
  attach(*this, "layer1.1", norm_);
}

MaskMaps FilterMask::forward(const torch::Tensor& x) {
  if (canTrainFast(*this, x)) {
    const auto mask = trainFilterMask(x, conv_->weight, conv_->bias, *norm_, dilation_);
    return {{}, mask.normalised, mask.importance, mask.scaled};
  }
  const auto response = convolveToOneChannel(x, conv_->weight, conv_->bias, dilation_);
  const auto normalised = batchNorm(*norm_, response);
  const auto importance = torch::sigmoid(torch::gelu(normalised));
  return {response, normalised, importance, x * importance};
}

SelectingBlock::SelectingBlock(const Stage& stage)
    : stage_(stage),
      positions_(sinusoidTable(stage.grid * stage.grid, stage.in)),
      encoder_(
          std::make_shared<Encoder>(stage.in, stage.heads, stage.expand * stage.in, stage.layers)),
      conv_(register_module("conv_block", std::make_shared<InvertedResidual>(
                                              stage.in, stage.out, stage.stride, stage.expand))) {
  if (stage.kind == StageKind::Filter) {
    mask_ = std::make_shared<FilterMask>(stage);
    attach(*this, "leaky_attention.conv", mask_);
  }
  attach(*this, "leaky_attention.trans", encoder_);
}

torch::Tensor SelectingBlock::select(const torch::Tensor& x, const torch::Tensor& importance,
                                     const RunContext& context) const {
  const auto cells = x.size(2) * x.size(3);
  const auto given = context.selections.find(std::string(stage_.module));
  if (given == context.selections.end()) {
    const auto& change = interventionIn(context.interventions, stage_.module);
    if (change.changesSelection()) return selectUnder(change, x, importance, context);
  }
  if (given == context.selections.end() && importance.defined()) {
    if (canTrainFast(*this, x)) return largestCells(importance, stage_.k);
    return orderByImportance(importance).narrow(1, 0, stage_.k);
  }
  const auto chosen =
      given != context.selections.end()
          ? given->second
          : drawTokens(context.seed, stage_.module, static_cast<int>(cells), stage_.k);
  return torch::tensor(std::vector<std::int64_t>(chosen.begin(), chosen.end()))
      .expand({x.size(0), -1});
}

torch::Tensor SelectingBlock::selectUnder(const Intervention& change, const torch::Tensor& x,
                                          const torch::Tensor& importance,
                                          const RunContext& context) const {
  const bool drawn = change.randomSeed || !importance.defined();
  const auto orders =
      drawn ? drawnOrder(change.randomSeed.value_or(context.seed), stage_, x.size(2) * x.size(3))
            : orderByImportance(importance);
  std::vector<torch::Tensor> selections;
  for (const auto& order : orders.unbind(0)) {
    const auto row = order.contiguous();
    const auto cells =
        selectCells(change, stage_.k,
                    {row.data_ptr<std::int64_t>(), row.data_ptr<std::int64_t>() + row.numel()});
    selections.push_back(torch::tensor(std::vector<std::int64_t>(cells.begin(), cells.end())));
  }
  return torch::stack(selections).expand({x.size(0), -1});
}

torch::Tensor SelectingBlock::selectInTraining(const MaskMaps& mask,
                                               const MaskTraining& training) const {
  auto scores = mask.normalised.detach().flatten(1);
  if (training.selectionNoise > 0) {
    scores = scores + training.selectionNoise * torch::randn_like(scores);
  }
  const auto wanted = static_cast<std::int64_t>(std::lround(stage_.k * training.selectedFactor));
  return std::get<1>(
      torch::gelu(scores).topk(std::clamp<std::int64_t>(wanted, 1, scores.size(1)), 1));
}

torch::Tensor SelectingBlock::positionsOf(const torch::Tensor& cells, std::int64_t cols) const {
  const auto row = torch::div(cells, cols, "floor");
  return positions_.index({row * stage_.grid + (cells - row * cols)});
}

torch::Tensor SelectingBlock::forward(const torch::Tensor& x, RunContext& context) {
  auto* training = mask_ ? context.maskTraining : nullptr;
  MaskMaps mask;
  if (mask_) mask = mask_->forward(x);
  const auto byRank =
      training ? selectInTraining(mask, *training) : select(x, mask.importance, context);
  if (auto* recorder = context.recorder) {
    auto& layer = recorder->layer();
    if (mask_) {
      layer.response = toGrid(mask.response);
      layer.importance = toGrid(mask.importance);
    }
    const auto ranks = byRank[0].contiguous();
    layer.selection.assign(ranks.data_ptr<std::int64_t>(),
                           ranks.data_ptr<std::int64_t>() + ranks.numel());
  }
  const auto& scaled = mask_ ? mask.scaled : x;
  if (isAttentionOff(stage_, context)) return closeBlock(*conv_, scaled, context.recorder);
  if (context.recorder) context.recorder->mixes(attentionMixing(*context.recorder, x));
  return closeBlock(*conv_, attend(scaled, byRank, mask, context), context.recorder);
}

torch::Tensor SelectingBlock::attend(const torch::Tensor& x, const torch::Tensor& byRank,
                                     const MaskMaps& mask, RunContext& context) {
  auto* training = mask_ ? context.maskTraining : nullptr;
  const bool fast = canTrainFast(*this, x);
  const auto pixels = x.flatten(2);                // [B, C, H * W]
  const auto cells = std::get<0>(byRank.sort(1));  // [B, K], ascending
  const auto index = cells.unsqueeze(1).expand({-1, x.size(1), -1});
  const auto chosen =
      fast ? trainGather(x, cells) : pixels.gather(2, index).transpose(1, 2);  // [B, K, C]
  const auto tokens = chosen + positionsOf(cells, x.size(3)).to(x.scalar_type());
  auto answer = encoder_->forward(tokens, context.recorder);
  if (training && training->straightThrough) {
    const auto gate = mask.importance.flatten(1).gather(1, cells).unsqueeze(2);  // [B, K, 1]
    answer = answer + (gate - gate.detach()) * (answer - tokens).detach();
  }
  auto attended = fast ? trainScatter(x, cells, answer)
                       : pixels.scatter(2, index, answer.transpose(1, 2)).view_as(x);
  if (training && training->restSwap > 0) {
    attended = swapRest(attended.flatten(2), pixels, cells, training->restSwap).view_as(x);
  }
  if (training) training->filters.push_back({mask.normalised, mask.importance, attended});
  return attended;
}

FullBlock::FullBlock(const Stage& stage) : stage_(stage) {
  const int width = stage.in / stage.reduce;
  if (stage.reduce != 1) {
    reduce_ = register_module("reduce", std::make_shared<InvertedResidual>(stage.in, width, 1, 1));
    expand_ = register_module("expand", std::make_shared<InvertedResidual>(width, stage.in, 1, 1));
  }
  encoder_ = register_module(
      "trans", std::make_shared<Encoder>(width, stage.heads, stage.expand * width, stage.layers));
  conv_ = register_module(
      "conv", std::make_shared<InvertedResidual>(stage.in, stage.out, stage.stride, stage.expand));
}

torch::Tensor FullBlock::forward(const torch::Tensor& x, RunContext& context) {
  std::optional<AttentionMixing> mixing;
  if (context.recorder) mixing = attentionMixing(*context.recorder, x);
  const auto passing = [&](InvertedResidual* conv, std::optional<ConvolutionMixing>* how,
                           const torch::Tensor& map) {
    if (!conv) return map;
    return conv->forward(map, how ? &how->emplace() : nullptr);
  };
  const auto reduced = passing(reduce_.get(), mixing ? &mixing->reduce : nullptr, x);
  const auto attended =
      isAttentionOff(stage_, context)
          ? reduced
          : mapOf(encoder_->forward(tokensOf(reduced), context.recorder), x.size(2), x.size(3));
  const auto answer = passing(expand_.get(), mixing ? &mixing->expand : nullptr, attended);
  if (mixing) context.recorder->mixes(std::move(*mixing));
  return closeBlock(*conv_, x + answer, context.recorder);
}

}  // namespace filterlens
