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
  for (const auto signal : {&Session::layoutChanged, &Session::secondModelChanged}) {
    connect(&session_, signal, this, &ViewGrid::layOut);
  }
  connect(qApp, &QApplication::focusChanged, this, [this](const QWidget*, const QWidget* now) {
    if (now && isAncestorOf(now)) showCurrent();
  });
  layOut();
}

void ViewGrid::layOut() {
  const std::size_t count = session_.choices().layout.panes.size();
  fill(ModelSlot::First, count);
  fill(ModelSlot::Second, session_.hasSecondModel() ? count : 0);
  arrangeRows();
  refresh();
  showCurrent();
}

void ViewGrid::showCurrent() {
  const Pane* current = currentPane();
  const auto all = allPanes();
  for (Pane* pane : all) pane->header()->setCurrent(pane == current && all.size() > 1);
  if (fitsLayout()) {
    for (Pane* pane : panes()) pane->setFrameOf(current->slot());
  }
  Q_EMIT currentChanged(current->index(), current->slot());
}

void ViewGrid::fill(ModelSlot slot, std::size_t count) {
  auto& panes = panes_[static_cast<std::size_t>(slot)];
  while (panes.size() > count) {
    Pane* last = panes.back();
    panes.pop_back();  // first: as it goes, the focus does
    delete last;
  }
  while (panes.size() < count) addPane(slot);
}

void ViewGrid::addPane(ModelSlot slot) {
  auto& panes = panes_[static_cast<std::size_t>(slot)];
  auto* pane = new Pane(session_, link_, static_cast<int>(panes.size()), slot, this);
  panes.push_back(pane);
  connect(pane->header(), &PaneHeader::dragged, this,
          [this](QPoint global) { markTarget(paneAt(global)); });
  connect(pane->header(), &PaneHeader::dropped, this, [this, pane](QPoint global) {
    markTarget(nullptr);
    const Pane* to = paneAt(global);
    if (!to) return;
    session_.setLayout(withPaneMoved(session_.choices().layout, pane->index(), to->index()));
  });
  connect(pane->view(), &ImageView::doubleClicked, this, [this, pane] {
    session_.setLayout(withPaneToggledAlone(session_.choices().layout, pane->index()));
  });
}

// Where one pane stands alone, the others keep their places behind it. The photo is the same for
// both models: its pane stands once, as high as both.
void ViewGrid::arrangeRows() {
  const PaneLayout& layout = session_.choices().layout;
  const int models = panes(ModelSlot::Second).empty() ? 1 : 2;
  const int count = static_cast<int>(layout.panes.size());
  const int columns = models == 1 ? layout.columns : columnsForPairs(layout.panes.size());
  for (int row = 0; row < grid_->rowCount(); ++row) grid_->setRowStretch(row, 0);
  for (int column = 0; column < grid_->columnCount(); ++column) {
    grid_->setColumnStretch(column, 0);
  }
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const int row = i / columns * models;
    const bool photo = layout.panes[at].method == kPhotoMethod;
    place(panes()[at], row, i % columns, photo ? models : 1);
    if (models == 1) continue;
    if (layout.alone) {
      place(panes(ModelSlot::Second)[at], row, columns, 1);  // beside it there is more room
    } else {
      place(panes(ModelSlot::Second)[at], row + 1, i % columns, 1);
    }
    if (photo) panes(ModelSlot::Second)[at]->hide();
  }
  const auto ordered = allPanes();
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    if (i > 0) setTabOrder(ordered[i - 1]->view(), ordered[i]->header());
    setTabOrder(ordered[i]->header(), ordered[i]->view());
  }
}

void ViewGrid::place(Pane* pane, int row, int column, int rows) {
  const auto& alone = session_.choices().layout.alone;
  const bool shown = !alone || *alone == pane->index();
  grid_->addWidget(pane, row, column, rows, 1);
  pane->setVisible(shown);
  if (!shown) return;
  for (int i = 0; i < rows; ++i) grid_->setRowStretch(row + i, 1);
  grid_->setColumnStretch(column, 1);
}

// Pair by pair.
std::vector<Pane*> ViewGrid::allPanes() const {
  std::vector<Pane*> all;
  for (std::size_t i = 0; i < panes().size(); ++i) {
    all.push_back(panes()[i]);
    if (i < panes(ModelSlot::Second).size()) all.push_back(panes(ModelSlot::Second)[i]);
  }
  return all;
}

Pane* ViewGrid::paneAt(QPoint global) const {
  for (Pane* pane : allPanes()) {
    if (pane->isVisible() && pane->rect().contains(pane->mapFromGlobal(global))) return pane;
  }
  return nullptr;
}

void ViewGrid::markTarget(const Pane* target) {
  for (Pane* pane : allPanes()) pane->view()->setMarked(pane == target);
}

bool ViewGrid::fitsLayout() const {
  return panes().size() == session_.choices().layout.panes.size();
}

void ViewGrid::refresh() {
  if (!fitsLayout()) return;  // layOut comes next
  for (Pane* pane : allPanes()) pane->refresh();
}

Pane* ViewGrid::currentPane() const {
  const QWidget* focused = focusWidget();
  for (Pane* pane : allPanes()) {
    if (focused && !pane->isHidden() && pane->isAncestorOf(focused)) return pane;
  }
  const int alone = session_.choices().layout.alone.value_or(0);
  return panes()[static_cast<std::size_t>(alone)];
}

void ViewGrid::focusPane(int index, ModelSlot slot) {
  const auto at = static_cast<std::size_t>(index);
  if (index >= 0 && at < panes(slot).size()) panes(slot)[at]->view()->setFocus();
}

void ViewGrid::setMapsHidden(bool hidden) {
  for (Pane* pane : allPanes()) pane->view()->setMapHidden(hidden);
}

}  // namespace filterlens
