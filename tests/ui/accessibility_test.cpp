// The window for those who use the keyboard, a screen reader, a small screen or large letters.
#include <gtest/gtest.h>

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QScreen>
#include <QTest>

#include "tests/ui/synthetic.h"
#include "tests/ui/window_fixture.h"
#include "ui/help_windows.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::differingPixels;
using test::WindowTest;

constexpr double kSmallestPoint = 9;

class AccessibilityTest : public WindowTest {
 protected:
  /// Those that Tab leads to.
  std::vector<QWidget*> tabStops() {
    std::vector<QWidget*> stops;
    for (QWidget* widget : window().findChildren<QWidget*>()) {
      const bool part = qobject_cast<QAbstractSpinBox*>(widget->parentWidget()) != nullptr;
      const bool isStop = widget->isVisible() && widget->isEnabled() && !part &&
                          (widget->focusPolicy() & Qt::TabFocus) != 0 &&
                          widget->focusProxy() == nullptr;
      if (isStop) stops.push_back(widget);
    }
    return stops;
  }
  static std::string nameOf(const QWidget* widget) {
    return widget->metaObject()->className() + (" " + widget->accessibleName().toStdString());
  }
};

double pointsOf(const QFont& font) {
  return font.pointSizeF() > 0 ? font.pointSizeF() : font.pixelSize() * 72.0 / 96;
}

TEST_F(AccessibilityTest, NoTextIsUnderNinePoints) {
  openAnalysed("xs");
  window().actions()[ActionId::CommandPalette]->trigger();
  const auto dialogs = {showShortcuts(window().actions(), &window()), showAbout(&window())};
  int seen = 0;
  for (const QWidget* widget : QApplication::allWidgets()) {
    EXPECT_GE(pointsOf(widget->font()), kSmallestPoint) << nameOf(widget);
    ++seen;
  }
  EXPECT_GT(seen, 100);
  for (QWidget* dialog : dialogs) dialog->close();
}

TEST_F(AccessibilityTest, ThePagesOfHelpAreNoHigherThanTheScreen) {
  openAnalysed("xs");
  const int highest = window().screen()->availableSize().height();
  for (QWidget* dialog : {showShortcuts(window().actions(), &window()), showAbout(&window())}) {
    EXPECT_LT(dialog->minimumSizeHint().height(), highest) << dialog->windowTitle().toStdString();
    EXPECT_LT(dialog->height(), highest) << dialog->windowTitle().toStdString();
    dialog->close();
  }
}

TEST_F(AccessibilityTest, EveryStopOfTheTabKeyHasANameAndHelp) {
  openAnalysed("xs");
  const auto stops = tabStops();
  EXPECT_GT(stops.size(), 20U);
  for (QWidget* stop : stops) {
    QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(stop);
    ASSERT_NE(interface, nullptr);
    EXPECT_FALSE(interface->text(QAccessible::Name).isEmpty()) << nameOf(stop);
    bool helped = false;
    for (const QWidget* at = stop; at && !helped; at = at->parentWidget()) {
      helped = !at->whatsThis().isEmpty() || qobject_cast<const QAbstractItemView*>(at);
    }
    EXPECT_TRUE(helped) << nameOf(stop);
  }
}

TEST_F(AccessibilityTest, EveryStopOfTheTabKeyShowsTheFocus) {
  openAnalysed("xs");
  QTest::keyClick(&window(), Qt::Key_Tab);  // from here on the style shows it
  for (QWidget* stop : tabStops()) {
    window().setFocus();
    const QImage before = stop->grab().toImage();
    stop->setFocus(Qt::TabFocusReason);
    QTest::qWait(1);
    ASSERT_EQ(QApplication::focusWidget(), stop);
    if (auto* edit = qobject_cast<QLineEdit*>(stop)) edit->setText(QStringLiteral("seen"));
    EXPECT_GT(differingPixels(before, stop->grab().toImage()), 0) << nameOf(stop);
  }
}

