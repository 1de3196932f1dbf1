#include <cmath>

#include "core/kernels/blocks_internal.h"
#include "core/kernels/encoder_layer.h"

namespace filterlens {
namespace {

std::uint64_t splitMix(std::uint64_t z) {
  z += 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

class Forward {
 public:
  Forward(const EncoderLayerShape& shape, const EncoderLayerWeights& weights)
      : s_(shape),
        w_(weights),
        in_(w_.inWeight, 1, s_.width, s_.width, 3 * s_.width),
        out_(w_.outWeight, 1, s_.width, s_.width, s_.width),
        first_(w_.weight1, 1, s_.width, s_.width, s_.hidden),
        second_(w_.weight2, 1, s_.hidden, s_.hidden, s_.width) {}

  void run(const float* x, float* kept, float* y) {
    const auto size = s_.count * s_.width;
    const auto scratch = [&](KernelSize) { return makeScratch(); };
    overPhotos(s_.batch, scratch, [&](Scratch& room, KernelSize, KernelSize photo) {
      photoForward(room, x + photo * size, EncoderLayerKept(s_, kept, photo), photo,
                   y + photo * size);
    });
  }

 private:
  struct Scratch {
    Room keys;     // packed
    Room values;   // packed
    Room scores;   // [count, count]
    Room answer;   // [count, width]
    Room between;  // [count, width]: u
  };

  [[nodiscard]] Scratch makeScratch() const {
    const auto packed = [](KernelSize depth, KernelSize cols) {
      return takeRoom(kernels().packedSize(depth, cols));
    };
    return {packed(s_.headWidth(), s_.count), packed(s_.count, s_.headWidth()),
            takeRoom(s_.count * s_.count), takeRoom(s_.count * s_.width),
            takeRoom(s_.count * s_.width)};
  }

  void photoForward(Scratch& room, const float* x, const EncoderLayerKept& kept, KernelSize photo,
                    float* y) const {
    const auto size = s_.count * s_.width;
    const auto& k = kernels();
    in_.multiply(x, s_.count, kept.projected, w_.inBias);
    for (KernelSize head = 0; head < s_.heads; ++head) attend(room, kept, photo, head);
    float* answer = room.answer.get();
    float* u = room.between.get();
    out_.multiply(kept.mixed, s_.count, answer, w_.outBias);
    k.dropAdd(x, answer, size, dropoutMask(s_, photo, DropoutSite::Attended), u);
    normalise(u, kept.normalised1, kept.inverse1, w_.norm1Weight, w_.norm1Bias, u);
    first_.multiply(u, s_.count, kept.activated, w_.bias1);
    k.reluDrop(kept.activated, s_.count * s_.hidden, dropoutMask(s_, photo, DropoutSite::Hidden));
    second_.multiply(kept.activated, s_.count, answer, w_.bias2);
    k.dropAdd(u, answer, size, dropoutMask(s_, photo, DropoutSite::Answer), y);
    normalise(y, kept.normalised2, kept.inverse2, w_.norm2Weight, w_.norm2Bias, y);
  }

  void attend(Scratch& room, const EncoderLayerKept& kept, KernelSize photo,
              KernelSize head) const {
    const auto& k = kernels();
    const auto width = s_.headWidth();
    const auto row = 3 * s_.width;
    const float* query = kept.projected + head * width;
    const float* key = query + s_.width;
    const float* value = key + s_.width;
    k.packMatrix(key, 1, row, width, s_.count, room.keys.get());
    k.packMatrix(value, row, 1, s_.count, width, room.values.get());
    float* scores = room.scores.get();
    k.multiply({query, row, room.keys.get(), scores, s_.count, s_.count, width, s_.count});
    const auto first = static_cast<std::uint32_t>(head * s_.count * s_.count);
    k.softmaxDrop(scores, s_.count, s_.count, 1.0F / std::sqrt(static_cast<float>(width)),
                  dropoutMask(s_, photo, DropoutSite::Attention), first,
                  kept.statistics + head * s_.count * 2);
    k.multiply({scores, s_.count, room.values.get(), kept.mixed + head * width, s_.width, s_.count,
                s_.count, width});
  }

  void normalise(const float* x, float* normalised, float* inverse, const float* weight,
                 const float* bias, float* y) const {
    kernels().normaliseRows(x, s_.count, s_.width, static_cast<float>(s_.epsilon), normalised,
                            inverse);
    kernels().normActivate(normalised, s_.count, s_.width, {weight, bias, nullptr},
                           Activation::None, y);
  }

  const EncoderLayerShape& s_;
  const EncoderLayerWeights& w_;
  PackedMatrix in_;
  PackedMatrix out_;
  PackedMatrix first_;
  PackedMatrix second_;
};

}  // namespace

KernelSize EncoderLayerKept::size(const EncoderLayerShape& s) {
  return s.count * (6 * s.width + s.hidden + 2 * s.heads + 2);
}

EncoderLayerKept::EncoderLayerKept(const EncoderLayerShape& s, float* kept, KernelSize photo) {
  float* at = kept + photo * size(s);
  const auto take = [&at](KernelSize count) {
    float* taken = at;
    at += count;
    return taken;
  };
  projected = take(s.count * 3 * s.width);
  statistics = take(s.count * 2 * s.heads);
  mixed = take(s.count * s.width);
  normalised1 = take(s.count * s.width);
  inverse1 = take(s.count);
  activated = take(s.count * s.hidden);
  normalised2 = take(s.count * s.width);
  inverse2 = take(s.count);
}

DropoutMask dropoutMask(const EncoderLayerShape& s, KernelSize photo, DropoutSite site) {
  if (s.dropout <= 0) return {};
  const auto place = 4 * static_cast<std::uint64_t>(photo) + static_cast<std::uint64_t>(site);
  const auto key = splitMix(splitMix(s.seed) + place);
  DropoutMask mask;
  mask.key[0] = static_cast<std::uint32_t>(key);
  mask.key[1] = static_cast<std::uint32_t>(key >> 32);
  mask.threshold = static_cast<std::uint32_t>(std::ldexp(s.dropout, 32));
  mask.keep = static_cast<float>(1.0 / (1.0 - s.dropout));
  return mask;
}

void encoderLayerForward(const EncoderLayerShape& shape, const EncoderLayerWeights& weights,
                         const float* x, float* kept, float* y) {
  Forward(shape, weights).run(x, kept, y);
}

}  // namespace filterlens
