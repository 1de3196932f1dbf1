#include "app/command_run.h"

#include <cmath>

#include "app/exit_code.h"

namespace filterlens {

CommandRun::CommandRun(bool quiet) : console_(quiet) {}

int CommandRun::open(const ModelRequest& request) {
  console_.show("Loading");
  auto engine = loadEngine();
  if (!engine) return refuse(engine.error(), kExitModel);
  engine_ = *engine;
  if (request.threads > 0) engine_->setThreads(request.threads);
  OpenOptions options;
  options.allowNonFinite = request.allowNonFinite;
  if (!request.classes.empty()) {
    auto names = readClassNames(request.classes);
    if (!names) return refuse(names.error(), kExitUsage);
    options.classNames = std::move(*names);
  }
  auto model = engine_->openModel(request.file, options, progress(request.file.string()));
  if (!model) return refuse(model.error(), kExitModel);
  model_ = *model;
  return kExitOk;
}

int CommandRun::refuse(const Error& error, int code) {
  if (error.cancelled) return kExitInterrupted;
  console_.complain(error.sentence);
  return code;
}

Progress CommandRun::progress(const std::string& label) {
  return {interrupt_.token(), [this, label](double fraction, std::string_view text) {
            console_.show(label + ": " + std::string(text) + ", " +
                          std::to_string(std::lround(fraction * 100)) + " %");
          }};
}

}  // namespace filterlens
