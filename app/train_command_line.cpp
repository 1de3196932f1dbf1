#include "app/train_command_line.h"

#include "core/listed.h"
#include "core/model/architecture.h"

namespace filterlens {
namespace {

constexpr auto kTrainFiles =
    "DATA holds train/<class>/ and val/<class>/ with pictures. DIR gets:\n"
    "  best.safetensors, last.safetensors  models that say what they are (averaged weights)\n"
    "  epochs/                             models of epochs on the way\n"
    "  metrics.csv, metrics.jsonl          one line for each epoch\n"
    "  run.json                            the recipe\n"
    "  state.safetensors                   what --resume goes on from\n"
    "Ctrl-C saves and stops; --resume then gives the run that would have been without a stop.\n";

void addRun(CLI::App& command, TrainCommandOptions& options) {
  auto& train = options.train;
  command.add_option("DATA", train.data, "folder of pictures by class")->type_name("")->required();
  command.add_option("--out", train.out, "folder of the run")->type_name("DIR")->required();
  command.add_flag("--resume", options.resume, "go on with the run in DIR, with its recipe");
  command.add_option("--threads", train.threads, "threads to compute with (default: all cores)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}));
  command.add_option("--loader-threads", train.loaderThreads, "threads that prepare pictures")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}))
      ->capture_default_str();
  command
      .add_option("--watch", options.watch,
                  "photos whose filter masks are written to DIR/watch as they form")
      ->type_name("PHOTO")
      ->delimiter(',');
  command.add_option("--watch-every", options.watchEvery, "epochs between these pictures")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}))
      ->capture_default_str();
  command.add_flag("--quiet", options.quiet, "say nothing on stderr unless something failed");
}

void addRecipe(CLI::App& command, TrainCommandOptions& options) {
  const auto* group = "Recipe";
  auto& train = options.train;
  const auto number = [&](const std::string& name, auto& value, const std::string& help) {
    command.add_option(name, value, help)->type_name("X")->group(group)->capture_default_str();
  };
  command
      .add_option("--network", train.architecture,
                  "what to train: " + listed(architectures(), &Architecture::id))
      ->type_name("ID")
      ->group(group)
      ->capture_default_str();
  command.add_option("--start", train.start, "model file to take the first weights from")
      ->type_name("FILE")
      ->group(group);
  number("--seed", train.seed, "of weights, order and augmentation");
  number("--epochs", train.epochs, "times that all pictures are seen");
  number("--batch-size", train.batchSize, "pictures in a step");
  command
      .add_option("--size", options.sizes,
                  "pixels of the input; with the part of the run from which on, as in 0:96,0.6:128")
      ->type_name("SIZES")
      ->group(group);
  command
      .add_option("--fit", options.fit,
                  "how pictures are fitted into the input when evaluating: stretch, "
                  "resize-and-crop (default: stretch)")
      ->type_name("FIT")
      ->check(CLI::IsMember({"stretch", "resize-and-crop"}).description({}))
      ->group(group);
  number("--learning-rate", train.learningRate, "of AdamW, at its highest");
  number("--final-learning-rate", train.finalLearningRate, "end of the cosine, as a part of it");
  number("--warm-up", train.warmUpEpochs, "epochs of linear warm-up");
  number("--weight-decay", train.weightDecay, "of kernels and matrices");
  number("--label-smoothing", train.labelSmoothing, "0 to 1");
  number("--dropout", train.dropout, "in the encoders");
  number("--head-dropout", train.headDropout, "in the head");
  number("--clip", train.clip, "largest norm of the gradient; 0: no limit");
  number("--average", train.averageDecay, "decay of the weights' running average; 0: none");
  number("--keep-every", train.keepEvery, "epochs between models that are kept; 0: none");
}

void addAugmentation(CLI::App& command, AugmentationOptions& options) {
  const auto* group = "Augmentation";
  const auto number = [&](const std::string& name, double& value, const std::string& help) {
    command.add_option(name, value, help)->type_name("X")->group(group)->capture_default_str();
  };
  number("--min-area", options.minArea, "smallest part of the picture that is cut out");
  number("--max-area", options.maxArea, "largest part");
  number("--aspect", options.aspect, "the cut's sides differ by up to this factor");
  command.add_flag("!--no-flip", options.flip, "no mirrored pictures")->group(group);
  number("--rotation", options.rotation, "largest angle, in radians");
  number("--brightness", options.brightness, "colour jitter, as torchvision's");
  number("--contrast", options.contrast, "colour jitter");
  number("--saturation", options.saturation, "colour jitter");
  number("--hue", options.hue, "colour jitter, up to 0.5");
  number("--grey", options.grey, "probability of losing the colours");
  command.add_flag("--trivial-augment", options.trivialAugment, "TrivialAugmentWide")->group(group);
  number("--erasing", options.erasing, "probability of erasing a rectangle");
  number("--mixup", options.mixup, "Beta parameter of mixing pictures; 0: never");
  number("--cutmix", options.cutmix, "Beta parameter of pasting pictures together; 0: never");
}

void addMask(CLI::App& command, MaskOptions& options) {
  const auto* group = "Filter masks (what makes them point at something)";
  const auto number = [&](const std::string& name, double& value, const std::string& help) {
    command.add_option(name, value, help)->type_name("X")->group(group)->capture_default_str();
  };
  command
      .add_flag("--mask-straight-through", options.straightThrough,
                "the selection passes its gradient on to the mask")
      ->group(group);
  number("--mask-noise", options.selectionNoise, "noise on the mask before top-K");
  number("--mask-sparsity", options.sparsity, "weight of the mean importance in the loss");
  number("--mask-class-loss", options.classLoss,
         "weight of classifiers that see each map through its mask; not part of the model");
  number("--mask-rest-swap", options.restSwap,
         "probability of swapping a photo's unselected cells for another photo's in a block");
  number("--mask-start-k", options.startFactor, "K starts at this multiple of its value");
  number("--mask-start-k-until", options.factorUntil, "part of the run after which K is its own");
}

}  // namespace

CLI::App* addTrain(CLI::App& root, TrainCommandOptions& options) {
  auto* command = root.add_subcommand("train", "Train a network on folders of pictures");
  addRun(*command, options);
  addRecipe(*command, options);
  addAugmentation(*command, options.train.augmentation);
  addMask(*command, options.train.mask);
  command->footer(kTrainFiles);
  return command;
}

CLI::App* addEvaluate(CLI::App& root, EvaluateOptions& options) {
  auto* command = root.add_subcommand(
      "evaluate", "Say how good a model is: accuracy, by class, confusion, calibration");
  command->add_option("MODEL", options.model, "model file (.safetensors, .pth, .pt)")
      ->type_name("")
      ->required();
  command
      ->add_option("DATA", options.data,
                   "folder of pictures by class, or one that holds val/<class>/")
      ->type_name("")
      ->required();
  command
      ->add_option("--classes", options.classes,
                   "class names instead of the model file's: text, one a line, or JSON")
      ->type_name("FILE");
  command->add_option("--seed", options.seed, "of a DropoutViT's draws")->type_name("N");
  command->add_option("--threads", options.threads, "threads to compute with (default: all cores)")
      ->type_name("N")
      ->check(CLI::PositiveNumber.description({}));
  command->add_flag("--json", options.json, "print one JSON object");
  command->add_flag("--quiet", options.quiet, "say nothing on stderr unless something failed");
  return command;
}

}  // namespace filterlens
