#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <span>

#include "app/console.h"
#include "app/exit_code.h"
#include "app/map_choice.h"
#include "app/measure_command_line.h"
#include "app/model_option.h"
#include "app/train_command_line.h"
#include "core/explain/explainer.h"
#include "core/listed.h"
#include "core/model/intervention_text.h"

namespace filterlens {
namespace {

constexpr std::size_t kHelpWidth = 96;

constexpr auto kDescription =
    "FilterLens shows what a FilterViT (arXiv 2410.22709) looks at: its filter masks, the tokens\n"
    "that it selects, its attention, Grad-CAM and rollout, laid over the photo.\n"
    "Without a command it opens the window.";

constexpr auto kExamples =
    "Examples:\n"
    "  look at a photo in the window\n"
    "      filterlens photo.jpg --model xs.pth\n"
    "  compare two epochs of a training on a photo\n"
    "      filterlens photo.jpg --model epoch-40.safetensors --second-model epoch-120.safetensors\n"
    "  write maps and pictures of all photos in a folder\n"
    "      filterlens explain photos/ --model xs.pth --out results\n"
    "  print the five most probable classes\n"
    "      filterlens explain photo.jpg --model xs.pth --json --top 5\n"
    "  say what a model file holds\n"
    "      filterlens info xs.pth\n"
    "  write a model file that says what it is\n"
    "      filterlens convert xs.pth xs.safetensors --classes names.txt\n"
    "  train a model on pictures of your own, and say how good it is\n"
    "      filterlens train pictures/ --out run\n"
    "      filterlens evaluate run/best.safetensors pictures/\n"
    "  say how far its maps can be believed\n"
    "      filterlens measure photos/ --model run/best.safetensors --boxes boxes.csv --out "
    "measured\n"
    "\n"
    "filterlens COMMAND --help says more.\n";

constexpr auto kExitCodes =
    "Exit codes:\n"
    "  0    all was done\n"
    "  1    some photos or files failed, the others were done\n"
    "  2    the command line makes no sense\n"
    "  3    the model could not be opened\n"
    "  4    there is no display for the window\n"
    "  130  stopped by Ctrl-C\n";

constexpr auto kExplainFiles =
    "For each photo --out gets a folder of its own, named after the photo, whole or not at all:\n"
    "  analysis.json               predictions, selected cells, and all it takes to repeat them\n"
    "  sheet.png                   everything side by side\n"
    "  maps/<layer>.<map>.npy      numbers, on the layer's own grid\n"
    "  overlays/<layer>.<map>.png  the photo with the map over it, at the photo's resolution\n"
    "A folder as PHOTO stands for the pictures in it and in its sub-folders. A .npy file "
    "(float32,\n"
    "3 x height x width) is taken as an already preprocessed input.\n";

bool isNumber(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// "mean, max, 1 to 16": the first is the default; numbers, such as heads, stand last.
std::string choicesOf(const ParameterSpec& spec) {
  const auto number = std::find_if(spec.choices.begin(), spec.choices.end(), isNumber);
  auto text = listed(std::span(spec.choices.begin(), number));
  if (number == spec.choices.end()) return text;
  return text + ", " + std::string(*number) + " to " + std::string(spec.choices.back());
}

std::string describe(const ParameterSpec& spec) {
  std::ostringstream text;
  text << spec.id << " (";
  if (spec.isChoice()) {
    text << choicesOf(spec);
  } else {
    text << spec.minimum << " to " << spec.maximum << ", default " << spec.fallback;
  }
  text << ")";
  return text.str();
}

/// A text in lines of at most kHelpWidth, each behind the indent.
std::string wrapped(std::string_view text, const std::string& indent) {
  std::istringstream words{std::string(text)};
  std::string all;
  std::string line = indent;
  for (std::string word; words >> word;) {
    if (line.size() + word.size() + 1 > kHelpWidth) {
      all += line + "\n";
      line = indent;
    }
    line += (line == indent ? "" : " ") + word;
  }
  return all + line + "\n";
}

/// The methods of --method and their parameters, from the registry.
std::string methodList() {
  std::string text = "Methods (the map in file names), with their parameters for --param:\n";
  for (const auto& method : explainers()) {
    const std::string named = method.byDefault ? "" : " Computed only where it is named.";
    text +=
        "  " + std::string(method.id) + "\n" + wrapped(std::string(method.help) + named, "      ");
    for (const auto& spec : method.parameters) {
      text += wrapped(std::string(method.id) + "." + describe(spec), "      ");
    }
  }
  return text;
}

/// The settings of --what-if, from the table.
std::string whatIfList() {
  std::string text =
      "Interventions for --what-if, for example leaky_att_network.1:k=64,out=0-54 or\n"
      "network.0:attention=off:\n";
  for (const auto& setting : interventionSettings()) {
    constexpr std::size_t kColumn = 16;
    text += "  " + std::string(setting.form) +
            std::string(kColumn - std::min(kColumn - 1, setting.form.size()), ' ') +
            std::string(setting.help) + "\n";
  }
  return text + "  CELLS are counted row by row from 0 on the layer's input: 12-14+40.\n";
}

/// An option that may be given more than once, with one value each time.
template <class T>
CLI::Option* addRepeatable(CLI::App& command, const std::string& name, std::vector<T>& values,
                           const std::string& help) {
  return command.add_option(name, values, help)->allow_extra_args(false)->delimiter(',');
}

void addWindow(CLI::App& root, WindowOptions& options) {
  root.add_option("PHOTO", options.photos, "photos to open")->type_name("");
  addModelOption(root, options.model);
  root.add_option("--second-model", options.secondModel,
                  "another model, to compare: the same panes below those of the first")
      ->type_name("FILE");
}

void addInputs(CLI::App& command, ExplainOptions& options) {
  command.add_option("PHOTO", options.photos, "photos, folders of photos, or .npy inputs")
      ->type_name("")
      ->required();
  addModelOption(command, options.model);
  command
      .add_option("--classes", options.classes,
                  "class names instead of the model file's: text, one a line, or JSON")
      ->type_name("FILE");
  command.add_flag("--force", options.force, "open weights that hold NaN or infinite values");
}

void addChoices(CLI::App& command, ExplainOptions& options) {
  const auto* group = "What to compute";
  command
      .add_option("--target", options.target,
                  "class to explain, index or name (default: the most probable one)")
      ->type_name("CLASS")
      ->group(group);
  addRepeatable(command, "--method", options.methods,
                "method, see below; may be repeated (default: those not marked)")
      ->type_name("ID")
      ->group(group);
  addRepeatable(command, "--layer", options.layers,
                "layer (see filterlens info), or input; may be repeated (default: all)")
      ->type_name("NAME")
      ->group(group);
  addRepeatable(command, "--param", options.parameters,
                "set a method's parameter, see below; may be repeated")
      ->type_name("METHOD.ID=VALUE")
      ->group(group);
  command
      .add_option("--show", options.maps,
                  "one map instead of those of --method and --layer, with its parameters and its "
                  "look, see below; may be repeated")
      ->allow_extra_args(false)
      ->type_name("METHOD:LAYER[:ID=VALUE…]")
      ->excludes("--method")
      ->excludes("--layer")
      ->excludes("--param")
      ->group(group);
  command.add_option("--seed", options.seed, "of the tokens that a DropoutViT draws (default: 0)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber.description({}))
      ->group(group);
  command
      .add_option("--what-if", options.whatIf,
                  "change the network in one layer, see below; may be repeated")
      ->allow_extra_args(false)
      ->type_name("LAYER:SETTING,…")
      ->group(group);
  command.add_option("--threads", options.threads, "threads to compute with (default: all cores)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}))
      ->group(group);
}

void addOutput(CLI::App& command, ExplainOptions& options) {
  const auto* group = "What to write";
  command.add_option("--out", options.out, "folder to write to; made where it is missing")
      ->type_name("DIR")
      ->group(group);
  command
      .add_flag("--json", options.json,
                "print predictions, a line of JSON for each photo; needs no --out")
      ->group(group);
  command
      .add_option("--top", options.top,
                  "list the N most probable classes (default: all; on the sheet 5)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}))
      ->group(group);
  command
      .add_option("--colormap", options.colormap,
                  "colours of the overlays: " + colormapIds() + " (default: by kind of map)")
      ->type_name("ID")
      ->group(group);
  command
      .add_option("--opacity", options.opacity,
                  "of the colours over the photo, 0 to 1 (default: 0.6)")
      ->type_name("X")
      ->check(CLI::Range(0.0, 1.0).description({}))
      ->group(group);
  command
      .add_flag("--cells", options.cells, "show each cell in one colour instead of blending cells")
      ->group(group);
  command.add_flag("--quiet", options.quiet, "say nothing on stderr unless something failed")
      ->group(group);
}

CLI::App* addExplain(CLI::App& root, ExplainOptions& options) {
  auto* command = root.add_subcommand(
      "explain", "Explain photos: write maps and pictures, or print predictions");
  addInputs(*command, options);
  addChoices(*command, options);
  addOutput(*command, options);
  command->footer(std::string(kExplainFiles) + "\n" + methodList() + "\n" + lookList() + "\n" +
                  whatIfList() + "\n" + kExitCodes);
  return command;
}

CLI::App* addInfo(CLI::App& root, InfoOptions& options) {
  auto* command = root.add_subcommand("info", "Say what a model file holds");
  command->add_option("FILE", options.file, "model file (.safetensors, .pth, .pt)")
      ->type_name("")
      ->required();
  command->add_flag("--tensors", options.tensors, "list every tensor with its type and shape");
  command->add_flag("--json", options.json, "print one JSON object");
  command->footer(kExitCodes);
  return command;
}

CLI::App* addConvert(CLI::App& root, ConvertOptions& options) {
  auto* command =
      root.add_subcommand("convert", "Write a model as safetensors that says what it is");
  command->add_option("IN", options.in, "model file (.safetensors, .pth, .pt)")
      ->type_name("")
      ->required();
  command->add_option("OUT", options.out, "file to write")->type_name("")->required();
  command->add_option("--classes", options.classes, "class names: a text file (one a line) or JSON")
      ->type_name("FILE");
  command
      ->add_option("--preprocessing", options.preprocessing,
                   "how photos become inputs: JSON as in analysis.json, or a file of it")
      ->type_name("JSON");
  command->add_flag("--force", options.force, "convert weights that hold NaN or infinite values");
  command->add_flag("--overwrite", options.overwrite, "replace OUT where it exists");
  command->footer(kExitCodes);
  return command;
}

/// What the option types cannot say.
std::string mistakeIn(const ExplainOptions& options) {
  if (options.out.empty() && !options.json) {
    return "Say where the pictures shall go with --out DIR, or ask for --json.";
  }
  return {};
}

int reportMistake(const CLI::App& root, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return root.exit(error);  // --help, --version
  const auto used = root.get_subcommands();
  complain(std::string(error.what()) + ". See filterlens " +
           (used.empty() ? "" : used.front()->get_name() + " ") + "--help.");
  return kExitUsage;
}

}  // namespace

Command parseCommandLine(int argc, char** argv) {
  CLI::App root(kDescription, "filterlens");
  root.set_version_flag("--version", "FilterLens " FILTERLENS_VERSION);
  root.get_formatter()->column_width(26);
  root.footer(std::string(kExamples) + "\n" + kExitCodes);

  WindowOptions window;
  ExplainOptions explain;
  InfoOptions info;
  ConvertOptions convert;
  TrainCommandOptions train;
  EvaluateOptions evaluate;
  MeasureOptions measure;
  MergeOptions merge;
  addWindow(root, window);
  const auto* explainCommand = addExplain(root, explain);
  const auto* infoCommand = addInfo(root, info);
  const auto* convertCommand = addConvert(root, convert);
  const auto* trainCommand = addTrain(root, train);
  const auto* evaluateCommand = addEvaluate(root, evaluate);
  const auto* measureCommand = addMeasure(root, measure);
  const auto* mergeCommand = addMerge(root, merge);

  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Finished{reportMistake(root, error)};
  }
  if (infoCommand->parsed()) return info;
  if (convertCommand->parsed()) return convert;
  if (trainCommand->parsed()) return train;
  if (evaluateCommand->parsed()) return evaluate;
  if (measureCommand->parsed()) return measure;
  if (mergeCommand->parsed()) return merge;
  if (!explainCommand->parsed()) return window;
  if (const auto mistake = mistakeIn(explain); !mistake.empty()) {
    complain(mistake);
    return Finished{kExitUsage};
  }
  return explain;
}

}  // namespace filterlens
