#include "app/measure_command_line.h"

#include "app/model_option.h"

namespace filterlens {
namespace {

constexpr auto kFiles =
    "FOLDER holds photos, in folders called after the classes that they show (else the most\n"
    "probable class is measured), or those that the CSV file of --boxes lists:\n"
    "  file,class,xmin,ymin,xmax,ymax,width,height   pixels; a line for each object\n"
    "DIR gets:\n"
    "  measures.json  settings, what each measure is, and all means with 95 % intervals\n"
    "  measures.csv   the means, a line for each method, layer and measure\n"
    "  photos.csv     the numbers of every photo\n"
    "  photos.jsonl   what is done so far; the same command goes on from there\n"
    "Where maps point (with --boxes) stands beside chance, which is what equal values on the same\n"
    "cells get, and beside two maps that know nothing of the network: \"uniform\", and \"centre\", "
    "a\n"
    "Gaussian in the middle.\n";

template <class T>
CLI::Option* addRepeatable(CLI::App& command, const std::string& name, std::vector<T>& values,
                           const std::string& help) {
  return command.add_option(name, values, help)->allow_extra_args(false)->delimiter(',');
}

void addInputs(CLI::App& command, MeasureOptions& options) {
  command.add_option("FOLDER", options.folder, "folder of photos")->type_name("")->required();
  addModelOption(command, options.model);
  command
      .add_option("--boxes", options.boxes,
                  "where the objects are: a CSV file, see below; without it nothing is localised")
      ->type_name("CSV");
  command
      .add_option("--classes", options.classes,
                  "class names instead of the model file's: text, one a line, or JSON")
      ->type_name("FILE");
  command
      .add_option("--limit", options.limit,
                  "measure at most N photos, spread evenly over the list (default: all)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}));
  command.add_option("--out", options.out, "folder to write to; made where it is missing")
      ->type_name("DIR")
      ->required();
}

void addChoices(CLI::App& command, MeasureOptions& options) {
  addRepeatable(command, "--method", options.methods,
                "method, as in filterlens explain --help; may be repeated (default: all)")
      ->type_name("ID");
  addRepeatable(command, "--param", options.parameters, "set a method's parameter; may be repeated")
      ->type_name("METHOD.ID=VALUE");
  command
      .add_option("--draws", options.draws,
                  "times that cells are drawn by chance, for each filter layer of a photo")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}))
      ->capture_default_str();
  command
      .add_option("--steps", options.steps,
                  "points of the deletion and insertion curves; 0: leave them out, which is much "
                  "faster")
      ->type_name("N")
      ->check(CLI::Range(0, 1000).description({}))
      ->capture_default_str();
  command.add_flag("--all-layers", options.allLayers,
                   "deletion and insertion at every layer (default: of the input, else of the last "
                   "layer, else of every filter layer)");
  command.add_option("--seed", options.seed, "of all that is drawn (default: 0)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber.description({}));
  command.add_option("--threads", options.threads, "threads to compute with (default: all cores)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}));
  command.add_flag("--json", options.json, "print measures.json instead of tables");
  command.add_flag("--quiet", options.quiet, "say nothing on stderr unless something failed");
}

}  // namespace

CLI::App* addMeasure(CLI::App& root, MeasureOptions& options) {
  auto* command = root.add_subcommand(
      "measure", "Say how far maps can be believed: do they point at the object, do they matter");
  addInputs(*command, options);
  addChoices(*command, options);
  command->footer(kFiles);
  return command;
}

}  // namespace filterlens
