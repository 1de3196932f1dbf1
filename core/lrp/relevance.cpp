#include "core/lrp/relevance.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/listed.h"
#include "core/model/trace.h"

namespace filterlens {
namespace {

Result<void> checkOptions(const RelevanceOptions& options) {
  if (findLrpComposite(options.composite) == nullptr) {
    return Error{"There is no composite \"" + options.composite +
                 "\"; there are: " + listed(lrpComposites(), &LrpComposite::name) + "."};
  }
  // Written so that NaN fails too.
  if (!(options.epsilon > 0) || !std::isfinite(options.epsilon)) {
    return Error{"The stabiliser epsilon must be a number above 0."};
  }
  if (!(options.gamma >= 0) || !std::isfinite(options.gamma)) {
    return Error{"Gamma must be a number from 0 on."};
  }
  if (!(options.alpha >= 1) || !std::isfinite(options.alpha)) {
    return Error{"Alpha must be a number from 1 on."};
  }
  return {};
}

}  // namespace

std::span<const LrpComposite> lrpComposites() {
  using enum LrpRule;
  static constexpr std::array all{
      LrpComposite{"epsilon-gamma-box", ZBox, Gamma, Epsilon},
      LrpComposite{"epsilon-plus", ZPlus, ZPlus, Epsilon},
      LrpComposite{"epsilon-plus-flat", Flat, ZPlus, Epsilon},
      LrpComposite{"epsilon-alpha-beta", AlphaBeta, AlphaBeta, Epsilon},
      LrpComposite{"epsilon-gamma-w2", WSquare, Gamma, Epsilon},
      LrpComposite{"epsilon", Epsilon, Epsilon, Epsilon},
  };
  return all;
}

const LrpComposite* findLrpComposite(std::string_view name) {
  const auto all = lrpComposites();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const LrpComposite& c) { return c.name == name; });
  return found == all.end() ? nullptr : &*found;
}

double Relevance::conservationError(const RelevanceMap& map) const {
  return std::abs(map.sum + map.absorbed.total() - start) / std::abs(start);
}

Result<std::shared_ptr<const Relevance>> propagateRelevance(const Trace& trace,
                                                            const RelevanceOptions& options,
                                                            const Progress& progress) {
  if (const auto checked = checkOptions(options); !checked) return checked.error();
  if (trace.relevanceSource == nullptr) {
    return Error{
        "This run recorded nothing to propagate relevance through; run the network with "
        "recording on."};
  }
  if (trace.targetClass < 0) {
    return Error{"Relevance needs a target class, and this run followed none; choose one."};
  }
  return trace.relevanceSource->relevance(trace, options, progress);
}

}  // namespace filterlens
