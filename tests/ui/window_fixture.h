// The real window with real models: small files written by formula, opened by the real engine.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/temporary_folder.h"
#include "ui/main_window.h"

namespace filterlens::test {

inline constexpr int kClasses = 10;

/// A checkpoint of a network with formula weights and the class names "class-name-0", …; written
/// once for all tests.
std::filesystem::path modelFile(std::string_view architecture);

/// A picture of width x height pixels that varies everywhere.
QImage patternedPicture(int width, int height);

class WindowTest : public testing::Test {
 protected:
  /// Saves a picture into the test's folder, in the format of its extension.
  [[nodiscard]] std::filesystem::path photoFile(const std::string& name, int width,
                                                int height) const;

  /// A window on the screen.
  MainWindow& openWindow(const WindowArguments& = {});
  /// With a photo of 300x200 pixels, analysed by the network.
  MainWindow& openAnalysed(std::string_view architecture = "xs");
  /// Writes NAME-figure.png, NAME-figure.pdf and NAME-pane.png into the test's folder.
  void exportAs(const std::string& name);
  /// Until nothing is being worked on.
  void waitUntilIdle();

  [[nodiscard]] MainWindow& window() { return *window_; }
  [[nodiscard]] Session& session() { return window_->session(); }
  /// The first pane of a method; fails the test where there is none.
  [[nodiscard]] Pane* paneOf(std::string_view method);
  /// Drags a pane's title onto another pane.
  static void dragTitle(PaneHeader* header, const Pane* onto);
  [[nodiscard]] QStringList problems() const { return window_->messageBar()->problems(); }

  TemporaryFolder folder_;

 private:
  std::unique_ptr<MainWindow> window_;
};

}  // namespace filterlens::test
