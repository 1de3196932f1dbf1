// Operators of the rollout: how one step of the network mixes positions.
//
// Each is a matrix M (output cells x input cells), non-negative, whose rows sum to 1: row i says
// where output cell i comes from. Relevance r on the output is handed back as M^T r, so its sum is
// kept. No M is ever formed. Channels, norms, MLPs and activations act inside a cell and so do not
// show up. w is RolloutOptions::residualWeight, I the identity.
#pragma once

#include <optional>
#include <vector>

#include "core/explain/rollout_options.h"
#include "core/model/trace.h"

namespace filterlens {

class MixingOperator {
 public:
  MixingOperator() = default;
  MixingOperator(const MixingOperator&) = delete;
  MixingOperator& operator=(const MixingOperator&) = delete;
  virtual ~MixingOperator() = default;

  /// M^T r: relevance on the input's cells from relevance on the output's.
  [[nodiscard]] virtual std::vector<double> pullBack(
      const std::vector<double>& relevance) const = 0;
};

/// Row i spreads over the taps of output cell i that lie inside the input, by their weight; evenly
/// where all of these weigh nothing. With a skip: w I + (1 - w) C.
class ConvolutionOperator final : public MixingOperator {
 public:
  ConvolutionOperator(const ConvolutionMixing&, const RolloutOptions&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;

 private:
  struct Window;
  [[nodiscard]] Window window(int outputRow, int outputCol) const;
  [[nodiscard]] const double* firstTap(const Window&, int inputRow) const;
  [[nodiscard]] double weightOf(const Window&) const;
  void addTaps(const Window&, double share, std::vector<double>& inputs) const;
  static void addEvenly(const Window&, int inputCols, double share, std::vector<double>& inputs);

  int kernel_, stride_, padding_;
  int inputRows_, inputCols_, outputRows_, outputCols_;
  double kept_;                       // w with a skip, otherwise 0
  std::vector<double> tapWeight_;     // kernel x kernel
  std::vector<double> inputWeight_;   // by input cell
  std::vector<double> windowWeight_;  // by output cell: sum of the weights of its taps
};

/// Row i spreads evenly over its bin.
class PoolOperator final : public MixingOperator {
 public:
  explicit PoolOperator(const PoolMixing&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;

 private:
  PoolMixing size_;
};

/// The encoder layers of one attention, over its tokens: B_m ... B_1 with B = w I + (1 - w) A and A
/// the fused attention.
class EncoderOperator final : public MixingOperator {
 public:
  EncoderOperator(const std::vector<AttentionTrace>&, const RolloutOptions&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;

 private:
  double kept_;
  std::size_t encoderLayers_;
  std::vector<std::vector<double>> attention_;  // tokens x tokens each; empty: uniform attention
};

/// A over the tokens of one encoder layer: heads fused, the smallest entries discarded, rows
/// normalised. A row without weight becomes the identity's.
std::vector<double> fuseHeads(const AttentionTrace&, HeadFusion, double discard);

/// Filter and Dropout: I - E E^T + E B E^T, where E picks the selected cells. Rows of other cells
/// are exactly the identity's. The filter mask is a scale inside each cell.
class SelectionOperator final : public MixingOperator {
 public:
  SelectionOperator(const LayerTrace&, const RolloutOptions&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;
  /// The relevance that lies on the selected cells.
  [[nodiscard]] double onSelection(const std::vector<double>& relevance) const;

 private:
  std::vector<std::size_t> cells_;  // ascending, as the tokens are
  EncoderOperator encoder_;
};

/// Pooled: w I + (1 - w) U B P with P the pooling to the tokens and U the pooling back up.
class PooledOperator final : public MixingOperator {
 public:
  PooledOperator(const AttentionMixing&, const LayerTrace&, const RolloutOptions&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;

 private:
  double kept_;
  PoolOperator down_;
  EncoderOperator encoder_;
  PoolOperator up_;
};

/// Full: w I + (1 - w) X B R with R and X the convolutions that narrow and widen the features
/// around the attention, where there are any.
class FullOperator final : public MixingOperator {
 public:
  FullOperator(const AttentionMixing&, const LayerTrace&, const RolloutOptions&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;

 private:
  double kept_;
  std::optional<ConvolutionOperator> reduce_;
  EncoderOperator encoder_;
  std::optional<ConvolutionOperator> expand_;
};

}  // namespace filterlens
