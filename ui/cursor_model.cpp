#include "ui/cursor_model.h"

#include <algorithm>

#include "ui/pane_title.h"
#include "ui/readout.h"
#include "ui/text.h"

namespace filterlens {

CursorModel::CursorModel(Session& session, ViewLink& link, QObject* parent)
    : QAbstractTableModel(parent), session_(session), link_(link) {
  connect(&link_, &ViewLink::cursorChanged, this, &CursorModel::update);
  connect(&session_, &Session::mapsChanged, this, &CursorModel::update);
  connect(&session_, &Session::analysisChanged, this, &CursorModel::update);
  connect(&session_, &Session::layoutChanged, this, &CursorModel::update);
  connect(&session_, &Session::secondModelChanged, this, &CursorModel::update);
}

// Rows whose number stays the same only change their data, so that the view keeps its place.
void CursorModel::update() {
  auto rows = rowsAtCursor();
  if (rows.size() == rows_.size()) {
    rows_ = std::move(rows);
    if (!rows_.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    return;
  }
  beginResetModel();
  rows_ = std::move(rows);
  endResetModel();
}

std::vector<CursorModel::Row> CursorModel::rowsAtCursor() const {
  const auto& cursor = link_.state().cursor;
  if (!cursor || !session_.photo()) return {};
  const QSize size = session_.photo()->pyramid.size();
  const QPointF at(cursor->x() * size.width(), cursor->y() * size.height());
  std::vector<Row> rows{
      {tr("photo"), tr("x %1  y %2").arg(static_cast<int>(at.x())).arg(static_cast<int>(at.y())),
       true}};
  for (const ModelSlot slot : session_.openSlots()) addRows(slot, at, rows);
  return rows;
}

/// The maps of one model's panes, layer by layer.
void CursorModel::addRows(ModelSlot slot, QPointF at, std::vector<Row>& rows) const {
  const auto& analysis = session_.analysis(slot);
  if (!analysis) return;
  std::vector<std::shared_ptr<const Heatmap>> maps;
  for (const PaneSpec& pane : session_.choices().layout.panes) {
    const auto map = session_.shownMap({pane, slot});
    if (map && std::find(maps.begin(), maps.end(), map) == maps.end()) maps.push_back(map);
  }
  const auto place = [&](const auto& map) { return analysis->trace.findLayer(map->layer); };
  std::stable_sort(maps.begin(), maps.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto readout = readoutAt(*maps[i], analysis->placement, at);
    if (i == 0 || maps[i]->layer != maps[i - 1]->layer) {
      const QString block = blockLabel(*session_.network(slot), maps[i]->layer);
      rows.push_back({session_.hasSecondModel() ? tr("%1 · %2").arg(modelMark(slot), block) : block,
                      {},
                      true});
    }
    const Explainer* method = findExplainer(maps[i]->method);
    rows.push_back(
        {fromUtf8(method->label), readout ? readout->value : QStringLiteral("–"), false});
    // Maps of one layer may lie on different grids: the cell stands with the first of them, unless
    // that lies on the input's pixels (the ancestry of one of the layer's cells).
    const bool pixels = maps[i]->geometry.rows() == analysis->placement.inputHeight;
    if (rows[rows.size() - 2].heading && readout && (!pixels || maps[i]->layer == "input")) {
      rows[rows.size() - 2].value = tr("(%1, %2)").arg(readout->row).arg(readout->col);
    }
  }
}

int CursorModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int CursorModel::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QVariant CursorModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  if (role == HeadingRole) return row.heading;
  if (role == Qt::DisplayRole) return index.column() == NameColumn ? row.name : row.value;
  if (role == Qt::TextAlignmentRole && index.column() == ValueColumn) {
    return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
  }
  return {};
}

}  // namespace filterlens
