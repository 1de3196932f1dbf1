// From a photo to the network's input, exactly as the training did it.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/image/geometry.h"
#include "core/image/image.h"
#include "core/result.h"

namespace filterlens {

/// How photos become inputs. Part of a model; the default is the paper's evaluation pipeline.
struct Preprocessing {
  enum class Fit {
    ResizeAndCrop,  ///< short side to resizeShortSide, then a centre crop of inputSize x inputSize
    Stretch,        ///< the whole photo stretched to inputSize x inputSize
  };
  Fit fit = Fit::ResizeAndCrop;
  int inputSize = 224;
  int resizeShortSide = 256;                    ///< used by ResizeAndCrop only
  std::array<float, 3> mean{0.5F, 0.5F, 0.5F};  ///< of values in 0..1, RGB
  std::array<float, 3> stddev{0.5F, 0.5F, 0.5F};

  bool operator==(const Preprocessing&) const = default;
};

/// Whether a preprocessing makes sense: sizes from 1 to 4096 with resizeShortSide >= inputSize,
/// mean from 0 to 1, stddev from 0.001 to 10. A failure names the field as it is called in JSON.
Result<void> validate(const Preprocessing&);

/// As JSON, for model files and analysis.json: {"fit": "resize-and-crop" | "stretch", "input_size":
/// …, "resize_short_side": …, "mean": […], "std": […]}; resize_short_side where the fit uses it.
std::string toJson(const Preprocessing&);
/// Fields that are missing keep their defaults; unknown ones are refused, since what they mean
/// would be lost.
Result<Preprocessing> preprocessingFromJson(const std::string& json);

/// What each 8-bit value of each channel (RGB) becomes: (v / 255 - mean) / stddev.
using ValueTables = std::array<std::array<float, 256>, 3>;
ValueTables valueTables(const std::array<float, 3>& mean, const std::array<float, 3>& stddev);

/// The input of a network: 3 x height x width, RGB planes, normalised.
struct InputTensor {
  int height = 0;
  int width = 0;
  std::vector<float> values;
};

/// An input and where it came from in the photo.
struct PreparedInput {
  InputTensor tensor;
  PhotoPlacement placement;
};

/// Resizes with PIL's antialiased bilinear filter on 8-bit pixels, crops or stretches, scales and
/// normalises. Sizes and crop are torchvision's: the long side is truncated, the crop's offset
/// rounded with halves to even. Only the crop is computed, so a photo may be as narrow as it likes.
/// Fails on an empty image and where validate() does.
Result<PreparedInput> preprocess(const Image&, const Preprocessing&);

/// Undoes scaling and normalisation: a picture of what the network is given (for inputs that came
/// without a photo). Values beyond black and white are cut off.
Image pictureOf(const InputTensor&, const Preprocessing&);

}  // namespace filterlens
