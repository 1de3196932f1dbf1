#include "app/map_choice.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>

#include "app/method_choice.h"
#include "core/listed.h"
#include "ui/display_words.h"

namespace filterlens {
namespace {

std::vector<std::string> split(std::string_view text, char between) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(between);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

template <class Number>
std::optional<Number> readNumber(std::string_view text) {
  Number value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
}

bool setRange(std::string_view text, MapStyle& style) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return false;
  const auto low = readNumber<float>(text.substr(0, dots));
  const auto high = readNumber<float>(text.substr(dots + 2));
  if (!low || !high || !std::isfinite(*low) || !std::isfinite(*high) || *low > *high) return false;
  style.overlay.range = ValueRange{*low, *high};
  style.origin = RangeOrigin::Fixed;
  return true;
}

bool setShare(std::string_view text, double& share) {
  const auto number = readNumber<double>(text);
  if (!number || !(*number >= 0 && *number <= 1)) return false;
  share = *number;
  return true;
}

bool setContours(std::string_view text, MapStyle& style) {
  const auto lines = readNumber<int>(text);
  if (!lines || *lines < 0 || *lines > kMostContours) return false;
  style.contours = *lines;
  return true;
}

template <class Words, class Value>
bool setWord(std::string_view text, const Words& words, Value& value) {
  const auto named = valueOf(words, text);
  value = named.value_or(value);
  return named.has_value();
}

constexpr auto kWord = [](const auto& entry) { return entry.second; };

/// One thing that --show can say of a map's look.
struct LookWord {
  std::string_view id;
  std::string takes;
  std::string_view help;
  bool (*set)(std::string_view value, MapStyle&);
};

const std::vector<LookWord>& lookWords() {
  static const std::vector<LookWord> words{
      {"range", "LOW..HIGH", "the values at the ends of its colours", setRange},
      {"colormap", colormapIds(), "its colours",
       [](std::string_view text, MapStyle& style) {
         style.overlay.colormap = findColormap(text);
         return style.overlay.colormap != nullptr;
       }},
      {"opacity", "0 to 1", "of its colours over the photo",
       [](std::string_view text, MapStyle& style) {
         return setShare(text, style.overlay.opacity);
       }},
      {"threshold", "0 to 1", "share of the range, from its low end, that is not painted",
       [](std::string_view text, MapStyle& style) {
         return setShare(text, style.overlay.threshold);
       }},
      {"contours", "0 to " + std::to_string(kMostContours), "lines of equal value", setContours},
      {"interpolation", listed(kInterpolationWords, kWord), "between cells",
       [](std::string_view text, MapStyle& style) {
         return setWord(text, kInterpolationWords, style.overlay.interpolation);
       }},
      {"tokens", listed(kTokenWords, kWord), "how selected tokens are marked",
       [](std::string_view text, MapStyle& style) {
         return setWord(text, kTokenWords, style.tokens);
       }},
  };
  return words;
}

const LookWord* findLookWord(std::string_view assignment) {
  const auto id = assignment.substr(0, assignment.find('='));
  const auto& words = lookWords();
  const auto found = std::find_if(words.begin(), words.end(),
                                  [id](const LookWord& word) { return word.id == id; });
  return found == words.end() || id.size() == assignment.size() ? nullptr : &*found;
}

Result<MapChoice> chosenMap(const std::string& word, const MapStyle& style) {
  const auto parts = split(word, ':');
  if (parts.size() < 2 || parts[1].empty()) {
    return Error{"--show takes METHOD:LAYER, not \"" + word + "\"."};
  }
  const auto method = methodOf(parts[0]);
  if (!method) return method.error();
  MapChoice map{*method, parts[1], {}, style};
  for (std::size_t i = 2; i < parts.size(); ++i) {
    if (const LookWord* look = findLookWord(parts[i])) {
      const auto value = std::string_view(parts[i]).substr(look->id.size() + 1);
      if (look->set(value, map.style)) continue;
      return Error{"--show " + word + ": " + std::string(look->id) + " takes " + look->takes + "."};
    }
    const auto set = parseParameter((*method)->parameters, parts[i], map.parameters);
    if (!set) return Error{"--show " + word + ": " + set.error().sentence};
  }
  return map;
}

}  // namespace

Result<std::vector<MapChoice>> chosenMaps(const std::vector<std::string>& words,
                                          const MapStyle& style) {
  std::vector<MapChoice> maps;
  for (const auto& word : words) {
    auto map = chosenMap(word, style);
    if (!map) return map.error();
    maps.push_back(*std::move(map));
  }
  return maps;
}

Result<const Colormap*> colormapOf(const std::string& id) {
  if (const Colormap* colormap = findColormap(id)) return colormap;
  return Error{"There is no colour map \"" + id + "\"; there are " + colormapIds() + "."};
}

std::string colormapIds() { return listed(colormaps(), &Colormap::id); }

std::string lookList() {
  std::string text =
      "The look of a map for --show, for example importance:network.1:contours=4:opacity=0.8:\n";
  for (const LookWord& word : lookWords()) {
    text +=
        "  " + std::string(word.id) + "=" + word.takes + "\n      " + std::string(word.help) + "\n";
  }
  return text;
}

}  // namespace filterlens
