#include "ui/shown_command.h"

#include <algorithm>

#include "core/export/command_words.h"
#include "core/model/intervention_text.h"
#include "ui/display_words.h"

namespace filterlens {
namespace {

constexpr auto kOutput = "filterlens-out";
constexpr auto kSecondOutput = "filterlens-out-2";  // of the other model of a comparison

/// What a pane's picture has of its own, for --show: as little as says it. all: that all panes have
/// in common.
std::string lookWords(const ShownPane& pane, const ShownPane* all) {
  const Heatmap& map = *pane.map;
  const OverlayStyle& style = pane.style.overlay;
  std::string words;
  const auto add = [&words](const char* id, const std::string& value) {
    words += std::string(":") + id + "=" + value;
  };
  const ValueRange own = displayRange(map);
  const ValueRange range = style.range.value_or(own);
  if (range.low != own.low || range.high != own.high) {
    add("range", plainNumber(range.low) + ".." + plainNumber(range.high));
  }
  const DisplayChoices& display = pane.display;
  if (!all && !display.colormap.empty()) add("colormap", display.colormap);
  if (!all) add("opacity", plainNumber(display.opacity));
  if (!all && display.interpolation != Interpolation::Smooth) {
    add("interpolation", wordOf(kInterpolationWords, display.interpolation));
  }
  if (map.scale == HeatmapScale::Ranks) {
    if (display.tokens != TokenMarks::Colours) add("tokens", wordOf(kTokenWords, display.tokens));
    return words;
  }
  if (display.threshold > 0) add("threshold", plainNumber(display.threshold));
  if (display.contours > 0) add("contours", std::to_string(display.contours));
  return words;
}

/// "rollout:input:discard=0.2:range=0..0.013"
std::string showWord(const ShownPane& pane, const ShownPane* all) {
  const Heatmap& map = *pane.map;
  std::string word = map.method + ":" + map.layer;
  for (const ParameterSpec& spec : findExplainer(map.method)->parameters) {
    const std::string id(spec.id);
    const std::string value =
        spec.isChoice() ? map.parameters.choice(id) : plainNumber(map.parameters.number(id));
    const std::string fallback =
        spec.isChoice() ? std::string(spec.choices.front()) : plainNumber(spec.fallback);
    if (value != fallback) word += ":" + id + "=" + value;
  }
  return word + lookWords(pane, all);
}

bool drawnAlike(const ShownPane& a, const ShownPane& b) {
  return a.display.colormap == b.display.colormap && a.display.opacity == b.display.opacity &&
         a.display.interpolation == b.display.interpolation;
}

/// own: the maps of that model, which may be none.
std::string commandOf(const Shown& shown, const Model& model, const Analysis& analysis,
                      const std::vector<ShownPane>& own, const char* output) {
  CommandWords words;
  words.add("filterlens");
  words.add("explain");
  words.addPath(shown.photo->path);
  words.add("--model");
  words.addPath(model.info().path);
  words.add("--target", std::to_string(analysis.trace.targetClass));
  const bool alike = std::all_of(
      own.begin(), own.end(), [&](const ShownPane& pane) { return drawnAlike(pane, own.front()); });
  const ShownPane* all = alike && !own.empty() ? &own.front() : nullptr;
  std::vector<std::string> known;
  for (const ShownPane& pane : own) {
    const std::string word = showWord(pane, all);
    if (std::find(known.begin(), known.end(), word) != known.end()) continue;
    known.push_back(word);
    words.add("--show", word);
  }
  words.add("--seed", std::to_string(analysis.trace.seed));
  for (const auto& [layer, change] : analysis.trace.interventions) {
    words.add("--what-if", layer + ":" + settingsText(change));
  }
  if (own.empty()) {
    words.add("--json");
    return words.text();
  }
  if (all) {
    if (!all->display.colormap.empty()) words.add("--colormap", all->display.colormap);
    words.add("--opacity", plainNumber(all->display.opacity));
    if (all->display.interpolation == Interpolation::Cells) words.add("--cells");
  }
  words.add("--out");
  words.addPath(output);
  return words.text();
}

}  // namespace

std::string explainCommand(const Shown& shown) {
  const auto models = seenMaps(shown);
  if (models.empty()) return commandOf(shown, *shown.model, *shown.analysis, {}, kOutput);
  std::string lines;
  for (const auto& maps : models) {
    const ShownPane& first = maps.front();
    const char* output = first.analysis == shown.analysis ? kOutput : kSecondOutput;
    lines +=
        (lines.empty() ? "" : "\n") + commandOf(shown, *first.model, *first.analysis, maps, output);
  }
  return lines;
}

}  // namespace filterlens
