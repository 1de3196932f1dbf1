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

/// As JSON, for model files and analysis.json: {"fit": "resize-and-crop" | "stretch", "input_size":
/// …, "resize_short_side": …, "mean": […], "std": […]}.
std::string toJson(const Preprocessing&);
Result<Preprocessing> preprocessingFromJson(const std::string& json);

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
/// normalises. Fails on an empty image, or where the photo is so narrow that it cannot be resized.
Result<PreparedInput> preprocess(const Image&, const Preprocessing&);

/// Undoes scaling and normalisation: a picture of what the network is given (for inputs that came
/// without a photo).
Image pictureOf(const InputTensor&, const Preprocessing&);

}  // namespace filterlens
