// Layouts that the user has given a name.
#include <gtest/gtest.h>

#include <QFile>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/text.h"
#include "ui/user_layouts.h"

namespace filterlens {
namespace {

TEST(UserLayoutsFile, KeepsLayoutsByName) {
  const test::TemporaryFolder folder;
  const UserLayouts layouts(folder.path() / "below" / "layouts.json");
  ASSERT_TRUE(layouts.read().ok());
  EXPECT_TRUE(layouts.read()->empty()) << "no file yet";
  Parameters parameters;
  parameters.set("evidence", std::string_view("signed"));
  const PaneLayout two{{{"photo", {}}, {"gradcam", "network.1", parameters}}, 2, 1};
  ASSERT_TRUE(layouts.save({QStringLiteral("zwei"), two}).ok());
  ASSERT_TRUE(layouts.save({QStringLiteral("eins & mehr"), {{{"photo", {}}}, 1}}).ok());
  const auto read = layouts.read();
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0].name, QStringLiteral("eins & mehr")) << "by name";
  EXPECT_EQ((*read)[1].layout.panes, two.panes);
  EXPECT_EQ((*read)[1].layout.columns, 2);
  EXPECT_FALSE((*read)[1].layout.alone) << "all panes are seen";
  ASSERT_TRUE(layouts.save({QStringLiteral("zwei"), {{{"photo", {}}}, 1}}).ok());
  EXPECT_EQ(layouts.read()->size(), 2U);
  EXPECT_EQ(layouts.read()->at(1).layout.panes.size(), 1U) << "replaced";
  ASSERT_TRUE(layouts.remove(QStringLiteral("zwei")).ok());
  EXPECT_EQ(layouts.read()->size(), 1U);
}

TEST(UserLayoutsFile, AFileThatIsNoneIsNotOverwritten) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "layouts.json";
  QFile file(fromPath(path));
  ASSERT_TRUE(file.open(QIODevice::WriteOnly));
  file.write("{ \"layouts\": [");
  file.close();
  const UserLayouts layouts(path);
  const auto saved = layouts.save({QStringLiteral("one"), {{{"photo", {}}}, 1}});
  ASSERT_FALSE(saved.ok());
  EXPECT_NE(saved.error().sentence.find("layouts.json"), std::string::npos);
  ASSERT_TRUE(file.open(QIODevice::ReadOnly));
  EXPECT_EQ(file.readAll(), "{ \"layouts\": [");
}

class PresetsTest : public test::WindowTest {
 protected:
  void SetUp() override {
    std::error_code ignored;
    std::filesystem::remove(UserLayouts::usualFile(), ignored);
  }
  void saveAs(const QString& name) {
    window().actions()[ActionId::SaveLayout]->trigger();
    ASSERT_TRUE(window().nameLine()->isVisible());
    EXPECT_TRUE(window().nameLine()->line()->hasFocus());
    EXPECT_FALSE(window().nameLine()->acceptButton()->isEnabled()) << "a name is needed";
    QTest::keyClicks(window().nameLine()->line(), name);
    QTest::keyClick(window().nameLine()->line(), Qt::Key_Return);
    EXPECT_FALSE(window().nameLine()->isVisible());
  }
  [[nodiscard]] QMenu* menu() {
    QMenu* presets = window().actions()[ActionId::UserLayoutsMenu]->menu();
    Q_EMIT presets->aboutToShow();
    return presets;
  }
  [[nodiscard]] static QAction* entryOf(const QMenu* menu, const QString& text) {
    for (QAction* action : menu->actions()) {
      if (action->text() == text) return action;
    }
    return nullptr;
  }
};

TEST_F(PresetsTest, ALayoutIsSavedShownAndRemoved) {
  openAnalysed("compact");
  session().setLayout({{{"gradcam", {}}, {"rollout", "leaky_att_network.0"}}, 2});
  waitUntilIdle();
  const PaneLayout mine = session().choices().layout;
  saveAs(QStringLiteral("  cam & rollout "));
  EXPECT_TRUE(window().messageBar()->result().contains(QStringLiteral("cam & rollout")));
  window().actions()[ActionId::FirstLayout]->trigger();
  const PaneLayout first = session().choices().layout;
  ASSERT_NE(first, mine);
  QAction* entry = entryOf(menu(), QStringLiteral("cam && rollout"));
  ASSERT_NE(entry, nullptr);
  entry->trigger();
  EXPECT_EQ(session().choices().layout, mine);
  QTest::keyClick(&window(), Qt::Key_Z, Qt::ControlModifier);
  EXPECT_EQ(session().choices().layout, first);

  openAnalysed("xs");  // another window, another network
  entry = entryOf(menu(), QStringLiteral("cam && rollout"));
  ASSERT_NE(entry, nullptr);
  entry->trigger();
  waitUntilIdle();
  EXPECT_EQ(session().choices().layout, mine);
  EXPECT_NE(paneOf("gradcam")->map(), nullptr);

  const QMenu* removed = entryOf(menu(), QStringLiteral("Remove"))->menu();
  entryOf(removed, QStringLiteral("cam && rollout"))->trigger();
  EXPECT_EQ(entryOf(menu(), QStringLiteral("cam && rollout")), nullptr);
  OfferLine* back = window().messageBar()->offer(QStringLiteral("preset"));
  ASSERT_NE(back, nullptr);
  QTest::mouseClick(back->acceptButton(), Qt::LeftButton);
  EXPECT_NE(entryOf(menu(), QStringLiteral("cam && rollout")), nullptr);
}

TEST_F(PresetsTest, ThePaletteListsThem) {
  openAnalysed("compact");
  session().setLayout({{{"gradcam", {}}}, 1});
  saveAs(QStringLiteral("zebra"));
  window().actions()[ActionId::FirstLayout]->trigger();
  window().actions()[ActionId::CommandPalette]->trigger();
  CommandPalette* palette = window().workbench().palette();
  QTest::keyClicks(palette->line(), QStringLiteral("zebra"));
  ASSERT_EQ(palette->list()->model()->rowCount(), 1);
  EXPECT_EQ(palette->list()->model()->index(0, 0).data().toString(),
            QStringLiteral("My presets: zebra"));
  QTest::keyClick(palette->line(), Qt::Key_Return);
  EXPECT_EQ(session().choices().layout.panes.size(), 1U);
}

TEST_F(PresetsTest, EscLeavesTheNameAndLettersAreNoCommands) {
  openAnalysed("compact");
  window().grid()->focusPane(2);
  window().actions()[ActionId::SaveLayout]->trigger();
  QTest::keyClicks(window().nameLine()->line(), QStringLiteral("gn x"));
  EXPECT_EQ(window().nameLine()->line()->text(), QStringLiteral("gn x"));
  EXPECT_FALSE(window().agreementPanel()->isVisible());
  EXPECT_TRUE(window().networkPanel()->isVisible());
  QTest::keyClick(window().nameLine()->line(), Qt::Key_Escape);
  EXPECT_FALSE(window().nameLine()->isVisible());
  EXPECT_TRUE(window().grid()->panes()[2]->view()->hasFocus());
  EXPECT_EQ(entryOf(menu(), QStringLiteral("gn x")), nullptr);
}

}  // namespace
}  // namespace filterlens
