// What the commands that run a model have in common: what they say, what stops them, and how they
// open what they need.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/console.h"
#include "app/interrupt.h"
#include "core/engine.h"

namespace filterlens {

struct ModelRequest {
  std::filesystem::path file;
  std::filesystem::path classes = {};  ///< class names instead of the file's; empty: the file's
  int threads = 0;                     ///< to compute with; 0: as the engine does by itself
  bool allowNonFinite = false;         ///< weights
};

class CommandRun {
 public:
  explicit CommandRun(bool quiet);

  /// Loads the engine and opens the model. An exit code: kExitOk, or another after a sentence.
  int open(const ModelRequest&);
  /// Says why and gives the code; that of an interruption where it was one.
  int refuse(const Error&, int code);

  [[nodiscard]] Console& console() { return console_; }
  /// Shown behind the label; asks for the end after Ctrl-C.
  Progress progress(const std::string& label);
  [[nodiscard]] bool stopped() const { return interrupt_.token().stop_requested(); }
  [[nodiscard]] std::stop_token token() const { return interrupt_.token(); }

  /// Once opened.
  [[nodiscard]] Engine& engine() const { return *engine_; }
  [[nodiscard]] const Model& model() const { return *model_; }

 private:
  Interrupt interrupt_;
  Console console_;
  std::shared_ptr<Engine> engine_;
  std::shared_ptr<const Model> model_;
};

}  // namespace filterlens
