#include <cmath>

#include "core/kernels/batch_norm.h"
#include "core/kernels/blocks_internal.h"
#include "core/kernels/encoder_layer.h"

namespace filterlens {
namespace {

/// The gradients of a group of photos lie one behind the other.
KernelSize gradientSize(const EncoderLayerShape& s) {
  return 4 * s.width * s.width + 2 * s.width * s.hidden + 9 * s.width + s.hidden;
}

EncoderLayerGradients gradientsAt(const EncoderLayerShape& s, float* at) {
  const auto take = [&at](KernelSize count) {
    float* taken = at;
    at += count;
    return taken;
  };
  EncoderLayerGradients g{};
  g.inWeight = take(3 * s.width * s.width);
  g.inBias = take(3 * s.width);
  g.outWeight = take(s.width * s.width);
  g.outBias = take(s.width);
  g.weight1 = take(s.hidden * s.width);
  g.bias1 = take(s.hidden);
  g.weight2 = take(s.width * s.hidden);
  g.bias2 = take(s.width);
  for (float** norm : {&g.norm1Weight, &g.norm1Bias, &g.norm2Weight, &g.norm2Bias}) {
    *norm = take(s.width);
  }
  return g;
}

class Backward {
 public:
  Backward(const EncoderLayerShape& shape, const EncoderLayerWeights& weights)
      : s_(shape),
        w_(weights),
        in_(w_.inWeight, s_.width, 1, 3 * s_.width, s_.width),
        out_(w_.outWeight, s_.width, 1, s_.width, s_.width),
        first_(w_.weight1, s_.width, 1, s_.hidden, s_.width),
        second_(w_.weight2, s_.hidden, 1, s_.width, s_.hidden),
        zero_(floats(s_.width)) {}

  void run(const float* x, float* kept, const float* dy, float* dx,
           const EncoderLayerGradients& gradients) {
    const auto size = s_.count * s_.width;
    GroupSums sums(groupCount(s_.batch), gradientSize(s_));
    const auto scratch = [&](KernelSize group) {
      auto room = makeScratch();
      room.gradients = gradientsAt(s_, sums.of(group));
      return room;
    };
    overPhotos(s_.batch, scratch, [&](Scratch& room, KernelSize, KernelSize photo) {
      photoBackward(room, x + photo * size, EncoderLayerKept(s_, kept, photo), photo,
                    dy + photo * size, dx + photo * size);
    });
    auto total = floats(gradientSize(s_));
    sums.finish(total.data());
    handOut(gradientsAt(s_, total.data()), gradients);
  }

 private:
  struct Scratch {
    Room packed;               // keys or values
    Room scores;               // [count, count]
    Room dScores;              // [count, count]
    Room dots;                 // [count]
    Room residual;             // [count, width]
    Room branch;               // [count, width]
    Room between;              // [count, width]
    Room wide;                 // [count, 3 width] or [count, hidden]
    std::vector<double> sums;  // [2, width]
    EncoderLayerGradients gradients{};
  };

  [[nodiscard]] Scratch makeScratch() const {
    const auto size = s_.count * s_.width;
    const auto packed = std::max(kernels().packedSize(s_.headWidth(), s_.count),
                                 kernels().packedSize(s_.count, s_.headWidth()));
    return {takeRoom(packed),
            takeRoom(s_.count * s_.count),
            takeRoom(s_.count * s_.count),
            takeRoom(s_.count),
            takeRoom(size),
            takeRoom(size),
            takeRoom(size),
            takeRoom(s_.count * std::max(3 * s_.width, s_.hidden)),
            {},
            {}};
  }

  void photoBackward(Scratch& room, const float* x, const EncoderLayerKept& kept, KernelSize photo,
                     const float* dy, float* dx) const {
    const auto size = s_.count * s_.width;
    const auto& g = room.gradients;
    float* residual = room.residual.get();
    float* branch = room.branch.get();
    float* wide = room.wide.get();

    // y = LN2(u + drop(f)): residual is the gradient of the sum, branch that of f.
    normGradient(room, dy, kept.normalised2, kept.inverse2, w_.norm2Weight, g.norm2Weight,
                 g.norm2Bias, residual);
    kernels().drop(residual, size, dropoutMask(s_, photo, DropoutSite::Answer), 0, branch);
    linear(branch, s_.width, kept.activated, s_.hidden, g.weight2, g.bias2);
    second_.multiply(branch, s_.count, wide);
    const auto hiddenMask = dropoutMask(s_, photo, DropoutSite::Hidden);
    kernels().reluDropGradient(kept.activated, s_.count * s_.hidden, hiddenMask.keep, wide);
    float* u = room.between.get();
    kernels().normActivate(kept.normalised1, s_.count, s_.width,
                           {w_.norm1Weight, w_.norm1Bias, nullptr}, Activation::None, u);
    linear(wide, s_.hidden, u, s_.width, g.weight1, g.bias1);
    first_.multiply(wide, s_.count, residual, nullptr, residual);  // now the gradient of u

    // u = LN1(x + drop(a))
    normGradient(room, residual, kept.normalised1, kept.inverse1, w_.norm1Weight, g.norm1Weight,
                 g.norm1Bias, dx);
    kernels().drop(dx, size, dropoutMask(s_, photo, DropoutSite::Attended), 0, branch);
    linear(branch, s_.width, kept.mixed, s_.width, g.outWeight, g.outBias);
    float* dMixed = room.between.get();
    out_.multiply(branch, s_.count, dMixed);
    std::fill_n(wide, s_.count * 3 * s_.width, 0.0F);
    for (KernelSize head = 0; head < s_.heads; ++head) {
      attend(room, kept, photo, head, dMixed + head * s_.headWidth());
    }
    linear(wide, 3 * s_.width, x, s_.width, g.inWeight, g.inBias);
    in_.multiply(wide, s_.count, dx, nullptr, dx);
  }

