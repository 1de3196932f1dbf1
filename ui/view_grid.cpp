#include "ui/view_grid.h"

#include "ui/theme.h"

namespace filterlens {

ViewGrid::ViewGrid(Session& session, ViewLink& link, QWidget* parent)
    : QWidget(parent), session_(session), link_(link), grid_(new QGridLayout(this)) {
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(2 * theme::kStep);
  for (const auto signal :
       {&Session::photoChanged, &Session::modelChanged, &Session::analysisChanged,
        &Session::mapsChanged, &Session::layerChanged, &Session::displayChanged}) {
    connect(&session_, signal, this, &ViewGrid::refresh);
  }
  connect(&session_, &Session::layoutChanged, this, &ViewGrid::layOut);
  layOut();
}

void ViewGrid::layOut() {
  const PaneLayout& layout = session_.choices().layout;
  const std::size_t count = layout.panes.size();
  while (panes_.size() > count) {
    delete panes_.back();
    panes_.pop_back();
  }
  while (panes_.size() < count) {
    panes_.push_back(new Pane(session_, link_, static_cast<int>(panes_.size()), this));
  }
  const int rows = grid_->rowCount();
  const int columns = grid_->columnCount();
  for (int row = 0; row < rows; ++row) grid_->setRowStretch(row, 0);
  for (int column = 0; column < columns; ++column) grid_->setColumnStretch(column, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const int row = static_cast<int>(i) / layout.columns;
    const int column = static_cast<int>(i) % layout.columns;
    grid_->addWidget(panes_[i], row, column);
    grid_->setRowStretch(row, 1);
    grid_->setColumnStretch(column, 1);
    panes_[i]->show();
    if (i > 0) setTabOrder(panes_[i - 1]->view(), panes_[i]->header());
    setTabOrder(panes_[i]->header(), panes_[i]->view());
  }
  refresh();
}

void ViewGrid::refresh() {
  if (panes_.size() != session_.choices().layout.panes.size()) return;  // layOut comes next
  for (Pane* pane : panes_) pane->refresh();
}

Pane* ViewGrid::currentPane() const {
  const QWidget* focused = focusWidget();
  for (Pane* pane : panes_) {
    if (focused && pane->isAncestorOf(focused)) return pane;
  }
  return panes_.empty() ? nullptr : panes_.front();
}

void ViewGrid::setMapsHidden(bool hidden) {
  for (Pane* pane : panes_) pane->view()->setMapHidden(hidden);
}

}  // namespace filterlens
