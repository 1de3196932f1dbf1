#include "app/repeat_command.h"

#include "core/export/command_words.h"

namespace filterlens {

std::string repeatCommand(const ExplainOptions& options, const AnalysisRecord& record) {
  CommandWords words;
  words.add("filterlens");
  words.add("explain");
  words.addPath(record.photo.path);
  words.add("--model");
  words.addPath(options.model);
  if (!options.classes.empty()) {
    words.add("--classes");
    words.addPath(options.classes);
  }
  if (record.trace.targetClass >= 0) {
    words.add("--target", std::to_string(record.trace.targetClass));
  }
  for (const auto& method : options.methods) words.add("--method", method);
  for (const auto& layer : options.layers) words.add("--layer", layer);
  for (const auto& map : options.maps) words.add("--show", map);
  for (const auto& parameter : options.parameters) words.add("--param", parameter);
  for (const auto& whatIf : options.whatIf) words.add("--what-if", whatIf);
  words.add("--seed", std::to_string(options.seed));
  if (options.top > 0) words.add("--top", std::to_string(options.top));
  if (!options.colormap.empty()) words.add("--colormap", options.colormap);
  words.add("--opacity", plainNumber(options.opacity));
  if (options.cells) words.add("--cells");
  if (options.force) words.add("--force");
  if (options.threads > 0) words.add("--threads", std::to_string(options.threads));
  if (!options.out.empty()) {
    words.add("--out");
    words.addPath(options.out);
  }
  return words.text();
}

}  // namespace filterlens
