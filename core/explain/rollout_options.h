// Options of the rollout: the conventions behind each step's mixing matrix.
#pragma once

namespace filterlens {

/// How the heads' softmax matrices become one; its rows are normalised afterwards.
enum class HeadFusion { Mean, Max, Min };

/// How an output cell's relevance is shared among the taps of a convolution.
enum class ConvolutionWeighting {
  Activity,    ///< by mean |w| of the tap times the norm of the input's features there
  Kernel,      ///< by mean |w| of the tap
  Structural,  ///< all taps alike
};

/// What one encoder layer's attention matrix A is, and how it mixes tokens beside the residual.
enum class AttentionWeighting {
  Plain,     ///< A: the heads' softmax weights, fused
  Gradient,  ///< A = rownorm(mean over heads of relu(A * dA)), dA the gradient of the class's
             ///< logit; a row without weight becomes the identity's. Heads fuse by their mean.
  Added,     ///< I + F with F = mean over heads of relu(A * dA) in place of w I + (1 - w) A (Chefer
          ///< et al., ICCV 2021): no rows are normalised, relevance grows where attention matters
  None,  ///< I: tokens keep to themselves
};

/// How much relevance stays on its cell wherever the network adds a residual.
enum class ResidualWeighting {
  Fixed,     ///< RolloutOptions::residualWeight everywhere
  Measured,  ///< |x| / (|x| + |branch|) in each cell, as recorded
};

struct RolloutOptions {
  /// Share of relevance that stays on its cell wherever the network adds a residual, in [0, 1];
  /// 1/2 in Abnar & Zuidema.
  double residualWeight = 0.5;
  ResidualWeighting residuals = ResidualWeighting::Fixed;
  /// All but Plain need a trace of withAttentionGradients().
  AttentionWeighting attention = AttentionWeighting::Plain;
  HeadFusion headFusion = HeadFusion::Mean;
  /// Share of the smallest entries of each fused attention matrix that is set to zero before its
  /// rows are normalised, in [0, 1). A row left empty becomes the identity's.
  double discard = 0;
  ConvolutionWeighting convolution = ConvolutionWeighting::Activity;
  bool uniformAttention = false;  ///< every token attends to all alike, whatever was recorded

  [[nodiscard]] bool needsGradients() const {
    const bool reads =
        attention == AttentionWeighting::Gradient || attention == AttentionWeighting::Added;
    return reads && !uniformAttention;
  }
};

/// What is left without anything learned but the selection: uniform attention, all taps alike.
inline RolloutOptions nullOptions(double residualWeight) {
  RolloutOptions options;
  options.residualWeight = residualWeight;
  options.convolution = ConvolutionWeighting::Structural;
  options.uniformAttention = true;
  return options;
}

}  // namespace filterlens
