#include "core/model/intervention_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "core/listed.h"

namespace filterlens {
namespace {

constexpr int kMostCells = 1 << 20;  // of a range: no map has more, and a slip must not fill memory

/// A setting with how it is written and read.
struct Setting {
  InterventionSetting shown;
  std::string (*write)(const Intervention&);  // what follows "key="; empty where it is not set
  bool (*read)(std::string_view, Intervention&);
};

template <class Number>
std::optional<Number> numberFrom(std::string_view text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  return failure == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

std::vector<std::string_view> parts(std::string_view text, char separator) {
  std::vector<std::string_view> found;
  for (std::size_t at = 0; at <= text.size();) {
    const auto next = std::min(text.find(separator, at), text.size());
    found.push_back(text.substr(at, next - at));
    at = next + 1;
  }
  return found;
}

std::string cellsText(const std::set<int>& cells) {
  std::string text;
  for (auto first = cells.begin(); first != cells.end();) {
    auto last = first;
    for (auto next = std::next(last); next != cells.end() && *next == *last + 1; ++next) {
      last = next;
    }
    if (!text.empty()) text += '+';
    text += std::to_string(*first);
    if (last != first) text += '-' + std::to_string(*last);
    first = std::next(last);
  }
  return text;
}

bool addCells(std::string_view text, std::set<int>& cells) {
  for (const auto part : parts(text, '+')) {
    const auto dash = part.find('-');
    const auto first = numberFrom<int>(part.substr(0, dash));
    const auto last =
        dash == std::string_view::npos ? first : numberFrom<int>(part.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last >= kMostCells) return false;
    for (int cell = *first; cell <= *last; ++cell) cells.insert(cells.end(), cell);
  }
  return true;
}

const std::array kSettings{
    Setting{{"k", "k=N", "select N cells instead of the network's K"},
            [](const Intervention& change) {
              return change.k ? std::to_string(*change.k) : std::string();
            },
            [](std::string_view text, Intervention& change) {
              change.k = numberFrom<int>(text);
              return change.k.has_value();
            }},
    Setting{{"in", "in=CELLS", "select these cells whatever their importance"},
            [](const Intervention& change) { return cellsText(change.forcedIn); },
            [](std::string_view text, Intervention& change) {
              return addCells(text, change.forcedIn);
            }},
    Setting{{"out", "out=CELLS", "select none of these cells"},
            [](const Intervention& change) { return cellsText(change.forcedOut); },
            [](std::string_view text, Intervention& change) {
              return addCells(text, change.forcedOut);
            }},
    Setting{{"random", "random=SEED", "select at random, as a DropoutViT draws with this seed"},
            [](const Intervention& change) {
              return change.randomSeed ? std::to_string(*change.randomSeed) : std::string();
            },
            [](std::string_view text, Intervention& change) {
              change.randomSeed = numberFrom<std::uint64_t>(text);
              return change.randomSeed.has_value();
            }},
    Setting{
        {"attention", "attention=off", "skip the layer's attention"},
        [](const Intervention& change) { return std::string(change.attentionOff ? "off" : ""); },
        [](std::string_view text, Intervention& change) {
          change.attentionOff = text == "off";
          return change.attentionOff;
        }},
};

std::string forms() {
  return listed(kSettings, [](const auto& setting) { return setting.shown.form; });
}

}  // namespace

std::span<const InterventionSetting> interventionSettings() {
  static const auto shown = [] {
    std::array<InterventionSetting, kSettings.size()> all;
    std::transform(kSettings.begin(), kSettings.end(), all.begin(),
                   [](const Setting& setting) { return setting.shown; });
    return all;
  }();
  return shown;
}

std::string settingsText(const Intervention& change) {
  std::string text;
  for (const auto& setting : kSettings) {
    const std::string value = setting.write(change);
    if (value.empty()) continue;
    text += (text.empty() ? "" : ",") + std::string(setting.shown.key) + "=" + value;
  }
  return text;
}

Result<void> addSettings(std::string_view settings, Intervention& change) {
  for (const auto part : parts(settings, ',')) {
    const auto equals = part.find('=');
    const auto known = std::find_if(kSettings.begin(), kSettings.end(), [&](const Setting& s) {
      return s.shown.key == part.substr(0, equals);
    });
    if (equals == std::string_view::npos || known == kSettings.end()) {
      return Error{"\"" + std::string(part) + "\" is no intervention; there are " + forms() + "."};
    }
    if (!known->read(part.substr(equals + 1), change)) {
      return Error{"\"" + std::string(part) + "\" should be " + std::string(known->shown.form) +
                   (known->shown.form.find("CELLS") == std::string_view::npos
                        ? "."
                        : ", cells counted row by row from 0, such as 12-14+40.")};
    }
  }
  return {};
}

Result<void> addIntervention(std::string_view layerAndSettings, Interventions& all) {
  const auto colon = layerAndSettings.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return Error{"\"" + std::string(layerAndSettings) +
                 "\" names no layer; an intervention is LAYER:SETTING,…, for example "
                 "leaky_att_network.1:k=64. The settings are " +
                 forms() + "."};
  }
  return addSettings(layerAndSettings.substr(colon + 1),
                     all[std::string(layerAndSettings.substr(0, colon))]);
}

}  // namespace filterlens