  /// Adds to the gradients of a linear layer's weight and bias. dOut: [count, out], in: [count, in]
  void linear(const float* dOut, KernelSize out, const float* in, KernelSize inWidth, float* weight,
              float* bias) const {
    kernels().addTransposedProduct(
        {dOut, out, in, inWidth, weight, inWidth, s_.count, out, inWidth});
    kernels().addColumnSums(dOut, s_.count, out, bias);
  }

  void normGradient(Scratch& room, const float* g, const float* normalised, const float* inverse,
                    const float* weight, float* weightSums, float* biasSums, float* dx) const {
    const auto width = static_cast<std::size_t>(s_.width);
    room.sums.assign(2 * width, 0.0);
    kernels().addGradientSums(g, nullptr, normalised, s_.count, s_.width, zero_.data(), nullptr,
                              room.sums.data(), room.sums.data() + width);
    for (std::size_t c = 0; c < width; ++c) {
      biasSums[c] += static_cast<float>(room.sums[c]);
      weightSums[c] += static_cast<float>(room.sums[width + c]);
    }
    kernels().normaliseRowsGradient(g, normalised, inverse, weight, s_.count, s_.width, dx);
  }

  /// Adds a head's part to room.wide, the gradient of the projections.
  void attend(Scratch& room, const EncoderLayerKept& kept, KernelSize photo, KernelSize head,
              const float* dMixed) const {
    const auto& k = kernels();
    const auto width = s_.headWidth();
    const auto row = 3 * s_.width;
    const auto count = s_.count;
    const auto at = head * width;
    const float* query = kept.projected + at;
    const float* key = query + s_.width;
    const float* value = key + s_.width;
    float* dQuery = room.wide.get() + at;
    float* dKey = dQuery + s_.width;
    float* dValue = dKey + s_.width;
    float* packed = room.packed.get();
    float* scores = room.scores.get();
    float* dScores = room.dScores.get();

    k.packMatrix(key, 1, row, width, count, packed);
    k.multiply({query, row, packed, scores, count, count, width, count});
    k.packMatrix(value, 1, row, width, count, packed);
    k.multiply({dMixed, s_.width, packed, dScores, count, count, width, count});
    k.rowDots(dMixed, kept.mixed + at, count, width, s_.width, room.dots.get());
    k.softmaxDropGradient(scores, dScores, count, count,
                          1.0F / std::sqrt(static_cast<float>(width)),
                          dropoutMask(s_, photo, DropoutSite::Attention),
                          static_cast<std::uint32_t>(head * count * count),
                          kept.statistics + head * count * 2, room.dots.get());
    k.addTransposedProduct({scores, count, dMixed, s_.width, dValue, row, count, count, width});
    k.addTransposedProduct({dScores, count, query, row, dKey, row, count, count, width});
    k.packMatrix(key, row, 1, count, width, packed);
    k.multiply({dScores, count, packed, dQuery, row, count, count, width});
  }

  void handOut(const EncoderLayerGradients& from, const EncoderLayerGradients& to) const {
    const auto width = s_.width;
    const auto copy = [](const float* source, KernelSize count, float* target) {
      std::copy_n(source, count, target);
    };
    copy(from.inWeight, 3 * width * width, to.inWeight);
    copy(from.inBias, 3 * width, to.inBias);
    copy(from.outWeight, width * width, to.outWeight);
    copy(from.outBias, width, to.outBias);
    copy(from.weight1, s_.hidden * width, to.weight1);
    copy(from.bias1, s_.hidden, to.bias1);
    copy(from.weight2, s_.hidden * width, to.weight2);
    copy(from.bias2, width, to.bias2);
    copy(from.norm1Weight, width, to.norm1Weight);
    copy(from.norm1Bias, width, to.norm1Bias);
    copy(from.norm2Weight, width, to.norm2Weight);
    copy(from.norm2Bias, width, to.norm2Bias);
  }

  const EncoderLayerShape& s_;
  const EncoderLayerWeights& w_;
  PackedMatrix in_;
  PackedMatrix out_;
  PackedMatrix first_;
  PackedMatrix second_;
  std::vector<float> zero_;
};

}  // namespace

void encoderLayerBackward(const EncoderLayerShape& shape, const EncoderLayerWeights& weights,
                          const float* x, float* kept, const float* dy, float* dx,
                          const EncoderLayerGradients& gradients) {
  Backward(shape, weights).run(x, kept, dy, dx, gradients);
}

}  // namespace filterlens
