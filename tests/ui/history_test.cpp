// Undo and redo, and choices as JSON, without a window.
#include <gtest/gtest.h>

#include "ui/choices_json.h"
#include "ui/history.h"

namespace filterlens {
namespace {

void setOpacity(Session& session, double opacity) {
  DisplayChoices display = session.choices().display;
  display.opacity = opacity;
  session.setDisplay(display);
}

TEST(History, UndoesAndRedoesWhatIsShown) {
  Session session;
  History history(session);
  EXPECT_FALSE(history.canUndo());
  const Choices first = session.choices();
  session.setPane(0, {"gradcam", {}});
  session.chooseLayer("layer");
  const Choices last = session.choices();
  history.undo();
  history.undo();
  EXPECT_EQ(session.choices(), first);
  EXPECT_FALSE(history.canUndo());
  history.redo();
  history.redo();
  EXPECT_EQ(session.choices(), last);
  EXPECT_FALSE(history.canRedo());
  history.undo();
  session.setTarget(3);
  EXPECT_FALSE(history.canRedo()) << "another way was taken";
}

TEST(History, ADragIsOneStep) {
  Session session;
  History history(session);
  for (const double opacity : {0.5, 0.4, 0.3}) setOpacity(session, opacity);
  history.endGesture();
  for (const double opacity : {0.2, 0.1}) setOpacity(session, opacity);
  history.undo();
  EXPECT_DOUBLE_EQ(session.choices().display.opacity, 0.3);
  history.undo();
  EXPECT_DOUBLE_EQ(session.choices().display.opacity, 0.6);
  EXPECT_FALSE(history.canUndo());
}

TEST(History, ChoicesAtOneStrokeStaySingle) {
  Session session;
  History history(session);
  session.setTarget(1);
  session.setTarget(2);
  history.undo();
  EXPECT_EQ(session.choices().target, 1);
}

TEST(ChoicesJson, GivesBackWhatItWasGiven) {
  Choices choices;
  Parameters parameters;
  parameters.set("head", std::string_view("3"));
  parameters.set("residual-weight", 0.25);
  choices.layout = {{{"photo", {}}, {"rollout", "input", parameters}}, 2};
  choices.layer = "encoder.3";
  choices.target = 7;
  choices.display = {"viridis", 0.35, Interpolation::Cells, RangeChoice::Map};
  choices.inspected = InspectedCell{"encoder.3", 14};
  choices.layerMap = LayerMap::Output;
  choices.unsureBelow = 0.75;
  EXPECT_EQ(choicesFrom(choicesJson(choices)), choices);
  EXPECT_TRUE(differences(choices, choices).isEmpty());
}

TEST(ChoicesJson, EveryPartOfADisplayComesBack) {
  Choices choices;
  DisplayChoices display;
  display.range = RangeChoice::Percentile;
  display.percentile = 2.5;
  display.fixedRanges = {{"gradcam", {0.125F, 0.7F}}, {"gradcam:signed", {-3, 3}}};
  display.threshold = 0.35;
  display.contours = 4;
  display.tokens = TokenMarks::Dots;
  PaneSpec pane{"gradcam", {}};
  pane.display = display;
  pane.view = PaneView{true, 0.125, -0.25, 1.5};
  choices.layout = {{{"photo", {}}, pane}, 2};
  EXPECT_EQ(choicesFrom(choicesJson(choices)), choices);
  choices.display = display;
  choices.layout.panes[1].display.reset();
  choices.layout.panes[1].view->follows = false;
  EXPECT_EQ(choicesFrom(choicesJson(choices)), choices);
}

TEST(ChoicesJson, ReadsFilesOfBeforeRangesHadNames) {
  const auto read = [](bool shared) {
    const QJsonObject display{{QStringLiteral("sharedRange"), shared}};
    return choicesFrom({{QStringLiteral("display"), display}}).display.range;
  };
  EXPECT_EQ(read(true), RangeChoice::Method);
  EXPECT_EQ(read(false), RangeChoice::Map);
}

TEST(ChoicesJson, NonsenseIsPassedOver) {
  const QJsonObject broken{{QStringLiteral("low"), 2}, {QStringLiteral("high"), 1}};
  const QJsonObject display{
      {QStringLiteral("fixedRanges"), QJsonObject{{QStringLiteral("gradcam"), broken}}},
      {QStringLiteral("threshold"), 7},
      {QStringLiteral("contours"), -3},
      {QStringLiteral("tokens"), QStringLiteral("sparkles")}};
  const auto read = choicesFrom({{QStringLiteral("display"), display}}).display;
  EXPECT_TRUE(read.fixedRanges.empty());
  EXPECT_EQ(read.threshold, 1);
  EXPECT_EQ(read.contours, 0);
  EXPECT_EQ(read.tokens, TokenMarks::Colours);
}

TEST(ChoicesJson, WhatIsMissingHasItsDefault) {
  const Choices choices = choicesFrom({{QStringLiteral("unknown"), 1}});
  EXPECT_EQ(choices.display, DisplayChoices{});
  EXPECT_FALSE(choices.inspected.has_value());
  EXPECT_EQ(choices.layerMap, LayerMap::Mask);
  EXPECT_EQ(choices.unsureBelow, 0.5);
  EXPECT_FALSE(choices.target.has_value());
  EXPECT_EQ(choices.layout.panes.size(), 1U);
  EXPECT_EQ(choices.layout.columns, 1);
}

}  // namespace
}  // namespace filterlens
