// Runs the tests of the window without a display. A warning of Qt fails the test it comes from.
#include <gtest/gtest.h>

#include <QApplication>
#include <QTemporaryDir>

namespace {

/// What Qt's offscreen platform says on its own account.
bool isPlatformsOwn(const QString& message) {
  return message.startsWith(QStringLiteral("This plugin does not support"));
}

void failOnWarning(QtMsgType type, const QMessageLogContext&, const QString& message) {
  if (type == QtDebugMsg || type == QtInfoMsg || isPlatformsOwn(message)) return;
  ADD_FAILURE() << "Qt: " << message.toStdString();
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) qputenv("QT_QPA_PLATFORM", "offscreen");
  const QTemporaryDir runtime;
  if (qEnvironmentVariableIsEmpty("XDG_RUNTIME_DIR")) {
    qputenv("XDG_RUNTIME_DIR", runtime.path().toLocal8Bit());
  }
  // Settings and autosaved sessions of the tests stay away from the user's own.
  const QTemporaryDir home;
  for (const char* variable : {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"}) {
    qputenv(variable, home.path().toLocal8Bit());
  }
  qInstallMessageHandler(failOnWarning);
  const QApplication application(argc, argv);
  return RUN_ALL_TESTS();
}
