// Engine: the one door to Torch and OpenCV. Both are heavy (linking them costs 0.7 s before main),
// so they live in a module that is loaded when first needed; everything here is plain types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/checkpoint/checkpoint.h"
#include "core/image/image.h"
#include "core/image/preprocess.h"
#include "core/lrp/relevance.h"
#include "core/model/architecture.h"
#include "core/model/model_metadata.h"
#include "core/model/trace.h"
#include "core/progress.h"
#include "core/result.h"
#include "core/train/trainer.h"

namespace filterlens {

struct OpenOptions {
  bool allowNonFinite = false;                 ///< open weights that hold NaN or infinite values
  std::vector<std::string> classNames;         ///< replace those of the file; empty: keep
  std::optional<Preprocessing> preprocessing;  ///< replaces that of the file
};

/// What is known about an open model.
struct ModelInfo {
  std::filesystem::path path;
  std::string sha256;
  CheckpointFormat format = CheckpointFormat::Safetensors;
  const Architecture* architecture = nullptr;
  int classes = 0;
  std::int64_t parameters = 0;
  std::vector<std::string> classNames;  ///< empty where unknown
  Preprocessing preprocessing;
  std::optional<std::int64_t> epoch;
  double temperature = 1;  ///< divides the logits where they become probabilities

  /// "dog", or "class 8" where the model has no names.
  [[nodiscard]] std::string className(int index) const;
};

struct RunOptions {
  std::optional<int>
      targetClass;  ///< whose logit the gradients follow; the most probable class where not given
  std::uint64_t seed = 0;  ///< of the draws of Dropout stages
  /// The cells to select in a Filter or Dropout layer instead of its own choice, by module name.
  std::map<std::string, std::vector<int>> selections;
  bool record = true;          ///< false: logits only
  bool inputGradient = false;  ///< also follow the target back to the input
  /// What to change in the network, by layer. Where `selections` names a layer's cells, they stand,
  /// whatever is asked of its selection here.
  Interventions interventions = {};
};

/// How far back a rerun follows its target.
enum class FollowBack {
  ToFirstLayer,   ///< as a run does
  ToFirstChange,  ///< only to the outputs of the layers that ran again (at least the last): earlier
                  ///< ones have no gradient until followTarget is asked for it
};

/// A network with its weights, ready to run. BatchNorm is folded. Calls are serialised; call from
/// one thread.
class Model {
 public:
  virtual ~Model() = default;
  [[nodiscard]] virtual const ModelInfo& info() const = 0;

  /// One forward pass, and one backward pass from the target's logit.
  [[nodiscard]] virtual Result<Trace> run(const InputTensor&, const RunOptions&,
                                          const Progress& = {}) const = 0;

  /// The same run with the gradients of another target class; no second forward pass.
  [[nodiscard]] virtual Result<Trace> followTarget(const Trace&, int targetClass,
                                                   const Progress& = {}) const = 0;

  /// What run() gives for the input of an earlier recorded run, to the bit, but only the layers
  /// from the first one that differs from that run are computed. Fails where that run recorded
  /// nothing.
  [[nodiscard]] virtual Result<Trace> rerun(const Trace& before, const RunOptions&,
                                            FollowBack = FollowBack::ToFirstLayer,
                                            const Progress& = {}) const {
    (void)before;
    return Error{"This model cannot start again in the middle. Run it from its input."};
  }

  /// Relevance of the trace's target, from its logit down to the pixels; see relevance.h. One
  /// forward pass over the recorded selections, one pass of rules back.
  [[nodiscard]] Result<std::shared_ptr<const Relevance>> relevance(
      const Trace& trace, const RelevanceOptions& options, const Progress& progress = {}) const {
    return propagateRelevance(trace, options, progress);
  }
};

class Engine {
 public:
  virtual ~Engine() = default;

  /// See image_codec.h.
  [[nodiscard]] virtual Result<Photo> readPhoto(const std::filesystem::path&) const = 0;
  [[nodiscard]] virtual Result<std::vector<std::byte>> encodePng(const Image&) const = 0;

  /// Reads a checkpoint, recognises its architecture and builds the network. The failure's sentence
  /// names the file.
  [[nodiscard]] virtual Result<std::shared_ptr<const Model>> openModel(
      const std::filesystem::path&, const OpenOptions&, const Progress& = {}) const = 0;

  /// See trainer.h. Not while a model runs: it sets the number of threads.
  [[nodiscard]] virtual Result<TrainingResult> train(const TrainOptions&, bool resume,
                                                     const TrainingReports&,
                                                     std::stop_token) const = 0;

  /// Threads for the arithmetic from now on (default: all cores).
  virtual void setThreads(int) = 0;
};

/// The engine; loaded by the first call (0.5 to 1 s), shared by later ones. Any thread may call.
Result<std::shared_ptr<Engine>> loadEngine();

}  // namespace filterlens
