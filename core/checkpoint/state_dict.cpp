#include "core/checkpoint/state_dict.h"

#include <algorithm>
#include <string_view>

namespace filterlens {
namespace {

constexpr std::string_view kWrapperPrefixes[] = {"module.", "_orig_mod."};
constexpr std::string_view kAveragingCounter = "n_averaged";

bool removePrefix(std::vector<Tensor>& tensors, std::string_view prefix) {
  const auto isCounter = [](const Tensor& t) { return t.name == kAveragingCounter; };
  const auto wrapped = [&](const Tensor& t) { return t.name.starts_with(prefix); };
  const bool all = std::all_of(tensors.begin(), tensors.end(),
                               [&](const Tensor& t) { return wrapped(t) || isCounter(t); });
  if (!all || std::none_of(tensors.begin(), tensors.end(), wrapped)) return false;
  std::erase_if(tensors, isCounter);
  for (Tensor& tensor : tensors) tensor.name.erase(0, prefix.size());
  return true;
}

}  // namespace

void removeWrapperPrefixes(std::vector<Tensor>& tensors) {
  while (std::any_of(std::begin(kWrapperPrefixes), std::end(kWrapperPrefixes),
                     [&](std::string_view prefix) { return removePrefix(tensors, prefix); })) {
  }
}

}  // namespace filterlens
