#include "ui/view_grid.h"

#include <QApplication>
#include <algorithm>

#include "ui/layouts.h"
#include "ui/theme.h"

namespace filterlens {

ViewGrid::ViewGrid(Session& session, ViewLink& link, QWidget* parent)
    : QWidget(parent), session_(session), link_(link), grid_(new QGridLayout(this)) {
  grid_->setContentsMargins(0, 0, 0, 0);
  grid_->setSpacing(2 * theme::kStep);
  for (const auto signal :
       {&Session::photoChanged, &Session::modelChanged, &Session::analysisChanged,
        &Session::mapsChanged, &Session::layerChanged, &Session::displayChanged,
        &Session::inspectedChanged}) {
    connect(&session_, signal, this, &ViewGrid::refresh);
  }
  connect(&session_, &Session::layoutChanged, this, &ViewGrid::layOut);
  connect(qApp, &QApplication::focusChanged, this, [this](const QWidget*, const QWidget* now) {
    if (now && isAncestorOf(now)) showCurrent();
  });
  layOut();
}

void ViewGrid::layOut() {
  const PaneLayout& layout = session_.choices().layout;
  const std::size_t count = layout.panes.size();
  while (panes_.size() > count) {
    delete panes_.back();
    panes_.pop_back();
  }
  while (panes_.size() < count) addPane();
  arrangeRows();
  refresh();
  showCurrent();
}

void ViewGrid::showCurrent() {
  const Pane* current = currentPane();
  for (Pane* pane : panes_) pane->header()->setCurrent(pane == current && panes_.size() > 1);
  Q_EMIT currentChanged(currentIndex());
}

void ViewGrid::addPane() {
  const int index = static_cast<int>(panes_.size());
  auto* pane = new Pane(session_, link_, index, this);
  panes_.push_back(pane);
  connect(pane->header(), &PaneHeader::dragged, this,
          [this](QPoint global) { markTarget(paneAt(global)); });
  connect(pane->header(), &PaneHeader::dropped, this, [this, index](QPoint global) {
    markTarget(-1);
    const int to = paneAt(global);
    if (to >= 0) session_.setLayout(withPaneMoved(session_.choices().layout, index, to));
  });
  connect(pane->view(), &ImageView::doubleClicked, this, [this, index] {
    session_.setLayout(withPaneToggledAlone(session_.choices().layout, index));
  });
}

// Where one pane stands alone, the others keep their places behind it.
void ViewGrid::arrangeRows() {
  const PaneLayout& layout = session_.choices().layout;
  const std::size_t count = panes_.size();
  const int rows = grid_->rowCount();
  const int columns = grid_->columnCount();
  for (int row = 0; row < rows; ++row) grid_->setRowStretch(row, 0);
  for (int column = 0; column < columns; ++column) grid_->setColumnStretch(column, 0);
  for (std::size_t i = 0; i < count; ++i) {
    const int row = static_cast<int>(i) / layout.columns;
    const int column = static_cast<int>(i) % layout.columns;
    grid_->addWidget(panes_[i], row, column);
    const bool shown = !layout.alone || *layout.alone == static_cast<int>(i);
    panes_[i]->setVisible(shown);
    if (shown) {
      grid_->setRowStretch(row, 1);
      grid_->setColumnStretch(column, 1);
    }
    if (i > 0) setTabOrder(panes_[i - 1]->view(), panes_[i]->header());
    setTabOrder(panes_[i]->header(), panes_[i]->view());
  }
}

int ViewGrid::paneAt(QPoint global) const {
  for (std::size_t i = 0; i < panes_.size(); ++i) {
    const Pane* pane = panes_[i];
    if (pane->isVisible() && pane->rect().contains(pane->mapFromGlobal(global))) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

void ViewGrid::markTarget(int index) {
  for (std::size_t i = 0; i < panes_.size(); ++i) {
    panes_[i]->view()->setMarked(static_cast<int>(i) == index);
  }
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
  const auto alone = session_.choices().layout.alone;
  if (alone) return panes_[static_cast<std::size_t>(*alone)];
  return panes_.empty() ? nullptr : panes_.front();
}

int ViewGrid::currentIndex() const {
  const auto found = std::find(panes_.begin(), panes_.end(), currentPane());
  return found == panes_.end() ? 0 : static_cast<int>(found - panes_.begin());
}

void ViewGrid::focusPane(int index) {
  if (index < 0 || index >= static_cast<int>(panes_.size())) return;
  panes_[static_cast<std::size_t>(index)]->view()->setFocus();
}

void ViewGrid::setMapsHidden(bool hidden) {
  for (Pane* pane : panes_) pane->view()->setMapHidden(hidden);
}

}  // namespace filterlens
