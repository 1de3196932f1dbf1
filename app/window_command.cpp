#include "app/window_command.h"

#include <unistd.h>

#include <QApplication>
#include <cstdlib>

#include "app/console.h"
#include "app/exit_code.h"
#include "ui/main_window.h"

namespace filterlens {
namespace {

constexpr auto kInstead =
    "`filterlens explain PHOTO… --model FILE --out DIR` writes the pictures to a folder instead.";

bool isSet(const char* variable) {
  const char* value = std::getenv(variable);
  return value && *value;
}

/// Qt ends the program where it finds no display; this says it in words a user can act on.
void onMessageWhileConnecting(QtMsgType type, const QMessageLogContext&, const QString&) {
  if (type != QtFatalMsg) return;
  complain(std::string("The display could not be opened. ") + kInstead);
  _exit(kExitNoDisplay);
}

}  // namespace

int runWindowCommand(const WindowOptions& options, int& argc, char** argv) {
  if (!isSet("DISPLAY") && !isSet("WAYLAND_DISPLAY") && !isSet("QT_QPA_PLATFORM")) {
    complain(std::string("There is no display for the window. ") + kInstead);
    return kExitNoDisplay;
  }
  // Plugins of another Qt would bring a second copy of it into the process.
  qunsetenv("QT_PLUGIN_PATH");
  const auto usual = qInstallMessageHandler(onMessageWhileConnecting);
  QApplication application(argc, argv);
  qInstallMessageHandler(usual);

  WindowArguments arguments{options.photos, std::nullopt, std::nullopt};
  if (!options.model.empty()) arguments.model = options.model;
  if (!options.secondModel.empty()) arguments.secondModel = options.secondModel;
  return runWindow(application, arguments);
}

}  // namespace filterlens
