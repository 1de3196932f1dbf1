#include "core/explain/rollout_operators.h"

#include <algorithm>
#include <numeric>

namespace filterlens {
namespace {

/// The tokens that a layer's attention sees, cell by cell.
std::vector<std::size_t> ascending(const std::vector<int>& selection) {
  std::vector<std::size_t> cells(selection.begin(), selection.end());
  std::sort(cells.begin(), cells.end());
  return cells;
}

}  // namespace

std::vector<double> ResidualShare::through(std::vector<double> relevance) const {
  for (std::size_t i = 0; i < relevance.size(); ++i) relevance[i] *= 1 - at(i);
  return relevance;
}

void ResidualShare::addKept(const std::vector<double>& relevance,
                            std::vector<double>& inputs) const {
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] += at(i) * relevance[i];
}

// ---- convolution

/// The taps of one output cell that lie inside the input.
struct ConvolutionOperator::Window {
  int firstRow, endRow;  // in the input
  int firstCol, endCol;
  int tapRow, tapCol;  // kernel indices of the first of them

  [[nodiscard]] int taps() const { return (endRow - firstRow) * (endCol - firstCol); }
};

ConvolutionOperator::ConvolutionOperator(const ConvolutionMixing& mixing,
                                         const RolloutOptions& options)
    : kernel_(mixing.kernel),
      stride_(mixing.stride),
      padding_(mixing.padding),
      inputRows_(mixing.inputRows),
      inputCols_(mixing.inputCols),
      outputRows_(mixing.outputRows),
      outputCols_(mixing.outputCols),
      tapWeight_(static_cast<std::size_t>(kernel_) * static_cast<std::size_t>(kernel_), 1.0),
      inputWeight_(static_cast<std::size_t>(inputRows_) * static_cast<std::size_t>(inputCols_),
                   1.0) {
  if (mixing.skip) kept_.emplace(options, mixing.kept.values);
  if (options.convolution != ConvolutionWeighting::Structural) {
    tapWeight_.assign(mixing.weight.begin(), mixing.weight.end());
  }
  if (options.convolution == ConvolutionWeighting::Activity) {
    inputWeight_.assign(mixing.activity.values.begin(), mixing.activity.values.end());
  }
  windowWeight_.reserve(static_cast<std::size_t>(outputRows_) *
                        static_cast<std::size_t>(outputCols_));
  for (int row = 0; row < outputRows_; ++row) {
    for (int col = 0; col < outputCols_; ++col) {
      windowWeight_.push_back(weightOf(window(row, col)));
    }
  }
}

ConvolutionOperator::Window ConvolutionOperator::window(int outputRow, int outputCol) const {
  const int top = outputRow * stride_ - padding_;
  const int left = outputCol * stride_ - padding_;
  Window inside{};
  inside.firstRow = std::max(top, 0);
  inside.endRow = std::min(top + kernel_, inputRows_);
  inside.firstCol = std::max(left, 0);
  inside.endCol = std::min(left + kernel_, inputCols_);
  inside.tapRow = inside.firstRow - top;
  inside.tapCol = inside.firstCol - left;
  return inside;
}

const double* ConvolutionOperator::firstTap(const Window& inside, int row) const {
  const int tapRow = inside.tapRow + row - inside.firstRow;
  return tapWeight_.data() + static_cast<std::ptrdiff_t>(tapRow) * kernel_ + inside.tapCol;
}

double ConvolutionOperator::weightOf(const Window& inside) const {
  double sum = 0;
  for (int row = inside.firstRow; row < inside.endRow; ++row) {
    const double* tap = firstTap(inside, row);
    const double* input = inputWeight_.data() + static_cast<std::ptrdiff_t>(row) * inputCols_;
    for (int col = inside.firstCol; col < inside.endCol; ++col) sum += *tap++ * input[col];
  }
  return sum;
}

