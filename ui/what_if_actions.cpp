#include "ui/what_if_actions.h"

namespace filterlens {

void connectWhatIfActions(Actions& actions, Session& session) {
  QAction* brush = actions[ActionId::BrushCells];
  QAction* before = actions[ActionId::ShowBefore];
  before->setAutoRepeat(false);
  QAction* panel = actions[ActionId::WhatIfPanel];
  QObject::connect(brush, &QAction::toggled, &session, [&session, panel](bool on) {
    session.setBrushing(on);
    if (on) panel->setChecked(true);
  });
  QObject::connect(&session, &Session::brushingChanged, brush,
                   [&session, brush] { brush->setChecked(session.isBrushing()); });
  QObject::connect(before, &QAction::toggled, &session, &Session::setBeforeShown);
  QObject::connect(&session, &Session::beforeShownChanged, before,
                   [&session, before] { before->setChecked(session.isBeforeShown()); });
  actions.onTriggered(ActionId::ResetWhatIf, [&session] { session.setWhatIf({}); });
}

}  // namespace filterlens
