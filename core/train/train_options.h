// What a training run is told. Saved in the run's folder, so that a run can be repeated and
// resumed.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/image/preprocess.h"
#include "core/result.h"
#include "core/train/augmentation.h"

namespace filterlens {

/// From this part of the run on (0 to 1), inputs have this many pixels a side.
struct InputSize {
  double from = 0;
  int side = 0;
};

/// How the filter masks are brought to mean something. A FilterViT's selection carries no gradient
/// (the mask's scale does), so that a mask trained plainly hardly points. None of these options
/// changes what a trained network computes. See docs/training.md for what each of them did.
struct MaskOptions {
  bool straightThrough = false;  ///< the selection passes its gradient on as a gate would
                                 ///< (Bengio et al., arXiv 1308.3432)
  double selectionNoise = 0;  ///< standard deviation of noise on the normalised response in top-K
  double sparsity = 0;        ///< weight of the mean importance, scaled to 0..1, in the loss
  double classLoss =
      0;                ///< weight of an auxiliary classifier for each filter block, which
                        ///< reads the block's map averaged under the softmax of its mask (attention
                        ///< pooling; Ilse et al., arXiv 1802.04712); not part of the model
  double restSwap = 0;  ///< probability with which a filter block gives a photo the unselected
                        ///< cells of another photo: the class must be told by the selected ones
  double startFactor = 1;  ///< K starts at this multiple of its value and falls to it linearly …
  double factorUntil = 0.5;  ///< … until this part of the run
};

struct TrainOptions {
  std::filesystem::path data;  ///< train/<class>/… and val/<class>/…
  std::filesystem::path out;   ///< the run's folder
  std::string architecture = "compact";
  std::filesystem::path start;  ///< model file to take the first weights from; empty: random ones
  std::uint64_t seed = 1;

  int epochs = 100;
  int batchSize = 64;
  std::vector<InputSize> sizes = {{0, 128}};             ///< ascending; the first starts at 0
  Preprocessing::Fit fit = Preprocessing::Fit::Stretch;  ///< of pictures when evaluating

  double learningRate = 2e-3;
  double finalLearningRate = 0.01;  ///< end of the cosine, as a part of learningRate
  double warmUpEpochs = 2;          ///< from a thousandth of learningRate
  double weightDecay = 0.05;        ///< of kernels and matrices, not of biases and norms
  double labelSmoothing = 0.1;
  double dropout = 0.1;         ///< in the encoders; the authors' value
  double headDropout = 0.5;     ///< in the head; the authors' value
  double clip = 2;              ///< largest norm of the gradient; 0: no limit
  double averageDecay = 0.998;  ///< of the weights' running average (EMA) in each step; 0: none

  AugmentationOptions augmentation;
  MaskOptions mask;

  int keepEvery = 5;      ///< epochs between the models that are kept; 0: the last and best only
  int threads = 0;        ///< for the arithmetic; 0: all cores. Not part of the recipe.
  int loaderThreads = 2;  ///< for pictures. Not part of the recipe.
};

/// Whether a run can be made of these options: ranges, sizes, a known architecture. The sentence
/// names the option as the command line does.
Result<void> validate(const TrainOptions&);

/// The recipe: everything but threads and folders.
std::string toJson(const TrainOptions&);
/// The options that toJson wrote; data, out, start and threads keep their defaults.
Result<TrainOptions> trainOptionsFromJson(const std::string& json);

}  // namespace filterlens
