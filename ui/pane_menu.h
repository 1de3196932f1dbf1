// PaneMenu: what a pane can show instead: every registered method, its layers, its parameters.
#pragma once

#include <QMenu>

#include "ui/session.h"

namespace filterlens {

class PaneMenu : public QMenu {
  Q_OBJECT

 public:
  /// index: of the pane in the session's layout. The entries are made when the menu opens.
  PaneMenu(Session&, int index, QWidget* parent = nullptr);

 Q_SIGNALS:
  void helpWanted();
  void linkWanted(bool linked);

 private:
  [[nodiscard]] const PaneSpec& spec() const;
  void fill();
  void addMethods();
  void addLayers(const Explainer&);
  void addPlaces();
  void addOwnWays();
  void addParameter(const ParameterSpec&);
  /// An entry that gives the pane another spec.
  QAction* add(QMenu*, const QString& label, const PaneSpec&);

  Session& session_;
  int index_;
};

}  // namespace filterlens
