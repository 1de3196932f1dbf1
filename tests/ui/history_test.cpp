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
  choices.display = {"viridis", 0.35, Interpolation::Cells, false};
  choices.inspected = InspectedCell{"encoder.3", 14};
  choices.layerMap = LayerMap::Output;
  choices.unsureBelow = 0.75;
  EXPECT_EQ(choicesFrom(choicesJson(choices)), choices);
  EXPECT_TRUE(differences(choices, choices).isEmpty());
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