void ConvolutionOperator::addTaps(const Window& inside, double share,
                                  std::vector<double>& inputs) const {
  for (int row = inside.firstRow; row < inside.endRow; ++row) {
    const double* tap = firstTap(inside, row);
    double* input = inputs.data() + static_cast<std::ptrdiff_t>(row) * inputCols_;
    for (int col = inside.firstCol; col < inside.endCol; ++col) input[col] += *tap++ * share;
  }
}

void ConvolutionOperator::addEvenly(const Window& inside, int inputCols, double share,
                                    std::vector<double>& inputs) {
  for (int row = inside.firstRow; row < inside.endRow; ++row) {
    double* input = inputs.data() + static_cast<std::ptrdiff_t>(row) * inputCols;
    for (int col = inside.firstCol; col < inside.endCol; ++col) input[col] += share;
  }
}

std::vector<double> ConvolutionOperator::pullBack(const std::vector<double>& relevance) const {
  if (!kept_) return throughWindows(relevance);
  auto inputs = throughWindows(kept_->through(relevance));
  kept_->addKept(relevance, inputs);
  return inputs;
}

std::vector<double> ConvolutionOperator::throughWindows(
    const std::vector<double>& relevance) const {
  // A tap's share is its weight times its input's weight; the latter is the same for all windows
  // and is multiplied once, at the end. Windows without weight wait until then.
  std::vector<double> inputs(inputWeight_.size());
  std::vector<std::size_t> weightless;
  for (std::size_t cell = 0; cell < relevance.size(); ++cell) {
    if (relevance[cell] == 0) continue;
    if (windowWeight_[cell] == 0) {
      weightless.push_back(cell);
      continue;
    }
    const int row = static_cast<int>(cell) / outputCols_;
    const int col = static_cast<int>(cell) % outputCols_;
    addTaps(window(row, col), relevance[cell] / windowWeight_[cell], inputs);
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] *= inputWeight_[i];
  for (const std::size_t cell : weightless) {
    const Window inside =
        window(static_cast<int>(cell) / outputCols_, static_cast<int>(cell) % outputCols_);
    addEvenly(inside, inputCols_, relevance[cell] / inside.taps(), inputs);
  }
  return inputs;
}

// ---- pooling

PoolOperator::PoolOperator(const PoolMixing& size) : size_(size) {}

std::vector<double> PoolOperator::pullBack(const std::vector<double>& relevance) const {
  const auto first = [](int bin, int inputs, int bins) { return bin * inputs / bins; };
  const auto end = [](int bin, int inputs, int bins) {
    return ((bin + 1) * inputs + bins - 1) / bins;
  };
  std::vector<double> inputs(static_cast<std::size_t>(size_.inputRows) *
                             static_cast<std::size_t>(size_.inputCols));
  const double* value = relevance.data();
  for (int binRow = 0; binRow < size_.outputRows; ++binRow) {
    const int top = first(binRow, size_.inputRows, size_.outputRows);
    const int bottom = end(binRow, size_.inputRows, size_.outputRows);
    for (int binCol = 0; binCol < size_.outputCols; ++binCol) {
      const int left = first(binCol, size_.inputCols, size_.outputCols);
      const int right = end(binCol, size_.inputCols, size_.outputCols);
      const double share = *value++ / ((bottom - top) * (right - left));
      for (int row = top; row < bottom; ++row) {
        double* line = inputs.data() + static_cast<std::ptrdiff_t>(row) * size_.inputCols;
        for (int col = left; col < right; ++col) line[col] += share;
      }
    }
  }
  return inputs;
}

// ---- attention

namespace {

/// Row `token` of the heads' matrices as one (the mean's factor goes with the normalisation).
void fuseRow(const AttentionTrace& attention, std::size_t token, HeadFusion fusion, double* row) {
  const auto tokens = static_cast<std::size_t>(attention.tokens);
  const float* head = attention.weights.data.get() + token * tokens;
  std::copy_n(head, tokens, row);
  for (int i = 1; i < attention.heads; ++i) {
    head += tokens * tokens;
    switch (fusion) {
      case HeadFusion::Mean:
        for (std::size_t key = 0; key < tokens; ++key) row[key] += head[key];
        break;
      case HeadFusion::Max:
        for (std::size_t key = 0; key < tokens; ++key)
          row[key] = std::max<double>(row[key], head[key]);
        break;
      case HeadFusion::Min:
        for (std::size_t key = 0; key < tokens; ++key)
          row[key] = std::min<double>(row[key], head[key]);
        break;
    }
  }
}

void normaliseRow(std::size_t token, std::size_t tokens, double* row) {
  const double sum = std::accumulate(row, row + tokens, 0.0);
  if (sum == 0) {
    row[token] = 1;
    return;
  }
  const double factor = 1 / sum;
  for (std::size_t key = 0; key < tokens; ++key) row[key] *= factor;
}

}  // namespace

