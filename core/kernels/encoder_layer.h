// One layer of a transformer encoder (Vaswani et al., arXiv 1706.03762; post-norm, ReLU, dropout)
// as a training step runs it, a photo's tokens at a time:
//   a = attention(x);  u = LN1(x + drop(a));  y = LN2(u + drop(W2 drop(relu(W1 u))))
// with dropout on the attention's weights too. Attention weights are not kept: backward makes them
// again. Tokens are [batch, count, width].
#pragma once

#include <cstdint>

#include "core/kernels/kernels.h"

namespace filterlens {

struct EncoderLayerShape {
  KernelSize batch;
  KernelSize count;  ///< tokens of a photo
  KernelSize width;
  KernelSize heads;
  KernelSize hidden;
  double dropout;      ///< probability
  std::uint64_t seed;  ///< of the masks
  double epsilon;      ///< of the LayerNorms

  [[nodiscard]] KernelSize headWidth() const { return width / heads; }
};

/// The layer's parameters, or their gradients (Value = float). Matrices are [out, in].
template <class Value>
struct EncoderLayerArrays {
  Value* inWeight;  ///< [3 width, width]: queries, keys, values
  Value* inBias;
  Value* outWeight;
  Value* outBias;
  Value* weight1;  ///< [hidden, width]
  Value* bias1;
  Value* weight2;  ///< [width, hidden]
  Value* bias2;
  Value* norm1Weight;
  Value* norm1Bias;
  Value* norm2Weight;
  Value* norm2Bias;
};
using EncoderLayerWeights = EncoderLayerArrays<const float>;
using EncoderLayerGradients = EncoderLayerArrays<float>;

/// Where a photo's values lie in what forward leaves for backward.
class EncoderLayerKept {
 public:
  /// Floats for each photo.
  static KernelSize size(const EncoderLayerShape&);
  EncoderLayerKept(const EncoderLayerShape&, float* kept, KernelSize photo);

  float* projected;    ///< [count, 3 width]
  float* statistics;   ///< of the softmax: [heads, count, 2]
  float* mixed;        ///< the heads' answers: [count, width]
  float* normalised1;  ///< LN1 before weight and bias
  float* inverse1;     ///< [count]
  float* activated;    ///< [count, hidden], dropped
  float* normalised2;
  float* inverse2;
};

/// The four places of a layer where elements are dropped.
enum class DropoutSite { Attention, Attended, Hidden, Answer };

/// The mask of one place in one photo. Elements are numbered as they lie in memory; attention
/// weights as [heads, count, count].
DropoutMask dropoutMask(const EncoderLayerShape&, KernelSize photo, DropoutSite);

/// kept: batch * EncoderLayerKept::size(shape) floats.
void encoderLayerForward(const EncoderLayerShape&, const EncoderLayerWeights&, const float* x,
                         float* kept, float* y);

/// dy, dx: the gradients of y and x. Writes all gradients.
void encoderLayerBackward(const EncoderLayerShape&, const EncoderLayerWeights&, const float* x,
                          float* kept, const float* dy, float* dx, const EncoderLayerGradients&);

}  // namespace filterlens
