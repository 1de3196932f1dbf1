#include "app/measure_command_line.h"

#include <cstdio>
#include <optional>

#include "app/model_option.h"
#include "core/listed.h"
#include "core/measure/measures.h"

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
    "  report.html    all of it as one page, with plots and example pictures\n"
    "  photos.jsonl   what is done so far; the same command goes on from there\n"
    "Every map stands beside maps that know nothing of the network (\"random\", and \"centre\", a\n"
    "Gaussian in the middle), and beside the filter masks (\"importance\"). Where maps point "
    "(with\n"
    "--boxes) also stands beside chance, which is what equal values on the same cells get.\n"
    "A folder may be spread over machines: give each its --shard and all the same --out, then\n"
    "filterlens merge DIR. docs/measuring.md shows it with GNU parallel and Slurm.\n";

/// "3/8"
struct ShardText {
  static std::string check(const std::string& text) {
    const auto shard = read(text);
    const bool valid =
        shard && shard->count >= 1 && shard->index >= 1 && shard->index <= shard->count;
    return valid ? std::string() : "takes I/N with I from 1 to N, as in 3/8, not \"" + text + "\"";
  }
  static std::optional<Shard> read(const std::string& text) {
    Shard shard;
    int length = 0;
    const int found = std::sscanf(text.c_str(), "%9d/%9d%n", &shard.index, &shard.count, &length);
    if (found != 2 || static_cast<std::size_t>(length) != text.size()) return std::nullopt;
    return shard;
  }
};

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
                "method, as in filterlens explain --help; may be repeated (default: those "
                "that are cheap)")
      ->type_name("ID");
  addRepeatable(command, "--param", options.parameters, "set a method's parameter; may be repeated")
      ->type_name("METHOD.ID=VALUE");
  const auto families = listed(measureFamilies(), &MeasureFamilySpec::id);
  addRepeatable(command, "--measures", options.measures,
                "which measures: " + families + "; may be repeated (default: all)")
      ->type_name("ID");
  command
      .add_option("--draws", options.draws,
                  "times that cells are drawn by chance, for each filter layer of a photo")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}))
      ->capture_default_str();
  command
      .add_option("--steps", options.steps,
                  "steps of the deletion and insertion curves; 0: leave them out")
      ->type_name("N")
      ->check(CLI::Range(0, 1000).description({}))
      ->capture_default_str();
  command.add_flag("--all-layers", options.allLayers,
                   "measures that run the network for each map at every layer (default: of the "
                   "input, else of the last layer, else of every filter layer)");
  command.add_option("--seed", options.seed, "of all that is drawn (default: 0)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber.description({}));
  command.add_option("--threads", options.threads, "threads to compute with (default: all cores)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}));
  command
      .add_option("--jobs", options.jobs,
                  "measure N photos at once, each in a process of its own; the threads are shared")
      ->type_name("N")
      ->check(CLI::Range(1, 1024).description({}));
  command
      .add_option_function<std::string>(
          "--shard",
          [&options](const std::string& text) { options.shard = *ShardText::read(text); },
          "measure only part I of N of the photos, for filterlens merge")
      ->type_name("I/N")
      ->check(ShardText::check);
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

CLI::App* addMerge(CLI::App& root, MergeOptions& options) {
  auto* command = root.add_subcommand(
      "merge", "Make the tables and the report of what filterlens measure --shard measured");
  command->add_option("DIR", options.folders, "what the shards had as --out; one or several")
      ->type_name("")
      ->required();
  command->add_option("--out", options.out, "folder to write to (default: the first DIR)")
      ->type_name("DIR");
  command->add_flag("--json", options.json, "print measures.json instead of tables");
  command->footer(
      "Needs neither the model nor the photos. Shards that are missing or not complete are named;\n"
      "the tables are then without their photos, and the exit code is 1.\n");
  return command;
}

}  // namespace filterlens