void discardSmallest(std::vector<double>& entries, double share) {
  const auto count = static_cast<std::size_t>(static_cast<double>(entries.size()) * share);
  if (count == 0) return;  // nth_element below has no entry to stop at
  std::vector<double> sorted = entries;
  const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(sorted.begin(), last, sorted.end());
  const double threshold = *last;
  auto equals = count - static_cast<std::size_t>(std::count_if(
                            sorted.begin(), last, [&](double e) { return e < threshold; }));
  for (double& entry : entries) {
    if (entry < threshold) {
      entry = 0;
    } else if (entry == threshold && equals > 0) {
      entry = 0;
      --equals;
    }
  }
}

void normaliseRows(std::vector<double>& matrix, std::size_t tokens) {
  for (std::size_t token = 0; token < tokens; ++token) {
    normaliseRow(token, tokens, matrix.data() + token * tokens);
  }
}

std::vector<double> fuseHeads(const AttentionTrace& attention, HeadFusion fusion, double discard) {
  const auto tokens = static_cast<std::size_t>(attention.tokens);
  std::vector<double> matrix(tokens * tokens);
  const auto normalise = [&](std::size_t token) {
    normaliseRow(token, tokens, matrix.data() + token * tokens);
  };
  for (std::size_t token = 0; token < tokens; ++token) {
    fuseRow(attention, token, fusion, matrix.data() + token * tokens);
    if (discard == 0) normalise(token);  // while the row is in the cache
  }
  if (discard == 0) return matrix;
  discardSmallest(matrix, discard);
  normaliseRows(matrix, tokens);
  return matrix;
}

std::vector<double> fuseHeadsAsTheyAre(const AttentionTrace& attention, HeadFusion fusion) {
  const auto tokens = static_cast<std::size_t>(attention.tokens);
  std::vector<double> matrix(tokens * tokens);
  for (std::size_t token = 0; token < tokens; ++token) {
    fuseRow(attention, token, fusion, matrix.data() + token * tokens);
  }
  if (fusion == HeadFusion::Mean) {
    for (double& entry : matrix) entry /= attention.heads;
  }
  return matrix;
}

std::vector<double> gradientTimesAttention(const AttentionTrace& attention) {
  const auto tokens = static_cast<std::size_t>(attention.tokens);
  const std::size_t entries = tokens * tokens;
  std::vector<double> mean(entries);
  for (std::size_t head = 0; head < static_cast<std::size_t>(attention.heads); ++head) {
    const float* weight = attention.weights.data.get() + head * entries;
    const float* gradient = attention.gradient.data.get() + head * entries;
    for (std::size_t i = 0; i < entries; ++i) {
      mean[i] += std::max(0.0, static_cast<double>(weight[i]) * gradient[i]);
    }
  }
  for (double& entry : mean) entry /= attention.heads;
  return mean;
}

namespace {

std::vector<double> attentionMatrix(const AttentionTrace& attention,
                                    const RolloutOptions& options) {
  if (options.attention == AttentionWeighting::Plain) {
    return fuseHeads(attention, options.headFusion, options.discard);
  }
  auto matrix = gradientTimesAttention(attention);
  discardSmallest(matrix, options.discard);
  if (options.attention == AttentionWeighting::Gradient) {
    normaliseRows(matrix, static_cast<std::size_t>(attention.tokens));
  }
  return matrix;
}

}  // namespace

