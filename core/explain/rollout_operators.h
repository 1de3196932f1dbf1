// Operators of the rollout: how one step of the network mixes positions.
//
// Each is a matrix M (output cells x input cells), non-negative, whose rows sum to 1 (but under
// AttentionWeighting::Added): row i says where output cell i comes from. Relevance r on the output
// is handed back as M^T r, so its sum is kept. No M is ever formed. Channels, norms, MLPs and
// activations act inside a cell and so do not show up. w is the residual's share, one number or one
// for each cell (ResidualWeighting), I the identity.
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

/// w of one residual.
class ResidualShare {
 public:
  /// recorded: by cell; read where the options ask for it.
  ResidualShare(const RolloutOptions& options, const std::vector<float>& recorded)
      : fixed_(options.residualWeight) {
    if (options.residuals == ResidualWeighting::Measured) {
      measured_.assign(recorded.begin(), recorded.end());
    }
  }
  [[nodiscard]] double at(std::size_t cell) const {
    return measured_.empty() ? fixed_ : measured_[cell];
  }
  /// (1 - w) r: what goes through the branch.
  [[nodiscard]] std::vector<double> through(std::vector<double> relevance) const;
  /// Adds w r, what stayed.
  void addKept(const std::vector<double>& relevance, std::vector<double>& inputs) const;

 private:
  double fixed_;
  std::vector<double> measured_;
};

/// Row i spreads over the taps of output cell i that lie inside the input, by their weight; evenly
/// where all of these weigh nothing. With a skip: w I + (1 - w) C.
class ConvolutionOperator final : public MixingOperator {
 public:
  ConvolutionOperator(const ConvolutionMixing&, const RolloutOptions&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;

 private:
  struct Window;
  [[nodiscard]] std::vector<double> throughWindows(const std::vector<double>& relevance) const;
  [[nodiscard]] Window window(int outputRow, int outputCol) const;
  [[nodiscard]] const double* firstTap(const Window&, int inputRow) const;
  [[nodiscard]] double weightOf(const Window&) const;
  void addTaps(const Window&, double share, std::vector<double>& inputs) const;
  static void addEvenly(const Window&, int inputCols, double share, std::vector<double>& inputs);

  int kernel_, stride_, padding_;
  int inputRows_, inputCols_, outputRows_, outputCols_;
  std::optional<ResidualShare> kept_;  // with a skip
  std::vector<double> tapWeight_;      // kernel x kernel
  std::vector<double> inputWeight_;    // by input cell
  std::vector<double> windowWeight_;   // by output cell: sum of the weights of its taps
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
/// the fused attention, I + F or I (AttentionWeighting).
class EncoderOperator final : public MixingOperator {
 public:
  EncoderOperator(const std::vector<AttentionTrace>&, const RolloutOptions&);
  [[nodiscard]] std::vector<double> pullBack(const std::vector<double>& relevance) const override;

 private:
  struct Layer {
    ResidualShare kept;
    std::vector<double> attention;  // tokens x tokens; empty: uniform attention
  };
  [[nodiscard]] static std::vector<double> attended(const Layer&,
                                                    const std::vector<double>& tokens);

  bool added_;  // B = I + F
  std::vector<Layer> layers_;
};

/// A over the tokens of one encoder layer: heads fused, the smallest entries discarded, rows
/// normalised. A row without weight becomes the identity's.
std::vector<double> fuseHeads(const AttentionTrace&, HeadFusion, double discard);

/// Heads fused and nothing else; a mean is a mean.
std::vector<double> fuseHeadsAsTheyAre(const AttentionTrace&, HeadFusion);

/// F over the tokens of one encoder layer: the mean over the heads of relu(A * dA).
std::vector<double> gradientTimesAttention(const AttentionTrace&);

/// Makes each row of a tokens x tokens matrix sum to 1; a row without weight becomes the
/// identity's.
void normaliseRows(std::vector<double>& matrix, std::size_t tokens);

/// Sets the smallest `share` of all entries to zero; among equals those of lower index first.
void discardSmallest(std::vector<double>& entries, double share);

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
  ResidualShare kept_;
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
  ResidualShare kept_;
  std::optional<ConvolutionOperator> reduce_;
  EncoderOperator encoder_;
  std::optional<ConvolutionOperator> expand_;
};

}  // namespace filterlens
