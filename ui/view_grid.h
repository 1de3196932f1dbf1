// ViewGrid: the session's panes side by side, all under one ViewLink.
#pragma once

#include <QGridLayout>
#include <QWidget>
#include <vector>

#include "ui/pane.h"

namespace filterlens {

class ViewGrid : public QWidget {
  Q_OBJECT

 public:
  ViewGrid(Session&, ViewLink&, QWidget* parent = nullptr);

  [[nodiscard]] const std::vector<Pane*>& panes() const { return panes_; }
  /// The pane with the keyboard's focus, or else the first one; nullptr where there is none.
  [[nodiscard]] Pane* currentPane() const;
  /// Of that pane in the layout.
  [[nodiscard]] int currentIndex() const;
  /// Gives a pane the keyboard's focus; nothing where there is no such pane.
  void focusPane(int index);
  /// Shows bare photos for a moment.
  void setMapsHidden(bool);

 Q_SIGNALS:
  /// Another pane is the current one, or there are other panes.
  void currentChanged(int index);

 private:
  void addPane();
  void showCurrent();
  void arrangeRows();
  [[nodiscard]] int paneAt(QPoint global) const;
  void markTarget(int index);
  void layOut();
  void refresh();

  Session& session_;
  ViewLink& link_;
  QGridLayout* grid_;
  std::vector<Pane*> panes_;
};

}  // namespace filterlens