EncoderOperator::EncoderOperator(const std::vector<AttentionTrace>& attention,
                                 const RolloutOptions& options)
    : added_(options.attention == AttentionWeighting::Added && !options.uniformAttention) {
  if (options.attention == AttentionWeighting::None) return;
  for (const AttentionTrace& one : attention) {
    layers_.push_back({ResidualShare(options, one.kept), options.uniformAttention
                                                             ? std::vector<double>()
                                                             : attentionMatrix(one, options)});
  }
}

std::vector<double> EncoderOperator::attended(const Layer& layer,
                                              const std::vector<double>& tokens) {
  std::vector<double> keys(tokens.size());
  if (layer.attention.empty()) {
    const double sum = std::accumulate(tokens.begin(), tokens.end(), 0.0);
    std::fill(keys.begin(), keys.end(), sum / static_cast<double>(tokens.size()));
    return keys;
  }
  const double* row = layer.attention.data();
  for (std::size_t query = 0; query < tokens.size(); ++query, row += tokens.size()) {
    if (tokens[query] == 0) continue;
    for (std::size_t key = 0; key < tokens.size(); ++key) keys[key] += tokens[query] * row[key];
  }
  return keys;
}

std::vector<double> EncoderOperator::pullBack(const std::vector<double>& relevance) const {
  std::vector<double> tokens = relevance;
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    if (added_) {
      const auto more = attended(*layer, tokens);
      for (std::size_t i = 0; i < tokens.size(); ++i) tokens[i] += more[i];
      continue;
    }
    auto inputs = attended(*layer, layer->kept.through(tokens));
    layer->kept.addKept(tokens, inputs);
    tokens.swap(inputs);
  }
  return tokens;
}

// ---- the layers around it

SelectionOperator::SelectionOperator(const LayerTrace& layer, const RolloutOptions& options)
    : cells_(ascending(layer.selection)), encoder_(layer.attention, options) {}

std::vector<double> SelectionOperator::pullBack(const std::vector<double>& relevance) const {
  std::vector<double> tokens(cells_.size());
  for (std::size_t i = 0; i < cells_.size(); ++i) tokens[i] = relevance[cells_[i]];
  tokens = encoder_.pullBack(tokens);
  std::vector<double> inputs = relevance;
  for (std::size_t i = 0; i < cells_.size(); ++i) inputs[cells_[i]] = tokens[i];
  return inputs;
}

double SelectionOperator::onSelection(const std::vector<double>& relevance) const {
  double sum = 0;
  for (const std::size_t cell : cells_) sum += relevance[cell];
  return sum;
}

PooledOperator::PooledOperator(const AttentionMixing& mixing, const LayerTrace& layer,
                               const RolloutOptions& options)
    : kept_(options, mixing.kept.values),
      down_({mixing.rows, mixing.cols, layer.stage->grid, layer.stage->grid}),
      encoder_(layer.attention, options),
      up_({layer.stage->grid, layer.stage->grid, mixing.rows, mixing.cols}) {}

std::vector<double> PooledOperator::pullBack(const std::vector<double>& relevance) const {
  std::vector<double> inputs =
      down_.pullBack(encoder_.pullBack(up_.pullBack(kept_.through(relevance))));
  kept_.addKept(relevance, inputs);
  return inputs;
}

FullOperator::FullOperator(const AttentionMixing& mixing, const LayerTrace& layer,
                           const RolloutOptions& options)
    : kept_(options, mixing.kept.values), encoder_(layer.attention, options) {
  if (mixing.reduce) reduce_.emplace(*mixing.reduce, options);
  if (mixing.expand) expand_.emplace(*mixing.expand, options);
}

std::vector<double> FullOperator::pullBack(const std::vector<double>& relevance) const {
  std::vector<double> inputs = kept_.through(relevance);
  if (expand_) inputs = expand_->pullBack(inputs);
  inputs = encoder_.pullBack(inputs);
  if (reduce_) inputs = reduce_->pullBack(inputs);
  kept_.addKept(relevance, inputs);
  return inputs;
}

}  // namespace filterlens
