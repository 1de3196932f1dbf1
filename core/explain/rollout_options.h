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

struct RolloutOptions {
  /// Share of relevance that stays on its cell wherever the network adds a residual, in [0, 1];
  /// 1/2 in Abnar & Zuidema.
  double residualWeight = 0.5;
  HeadFusion headFusion = HeadFusion::Mean;
  /// Share of the smallest entries of each fused attention matrix that is set to zero before its
  /// rows are normalised, in [0, 1). A row left empty becomes the identity's.
  double discard = 0;
  ConvolutionWeighting convolution = ConvolutionWeighting::Activity;
  bool uniformAttention = false;  ///< every token attends to all alike, whatever was recorded
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
