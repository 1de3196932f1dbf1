#include "app/model_option.h"

#include "core/data_files.h"

namespace filterlens {

void addModelOption(CLI::App& command, std::filesystem::path& model) {
  model = bundledModel();
  const std::string help = "model file (.safetensors, .pth, .pt)";
  auto* option = command.add_option(
      "--model", model, model.empty() ? help : help + "; default: the one that comes along");
  // The window does without one.
  option->type_name("FILE")->required(model.empty() && command.get_parent() != nullptr);
}

}  // namespace filterlens
