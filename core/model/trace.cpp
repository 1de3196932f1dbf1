#include "core/model/trace.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace filterlens {

int Trace::findLayer(std::string_view name) const {
  const auto found = std::find_if(layers.begin(), layers.end(),
                                  [&](const LayerTrace& l) { return l.name == name; });
  return found == layers.end() ? -1 : static_cast<int>(found - layers.begin());
}

std::vector<Prediction> predictions(const std::vector<float>& logits,
                                    const std::vector<std::string>& classNames,
                                    double temperature) {
  if (logits.empty()) return {};
  const float top = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (float logit : logits) sum += std::exp((logit - top) / temperature);

  std::vector<Prediction> all;
  all.reserve(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    const auto probability = std::exp((logits[i] - top) / temperature) / sum;
    all.push_back({static_cast<int>(i),
                   i < classNames.size() ? classNames[i] : "class " + std::to_string(i), logits[i],
                   static_cast<float>(probability)});
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Prediction& a, const Prediction& b) { return a.logit > b.logit; });
  return all;
}

}  // namespace filterlens
