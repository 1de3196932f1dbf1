// ViewGrid: the session's panes side by side, all under one ViewLink. Of two models, each row of
// the first one's panes stands above the same panes of the second.
#pragma once

#include <QGridLayout>
#include <QWidget>
#include <array>
#include <vector>

#include "ui/pane.h"

namespace filterlens {

class ViewGrid : public QWidget {
  Q_OBJECT

 public:
  ViewGrid(Session&, ViewLink&, QWidget* parent = nullptr);

  /// In the order of the layout. Those of the second model: empty where there is none.
  [[nodiscard]] const std::vector<Pane*>& panes(ModelSlot slot = ModelSlot::First) const {
    return panes_[static_cast<std::size_t>(slot)];
  }
  /// The pane with the keyboard's focus, or else the first one.
  [[nodiscard]] Pane* currentPane() const;
  /// Of that pane in the layout.
  [[nodiscard]] int currentIndex() const { return currentPane()->index(); }
  /// Gives a pane the keyboard's focus; nothing where there is no such pane.
  void focusPane(int index, ModelSlot = ModelSlot::First);
  /// Shows bare photos for a moment.
  void setMapsHidden(bool);

 Q_SIGNALS:
  /// Another pane is the current one, or there are other panes.
  void currentChanged(int index, ModelSlot);

 private:
  void fill(ModelSlot, std::size_t count);
  void addPane(ModelSlot);
  void showCurrent();
  void arrangeRows();
  void place(Pane*, int row, int column, int rows);
  [[nodiscard]] std::vector<Pane*> allPanes() const;
  [[nodiscard]] Pane* paneAt(QPoint global) const;
  void markTarget(const Pane*);
  [[nodiscard]] bool fitsLayout() const;
  void layOut();
  void refresh();

  Session& session_;
  ViewLink& link_;
  QGridLayout* grid_;
  std::array<std::vector<Pane*>, kModelSlots.size()> panes_;
};

}  // namespace filterlens
