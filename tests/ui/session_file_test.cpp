// Session files: what they keep, and what hands or other programs may have written into them.
#include <gtest/gtest.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include "tests/ui/window_fixture.h"
#include "ui/choices_json.h"
#include "ui/text.h"

namespace filterlens {
namespace {

using test::modelFile;

TEST(ChoicesJson, KeepsThePaneThatStandsAloneAndTheComparison) {
  Choices choices;
  choices.layout = {{{"photo", {}}, {"gradcam", {}}, {"rollout", "input"}}, 3, 1};
  choices.comparison = Comparison{{{"gradcam", "network.1"}, ModelSlot::Second},
                                  {{"rollout", "input"}, ModelSlot::First},
                                  CompareMode::Difference};
  EXPECT_EQ(choicesFrom(choicesJson(choices)), choices);
  const QStringList paths = differences(choices, Choices{{{{"photo", {}}}, 3}, {}, {}, {}});
  EXPECT_TRUE(paths.contains(QStringLiteral("layout.alone")));
  EXPECT_TRUE(paths.contains(QStringLiteral("comparison.mode")));
}

QJsonObject layoutOf(const QJsonArray& panes, const QJsonValue& alone) {
  return {{QStringLiteral("panes"), panes},
          {QStringLiteral("columns"), 3},
          {QStringLiteral("alone"), alone}};
}

TEST(ChoicesJson, ALayoutIsNeverEmptyNorEndless) {
  EXPECT_EQ(layoutFrom(layoutOf({}, 0)).panes.size(), 1U);
  QJsonArray many;
  for (int i = 0; i < 10'000; ++i) many.append(QJsonObject());
  EXPECT_EQ(layoutFrom(layoutOf(many, -1)).panes.size(), kMostPanes);
  EXPECT_FALSE(layoutFrom(layoutOf(many, 5'000)).alone.has_value());
  EXPECT_FALSE(layoutFrom(layoutOf(many, -3)).alone.has_value());
  EXPECT_FALSE(layoutFrom(layoutOf(many, QStringLiteral("all"))).alone.has_value());
  EXPECT_EQ(layoutFrom(layoutOf(many, 4)).alone, 4);
}

class SessionFileTest : public test::WindowTest {
 protected:
  /// A session of a photo and a model with these choices, as a hand would write it.
  [[nodiscard]] std::filesystem::path written(const QJsonValue& choices,
                                              const QJsonObject& more = {}) const {
    const QString photo = fromPath(photoFile("photo.png", 90, 60));
    QJsonObject json{{QStringLiteral("flens"), 1},
                     {QStringLiteral("photos"), QJsonArray{photo}},
                     {QStringLiteral("photo"), photo},
                     {QStringLiteral("model"), fromPath(modelFile("compact"))},
                     {QStringLiteral("choices"), choices}};
    for (auto member = more.begin(); member != more.end(); ++member) {
      json[member.key()] = *member;
    }
    const auto path = folder_.path() / "hand.flens";
    QFile file(fromPath(path));
    EXPECT_TRUE(file.open(QIODevice::WriteOnly));
    file.write(QJsonDocument(json).toJson());
    return path;
  }
  void openFile(const std::filesystem::path& file) {
    window().open({file});
    waitUntilIdle();
    QCoreApplication::processEvents();
    waitUntilIdle();
  }
  [[nodiscard]] static QJsonObject pane(const char* method, const char* layer = "") {
    return {{QStringLiteral("method"), QLatin1String(method)},
            {QStringLiteral("layer"), QLatin1String(layer)}};
  }
};

TEST_F(SessionFileTest, WhateverAHandWroteIsShownOrLeftOut) {
  openWindow();
  const QJsonArray two{pane("gradcam"), pane("photo")};
  const auto choices = [](const QJsonObject& layout) {
    return QJsonObject{{QStringLiteral("layout"), layout}};
  };
  for (const int alone : {-7, 2, 99'999}) {
    openFile(written(choices(layoutOf(two, alone))));
    EXPECT_FALSE(session().choices().layout.alone) << alone;
    EXPECT_EQ(window().grid()->panes().size(), 2U);
    EXPECT_NE(window().grid()->currentPane(), nullptr);
  }
  openFile(written(choices(layoutOf({}, 0))));
  EXPECT_EQ(window().grid()->panes().size(), 1U);

  openFile(written(choices(layoutOf({pane("telepathy"), pane("gradcam", "no.such.layer")}, {}))));
  EXPECT_TRUE(window().grid()->panes()[0]->header()->text().contains(QStringLiteral("telepathy")));
  EXPECT_EQ(window().grid()->panes()[0]->map(), nullptr);
  ASSERT_NE(window().grid()->panes()[1]->map(), nullptr) << "at the chosen layer instead";
  EXPECT_EQ(window().grid()->panes()[1]->map()->layer, "network.1");

  QJsonArray many;
  for (int i = 0; i < 10'000; ++i) many.append(pane("importance"));
  openFile(written(choices(layoutOf(many, {}))));
  EXPECT_EQ(window().grid()->panes().size(), kMostPanes);
  window().actions()[ActionId::AddPane]->trigger();
  EXPECT_EQ(window().grid()->panes().size(), kMostPanes);

  for (const QJsonValue& nonsense : {QJsonValue(3), QJsonValue(QStringLiteral("all")),
                                     QJsonValue(QJsonArray{1, 2}), QJsonValue()}) {
    openFile(written(nonsense));
    EXPECT_EQ(window().grid()->panes().size(), 1U);
  }
  EXPECT_TRUE(problems().isEmpty()) << problems().join(QLatin1Char('\n')).toStdString();
}

TEST_F(SessionFileTest, ATargetThatTheModelLacksIsTheMostProbable) {
  openWindow();
  openFile(written(QJsonObject{{QStringLiteral("target"), 4'000},
                               {QStringLiteral("layout"), layoutOf({pane("gradcam")}, {})}}));
  EXPECT_FALSE(session().choices().target);
  EXPECT_NE(window().grid()->panes()[0]->map(), nullptr);
  EXPECT_TRUE(problems().isEmpty());
}

TEST_F(SessionFileTest, AComparisonOfAModelThatIsNotOpenIsLeftOut) {
  openWindow();
  const QJsonObject second{{QStringLiteral("pane"), pane("gradcam")},
                           {QStringLiteral("model"), QStringLiteral("second")}};
  const QJsonObject comparison{{QStringLiteral("first"), second},
                               {QStringLiteral("second"), second}};
  openFile(written(QJsonObject{{QStringLiteral("comparison"), comparison}}));
  EXPECT_FALSE(session().choices().comparison);
  EXPECT_TRUE(window().grid()->isVisible());
}

TEST_F(SessionFileTest, AComparisonOfPanesThatTheGridLacksIsComputed) {
  openWindow();
  const auto side = [](const QJsonObject& of) { return QJsonObject{{QStringLiteral("pane"), of}}; };
  const QJsonObject comparison{{QStringLiteral("first"), side(pane("gradcam"))},
                               {QStringLiteral("second"), side(pane("importance"))},
                               {QStringLiteral("mode"), QStringLiteral("difference")}};
  openFile(written(QJsonObject{{QStringLiteral("comparison"), comparison}}));
  EXPECT_TRUE(window().compareView()->isVisible());
  EXPECT_NE(window().compareView()->difference(), nullptr);
}

TEST_F(SessionFileTest, AViewFarOutsideStaysUsable) {
  openWindow();
  const QJsonObject view{
      {QStringLiteral("x"), 1e300}, {QStringLiteral("y"), -1e300}, {QStringLiteral("zoom"), 1e300}};
  openFile(written(QJsonObject(), {{QStringLiteral("view"), view}}));
  EXPECT_FALSE(window().grab().isNull());
  QTest::keyClick(&window(), Qt::Key_F);
  EXPECT_EQ(window().link().state().zoom, 1);
}

TEST_F(SessionFileTest, OpenedAgainItIsShownAsSavedAgain) {
  openWindow();
  const auto file = written(QJsonObject{
      {QStringLiteral("target"), 4}, {QStringLiteral("layout"), layoutOf({pane("gradcam")}, 0)}});
  openFile(file);
  EXPECT_EQ(session().choices().target, 4);
  session().setTarget(2);
  waitUntilIdle();
  openFile(file);
  EXPECT_EQ(session().choices().target, 4);
  EXPECT_EQ(session().analysis()->trace.targetClass, 4);
  EXPECT_EQ(session().choices().layout.alone, 0);
}

}  // namespace
}  // namespace filterlens
