#include "tests/ui/window_fixture.h"

#include <QTest>
#include <map>

#include "core/checkpoint/checkpoint.h"
#include "core/model/model_metadata.h"
#include "tests/support/formula_weights.h"
#include "ui/text.h"

namespace filterlens::test {
namespace {

constexpr int kPatience = 120'000;

}  // namespace

std::filesystem::path modelFile(std::string_view architecture) {
  static const TemporaryFolder folder;
  auto path = folder.path() / (std::string(architecture) + ".safetensors");
  if (std::filesystem::exists(path)) return path;
  const Architecture* network = findArchitecture(architecture);
  ModelMetadata metadata;
  for (int i = 0; i < kClasses; ++i) {
    metadata.classNames.push_back("class-name-" + std::to_string(i));
  }
  const auto written =
      writeSafetensors(path, formulaWeights(*network, kClasses, 1), toStrings(metadata));
  EXPECT_TRUE(written.ok());
  return path;
}

QImage patternedPicture(int width, int height) {
  QImage picture(width, height, QImage::Format_RGB32);
  for (int y = 0; y < height; ++y) {
    auto* line = reinterpret_cast<QRgb*>(picture.scanLine(y));
    for (int x = 0; x < width; ++x) {
      line[x] = qRgb(x * 255 / width, y * 255 / height, (x / 8 + y / 8) % 2 * 255);
    }
  }
  return picture;
}

std::filesystem::path WindowTest::photoFile(const std::string& name, int width, int height) const {
  auto path = folder_.path() / name;
  EXPECT_TRUE(patternedPicture(width, height).save(fromPath(path)));
  return path;
}

MainWindow& WindowTest::openWindow(const WindowArguments& arguments) {
  window_ = std::make_unique<MainWindow>(arguments);
  window_->resize(1280, 800);  // whatever the size of the screen that is not there
  window_->show();
  EXPECT_TRUE(QTest::qWaitForWindowActive(window_.get()));
  return *window_;
}

MainWindow& WindowTest::openAnalysed(std::string_view architecture) {
  openWindow({{photoFile("photo.png", 300, 200)}, modelFile(architecture)});
  waitUntilIdle();
  EXPECT_TRUE(session().analysis());
  EXPECT_FALSE(session().missingMap());
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
  return *window_;
}

void WindowTest::exportAs(const std::string& name) {
  constexpr double kDotsPerInch = 72;
  Exporter& exporter = window_->workbench().exporter();
  for (const char* ending : {"-figure.png", "-figure.pdf"}) {
    exporter.exportFigure(folder_.path() / (name + ending), kDotsPerInch);
    waitUntilIdle();
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / (name + ending)));
  }
  exporter.exportPane(1, folder_.path() / (name + "-pane.png"));
  waitUntilIdle();
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
}

// The engine's job starts with the first paint, so an idle start is no end.
void WindowTest::waitUntilIdle() {
  EXPECT_TRUE(
      QTest::qWaitFor([this] { return window_->begun() && !window_->jobs().busy(); }, kPatience));
}

void WindowTest::dragTitle(PaneHeader* header, const Pane* onto) {
  const QPoint to = header->mapFromGlobal(onto->mapToGlobal(onto->rect().center()));
  QTest::mousePress(header, Qt::LeftButton, {}, {5, 5});
  QMouseEvent move(QEvent::MouseMove, to, header->mapToGlobal(to), Qt::LeftButton, Qt::LeftButton,
                   Qt::NoModifier);
  QApplication::sendEvent(header, &move);
  QTest::mouseRelease(header, Qt::LeftButton, {}, to);
}

Pane* WindowTest::paneOf(std::string_view method) {
  const auto& specs = session().choices().layout.panes;
  for (std::size_t i = 0; i < specs.size(); ++i) {
    if (specs[i].method == method) return window_->grid()->panes()[i];
  }
  ADD_FAILURE() << "no pane shows " << method;
  return window_->grid()->panes().front();
}

}  // namespace filterlens::test
