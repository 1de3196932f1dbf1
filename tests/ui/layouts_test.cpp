// Adding, removing, moving and enlarging panes, and the presets, as a user drives them.
#include <gtest/gtest.h>

#include <QSignalSpy>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/layouts.h"

namespace filterlens {
namespace {

using test::WindowTest;

std::vector<std::string> methodsOf(const Session& session) {
  std::vector<std::string> methods;
  for (const PaneSpec& pane : session.choices().layout.panes) methods.push_back(pane.method);
  return methods;
}

TEST(Layouts, PanesFillAWideWindow) {
  EXPECT_EQ(columnsFor(1), 1);
  EXPECT_EQ(columnsFor(3), 3);
  EXPECT_EQ(columnsFor(6), 3);
  EXPECT_EQ(columnsFor(12), 4);
}

TEST(Layouts, PairsOfPanesFillAWideWindow) {
  EXPECT_EQ(columnsForPairs(1), 1);
  EXPECT_EQ(columnsForPairs(2), 2);
  EXPECT_EQ(columnsForPairs(6), 3);
  EXPECT_EQ(columnsForPairs(9), 5);
}

TEST(Layouts, MovingKeepsTheOrderOfTheOthers) {
  const PaneLayout layout{{{"a", {}}, {"b", {}}, {"c", {}}, {"d", {}}}, 2};
  const auto orderAfter = [&](int from, int to) {
    std::string order;
    for (const PaneSpec& pane : withPaneMoved(layout, from, to).panes) order += pane.method;
    return order;
  };
  EXPECT_EQ(orderAfter(0, 2), "bcad");
  EXPECT_EQ(orderAfter(3, 1), "adbc");
  EXPECT_EQ(orderAfter(0, -1), "abcd") << "no further than the first place";
}

TEST_F(WindowTest, PanesAreAddedAndRemovedByKeys) {
  openAnalysed("xs");
  const auto before = methodsOf(session());
  window().grid()->focusPane(1);
  QTest::keyClick(&window(), Qt::Key_T, Qt::ControlModifier);
  ASSERT_EQ(window().grid()->panes().size(), before.size() + 1);
  EXPECT_EQ(methodsOf(session())[2], before[1]) << "a pane like the current one";
  waitUntilIdle();
  EXPECT_NE(window().grid()->panes()[2]->map(), nullptr);
  QTest::keyClick(&window(), Qt::Key_W, Qt::ControlModifier);
  EXPECT_EQ(methodsOf(session()), before);
  session().setLayout({{{"gradcam", {}}}, 1});
  EXPECT_FALSE(window().actions()[ActionId::RemovePane]->isEnabled()) << "the last one stays";
}

TEST_F(WindowTest, DraggingATitleMovesItsPane) {
  openAnalysed("xs");
  const auto before = methodsOf(session());
  PaneHeader* header = window().grid()->panes()[0]->header();
  const Pane* target = window().grid()->panes()[2];
  dragTitle(header, target);
  const auto after = methodsOf(session());
  EXPECT_EQ(after[2], before[0]);
  EXPECT_EQ(after[0], before[1]);
  EXPECT_FALSE(window().grid()->panes()[0]->menu()->isVisible()) << "dragged, not clicked";
}

TEST_F(WindowTest, MovingByKeysTakesTheFocusAlong) {
  openAnalysed("xs");
  const auto before = methodsOf(session());
  window().grid()->focusPane(0);
  QTest::keyClick(&window(), Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
  EXPECT_EQ(methodsOf(session())[1], before[0]);
  EXPECT_EQ(window().grid()->currentIndex(), 1);
}

TEST_F(WindowTest, ADoubleClickGivesAPaneTheRoomOfAll) {
  openAnalysed("xs");
  const auto& panes = window().grid()->panes();
  const int width = panes[1]->width();
  QTest::mouseDClick(panes[1]->view(), Qt::LeftButton);
  QCoreApplication::processEvents();
  EXPECT_GT(panes[1]->width(), 2 * width);
  EXPECT_FALSE(panes[0]->isVisible());
  EXPECT_EQ(window().grid()->currentPane(), panes[1]);
  QTest::mouseDClick(panes[1]->view(), Qt::LeftButton);
  QCoreApplication::processEvents();
  EXPECT_TRUE(panes[0]->isVisible());
  EXPECT_EQ(panes[1]->width(), width);
}

TEST_F(WindowTest, PresetsShowWhatTheirNamesSay) {
  openAnalysed("xs");
  const PaneLayout first = session().choices().layout;
  const auto choose = [this](ActionId id) {
    window().actions()[id]->trigger();
    waitUntilIdle();
    EXPECT_FALSE(session().missingMap());
    return session().choices().layout.panes;
  };
  const auto masks = choose(ActionId::FilterMasksLayout);
  ASSERT_GE(masks.size(), 3U);
  EXPECT_EQ(masks[0].method, kPhotoMethod);
  for (std::size_t i = 1; i < masks.size(); ++i) EXPECT_EQ(masks[i].method, "importance");

  const auto methods = choose(ActionId::MethodsLayout);
  EXPECT_GE(methods.size(), 4U);
  for (const PaneSpec& pane : methods) EXPECT_TRUE(pane.layer.empty()) << "at the chosen layer";

  session().setLayout({{{"gradcam", {}}}, 1});
  const auto layers = choose(ActionId::LayersLayout);
  ASSERT_GT(layers.size(), 3U);
  for (std::size_t i = 1; i < layers.size(); ++i) {
    EXPECT_EQ(layers[i].method, "gradcam");
    EXPECT_EQ(window().grid()->panes()[i]->map()->layer, layers[i].layer);
  }
  window().grid()->focusPane(2);
  const auto beside = choose(ActionId::OverlayLayout);
  ASSERT_EQ(beside.size(), 2U);
  EXPECT_EQ(beside[1], layers[2]);
  choose(ActionId::FirstLayout);
  EXPECT_EQ(session().choices().layout, first);
}

}  // namespace
}  // namespace filterlens
