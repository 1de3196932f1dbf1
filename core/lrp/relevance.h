// Layer-wise relevance propagation: what it is asked for and what it gives, as plain types. The
// rules and the pass through a network stand behind the engine.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/grid.h"
#include "core/progress.h"
#include "core/result.h"

namespace filterlens {

struct Trace;

/// Which rule a composite applies to a linear or convolution layer. The formulas stand in
/// core/lrp/rules_internal.h.
enum class LrpRule { Epsilon, Gamma, ZPlus, AlphaBeta, Flat, WSquare, ZBox };

/// A named choice of rules: one for the convolution that reads the pixels, one for the other
/// convolutions below the first full attention block, one for every linear layer and convolution
/// from there on (and for those inside encoders).
struct LrpComposite {
  std::string_view name;
  LrpRule pixels;
  LrpRule early;
  LrpRule above;
};

/// All composites; the first is the default.
std::span<const LrpComposite> lrpComposites();
const LrpComposite* findLrpComposite(std::string_view name);  ///< nullptr where there is none

struct RelevanceOptions {
  std::string composite = "epsilon-gamma-box";
  /// False: attention weights are constants and values take all relevance (CP-LRP, Ali et al.,
  /// arXiv 2202.07304). True: relevance also flows through the softmax to queries and keys
  /// (AttnLRP, Achtibat et al., arXiv 2402.05602).
  bool throughSoftmax = false;
  double epsilon = 1e-6;  ///< stabiliser: added to each denominator with its sign; > 0
  double gamma = 0.25;    ///< of the gamma rule; >= 0
  double alpha = 2;       ///< of the alpha-beta rule, whose beta is alpha - 1; >= 1

  bool operator==(const RelevanceOptions&) const = default;
};

/// Relevance that did not reach the layer below, by what took it.
struct AbsorbedRelevance {
  double bias = 0;  ///< biases of layers and norms, and the fixed sinusoid added to tokens
  double stabiliser = 0;
  double softmax = 0;  ///< the constant term of the softmax's expansion; 0 under CP-LRP

  [[nodiscard]] double total() const { return bias + stabiliser + softmax; }
};

/// Relevance of one map.
struct RelevanceMap {
  std::string layer;           ///< module, or "input"
  Grid<float> values;          ///< signed; summed over the channels
  double sum = 0;              ///< over all cells and channels
  AbsorbedRelevance absorbed;  ///< between the logit and this map
};

/// What one pass through the network gave.
struct Relevance {
  RelevanceOptions options;
  int targetClass = 0;
  double start = 0;                  ///< what was propagated: the logit of the target class
  std::vector<RelevanceMap> layers;  ///< at each layer's output, in the order of Trace::layers
  RelevanceMap input;                ///< at the pixels

  /// |sum + absorbed - start| / |start| of one of the maps: what the arithmetic lost.
  [[nodiscard]] double conservationError(const RelevanceMap&) const;
};

/// What a Trace keeps so that relevance can be propagated through its run later on.
class RelevanceSource {
 public:
  virtual ~RelevanceSource() = default;
  /// The trace must be of the run that made this, or that run followed to another target. The last
  /// result is kept: asking again for the same target and options costs nothing. Any thread.
  virtual Result<std::shared_ptr<const Relevance>> relevance(const Trace&, const RelevanceOptions&,
                                                             const Progress&) = 0;
};

/// Relevance of the trace's target class. Fails with a sentence on wrong options, where the run
/// recorded nothing to propagate through, where it followed no class, and when cancelled.
Result<std::shared_ptr<const Relevance>> propagateRelevance(const Trace&, const RelevanceOptions&,
                                                            const Progress& = {});

}  // namespace filterlens
