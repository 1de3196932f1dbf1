// A user who does whatever comes to mind: any command, any click, drag and key, in any order and
// while work goes on. Nothing may break, and undo must lead back to where the walk began.
#include <gtest/gtest.h>

#include <QApplication>
#include <QTest>
#include <QTimer>
#include <random>

#include "tests/ui/window_fixture.h"

namespace filterlens {
namespace {

using test::WindowTest;

/// A longer walk: FILTERLENS_WALK=SEED:STEPS.
struct Walk {
  unsigned seed;
  int steps;
};

void PrintTo(const Walk& walk, std::ostream* out) { *out << walk.steps << " steps"; }

std::vector<Walk> walks() {
  const auto asked = qEnvironmentVariable("FILTERLENS_WALK").split(QLatin1Char(':'));
  if (asked.size() == 2) return {{asked[0].toUInt(), asked[1].toInt()}};
  return {{1, 150}, {2, 150}};
}

class RandomWalk : public WindowTest, public testing::WithParamInterface<Walk> {
 protected:
  RandomWalk() : random_(GetParam().seed) {
    // Menus and dialogs run a loop of their own until they are closed.
    QObject::connect(&closer_, &QTimer::timeout, [] {
      if (QWidget* popup = QApplication::activePopupWidget()) popup->close();
      if (QWidget* dialog = QApplication::activeModalWidget()) dialog->close();
    });
    closer_.start(20);
  }

  int below(int count) { return std::uniform_int_distribution<int>(0, count - 1)(random_); }
  template <class T>
  T oneOf(const std::vector<T>& all) {
    return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
  }

  void step() {
    switch (below(6)) {
      case 0:
      case 1:
        return command();
      case 2:
        return key();
      case 3:
        return below(20) == 0 ? open() : wheel();
      default:
        return mouse();
    }
  }

  /// As a drop does.
  void open() {
    const auto file = oneOf<std::filesystem::path>(
        {folder_.path() / "p1.png", folder_.path(), test::modelFile("compact"),
         test::modelFile("dropout-compact"), folder_.path() / "none.png"});
    said_ += " open " + file.filename().string();
    opened_ = true;
    window().open({file});
  }

  void command() {
    std::vector<QAction*> enabled;
    for (const ActionSpec& spec : actionSpecs()) {
      QAction* action = window().actions()[spec.id];
      const bool leaves = spec.id == ActionId::Quit || spec.id == ActionId::WhatsThis;
      if (!leaves && action->isEnabled() && !action->menu()) enabled.push_back(action);
    }
    QAction* action = oneOf(enabled);
    said_ += " [" + action->text().toStdString() + "]";
    action->trigger();
  }

  void key() {
    const std::vector<Qt::Key> keys{Qt::Key_Left, Qt::Key_Right, Qt::Key_Up,     Qt::Key_Down,
                                    Qt::Key_Tab,  Qt::Key_Space, Qt::Key_Return, Qt::Key_Escape,
                                    Qt::Key_Home, Qt::Key_End,   Qt::Key_X,      Qt::Key_O};
    QWidget* focus = QApplication::focusWidget();
    const auto key = oneOf(keys);
    said_ += " key " + std::to_string(key);
    QTest::keyClick(focus ? focus : &window(), key);
  }

  /// Something that can be seen, in the window or in one beside it.
  QWidget* target() {
    std::vector<QWidget*> all;
    for (QWidget* top : QApplication::topLevelWidgets()) {
      if (!top->isVisible() || !top->isEnabled()) continue;
      for (auto* child : top->findChildren<QWidget*>()) {
        if (child->isVisible() && child->isEnabled() && !child->size().isEmpty()) {
          all.push_back(child);
        }
      }
    }
    return oneOf(all);
  }

  QPoint pointIn(const QWidget* widget) {
    return {below(widget->width()), below(widget->height())};
  }

  void wheel() {
    QWidget* widget = target();
    const QPointF at = pointIn(widget);
    said_ += std::string(" wheel ") + widget->metaObject()->className();
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, below(2) == 0 ? 120 : -120},
                      Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
    QApplication::sendEvent(widget, &event);
  }

  void mouse() {
    const QPointer<QWidget> widget = target();
    said_ += std::string(" mouse ") + widget->metaObject()->className();
    const QPoint from = pointIn(widget);
    const QPoint to = below(3) == 0 ? pointIn(widget) : from;
    QTest::mouseMove(widget, from);
    // Any of these may end the widget.
    if (widget) QTest::mousePress(widget, Qt::LeftButton, {}, from);
    if (widget && to != from) QTest::mouseMove(widget, to);
    if (widget) QTest::mouseRelease(widget, Qt::LeftButton, {}, to);
  }

  void settle() {
    window().jobs().cancelAll();
    waitUntilIdle();
    if (window().actions()[ActionId::AnalyseAgain]->isEnabled()) {
      window().actions()[ActionId::AnalyseAgain]->trigger();
    }
    waitUntilIdle();
  }

  std::mt19937 random_;
  QTimer closer_;
  std::string said_;
  bool opened_ = false;  // another network's choices cannot be undone
};

TEST_P(RandomWalk, BreaksNothingAndCanBeUndone) {
  for (int i = 0; i < 3; ++i) (void)photoFile("p" + std::to_string(i) + ".png", 300, 200 + 40 * i);
  openWindow({{folder_.path()}, test::modelFile("compact")});
  waitUntilIdle();
  const Choices began = session().choices();
  for (int i = 0; i < GetParam().steps; ++i) {
    step();
    QTest::qWait(below(30));
    ASSERT_FALSE(HasFailure()) << said_;
  }
  settle();
  EXPECT_TRUE(session().analysis());
  EXPECT_FALSE(session().missingMap());
  if (opened_) return;
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString() << said_;
  while (window().actions()[ActionId::Undo]->isEnabled()) {
    window().actions()[ActionId::Undo]->trigger();
  }
  settle();
  EXPECT_EQ(session().choices(), began) << said_;
  EXPECT_FALSE(session().missingMap());
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomWalk, testing::ValuesIn(walks()),
                         [](const auto& walk) { return std::to_string(walk.param.seed); });

}  // namespace
}  // namespace filterlens