TEST_F(AccessibilityTest, AScreenReaderHearsTheValueUnderTheKeyboardsCursor) {
  openAnalysed("xs");
  const Pane* pane = paneOf("importance");
  QAccessibleInterface* canvas = QAccessible::queryAccessibleInterface(pane->view());
  ASSERT_NE(canvas, nullptr);
  EXPECT_EQ(canvas->role(), QAccessible::Graphic);
  EXPECT_EQ(canvas->text(QAccessible::Name), pane->header()->text());
  EXPECT_EQ(canvas->text(QAccessible::Description), fromUtf8(findExplainer("importance")->help));

  pane->view()->setFocus();
  QTest::keyClick(pane->view(), Qt::Key_Right);  // the middle
  QTest::keyClick(pane->view(), Qt::Key_Right);
  const PhotoPlacement& placement = session().analysis()->placement;
  const QPointF cursor = *window().link().state().cursor;
  const Heatmap& map = *pane->map();
  const int row = map.geometry.y.cellContaining(placement.inputY(cursor.y() * 200));
  const int col = map.geometry.x.cellContaining(placement.inputX(cursor.x() * 300));
  const QString heard = canvas->text(QAccessible::Value);
  EXPECT_TRUE(heard.contains(QStringLiteral("cell (%1, %2)").arg(row).arg(col)));
  EXPECT_TRUE(heard.endsWith(numberText(map.values.at(row, col)))) << heard.toStdString();
  QTest::keyClick(pane->view(), Qt::Key_Down);
  EXPECT_NE(canvas->text(QAccessible::Value), heard);
}

// Every label, button and heading has the room that its text asks for.
TEST_F(AccessibilityTest, NothingIsCutInAWindowOf1024x700) {
  openAnalysed("xs");
  window().resize(1024, 700);
  QTest::qWait(50);
  ASSERT_EQ(window().size(), QSize(1024, 700)) << "it can be so small";
  for (const QLabel* label : window().findChildren<QLabel*>()) {
    if (!label->isVisible() || label->text().isEmpty()) continue;
    if (label->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored) continue;  // gives way
    if (label->wordWrap()) {
      EXPECT_GE(label->height(), label->heightForWidth(label->width()))
          << label->text().toStdString();
    } else {
      EXPECT_GE(label->width(), label->sizeHint().width()) << label->text().toStdString();
      EXPECT_GE(label->height(), label->sizeHint().height()) << label->text().toStdString();
    }
  }
  for (const QAbstractButton* button : window().findChildren<QAbstractButton*>()) {
    if (!button->isVisible() || qobject_cast<const PaneHeader*>(button)) continue;  // it elides
    EXPECT_GE(button->width(), button->minimumSizeHint().width()) << nameOf(button);
    EXPECT_GE(button->height(), button->minimumSizeHint().height()) << nameOf(button);
  }
  const QRect inside = window().rect();
  for (QWidget* stop : tabStops()) {
    const QRect place(stop->mapTo(&window(), QPoint(0, 0)), stop->size());
    EXPECT_TRUE(inside.contains(place)) << nameOf(stop);
  }
}

TEST_F(AccessibilityTest, OneSentenceAndThenMore) {
  openAnalysed("xs");
  for (const char* method : {"importance", "gradcam", "rollout", "selection"}) {
    const Explainer& explainer = *findExplainer(method);
    const Pane* pane = paneOf(method);
    const auto says = [](const QString& help, std::string_view sentence) {
      return help.contains(fromUtf8(sentence).toHtmlEscaped());
    };
    EXPECT_TRUE(says(pane->header()->toolTip(), explainer.help)) << method;
    EXPECT_FALSE(says(pane->header()->toolTip(), explainer.limits)) << method;
    EXPECT_TRUE(says(pane->whatsThis(), explainer.help)) << method;
    EXPECT_TRUE(says(pane->whatsThis(), explainer.limits)) << method;
  }
}

}  // namespace
}  // namespace filterlens
