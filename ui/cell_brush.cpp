#include "ui/cell_brush.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

namespace filterlens {
namespace {

constexpr double kRadius = 7;         // of the brush, canvas pixels
constexpr double kSampleStep = 3;     // along a stroke
constexpr double kLegibleCell = 8;    // canvas pixels; smaller cells have no sign inside
constexpr QColor kIn{255, 176, 0};    // orange and blue: apart for every kind of colour vision,
constexpr QColor kOut{70, 140, 255};  // and the signs inside differ too
constexpr int kFill = 90;

CellBrush::Paint paintFor(Qt::MouseButton button, Qt::KeyboardModifiers keys) {
  if (keys.testFlag(Qt::ControlModifier)) return CellBrush::Paint::Release;
  const bool out = button == Qt::RightButton || keys.testFlag(Qt::ShiftModifier);
  return out ? CellBrush::Paint::Out : CellBrush::Paint::In;
}

/// A plus for a cell that is in, a cross for one that is out.
void paintSign(QPainter& painter, const QRectF& cell, CellBrush::Paint what) {
  const QPointF c = cell.center();
  const double arm = std::min(cell.width(), cell.height()) / 4;
  if (what == CellBrush::Paint::In) {
    painter.drawLine(c - QPointF(arm, 0), c + QPointF(arm, 0));
    painter.drawLine(c - QPointF(0, arm), c + QPointF(0, arm));
  } else {
    painter.drawLine(c - QPointF(arm, arm), c + QPointF(arm, arm));
    painter.drawLine(c - QPointF(arm, -arm), c + QPointF(arm, -arm));
  }
}

}  // namespace

CellBrush::CellBrush(ImageView& view, ViewLink& link) : QWidget(&view), view_(view), link_(link) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  setMouseTracking(true);
  setFocusPolicy(Qt::NoFocus);
  setCursor(Qt::PointingHandCursor);
  followCanvas();
  hide();
  view_.installEventFilter(this);
  connect(&link_, &ViewLink::viewChanged, this, [this] { update(); });
}

void CellBrush::setLayer(std::optional<BrushedLayer> layer) {
  if (layer == layer_) return;
  layer_ = std::move(layer);
  stroke_.reset();
  setBrushing(brushing_);
  setVisible(layer_.has_value());
  update();
}

// A stroke in progress knows better.
void CellBrush::setCells(const ForcedCells& cells) {
  if (stroke_ || cells == cells_) return;
  cells_ = cells;
  update();
}

void CellBrush::setBrushing(bool brushing) {
  brushing_ = brushing;
  setAttribute(Qt::WA_TransparentForMouseEvents, !isBrushing());
  if (!isBrushing()) stroke_.reset();
  update();
}

void CellBrush::followCanvas() { setGeometry(view_.rect()); }

bool CellBrush::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize) followCanvas();
  if (event->type() == QEvent::KeyPress && isBrushing() &&
      paintByKey(*static_cast<QKeyEvent*>(event))) {
    return true;
  }
  return QWidget::eventFilter(watched, event);
}

// At the cursor, which the arrow keys move from cell to cell.
bool CellBrush::paintByKey(const QKeyEvent& key) {
  const bool enter = key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter;
  const bool release = key.key() == Qt::Key_Delete;
  const auto view = view_.transform();
  const auto& cursor = link_.state().cursor;
  if (!(enter || release) || !view || !cursor) return false;
  const bool out = key.modifiers().testFlag(Qt::ShiftModifier);
  stroke_ = release ? Paint::Release : out ? Paint::Out : Paint::In;
  const QPointF input = inputAt(view->fromFraction(*cursor), *view);
  touchCell(layer_->cells.y.cellContaining(input.y()), layer_->cells.x.cellContaining(input.x()));
  endStroke();
  return true;
}

void CellBrush::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton && event->button() != Qt::RightButton) {
    return event->ignore();
  }
  view_.setFocus(Qt::MouseFocusReason);
  beginStroke(paintFor(event->button(), event->modifiers()), event->position());
}

void CellBrush::mouseMoveEvent(QMouseEvent* event) {
  if (stroke_) strokeTo(event->position());
  event->ignore();  // the canvas moves the cursor
}

void CellBrush::mouseReleaseEvent(QMouseEvent*) { endStroke(); }

// The right button paints.
void CellBrush::contextMenuEvent(QContextMenuEvent* event) { event->accept(); }

void CellBrush::beginStroke(Paint what, QPointF at) {
  stroke_ = what;
  last_ = at;
  touch(at);
}

void CellBrush::strokeTo(QPointF to) {
  const QPointF way = to - last_;
  const int steps = std::max(1, static_cast<int>(std::hypot(way.x(), way.y()) / kSampleStep));
  for (int i = 1; i <= steps; ++i) touch(last_ + way * i / steps);
  last_ = to;
}

QPointF CellBrush::inputAt(QPointF canvasPosition, const ViewTransform& view) const {
  const QPointF photo = view.toPhoto(canvasPosition);
  return {layer_->placement.inputX(photo.x()), layer_->placement.inputY(photo.y())};
}

/// The cell below the pointer, and those whose middle the brush covers.
void CellBrush::touch(QPointF at) {
  const auto view = view_.transform();
  if (!view) return;
  const auto& [cells, placement] = *layer_;
  const QPointF input = inputAt(at, *view);
  touchCell(cells.y.cellContaining(input.y()), cells.x.cellContaining(input.x()));
  const QPointF from = inputAt(at - QPointF(kRadius, kRadius), *view);
  const QPointF to = inputAt(at + QPointF(kRadius, kRadius), *view);
  const auto first = [](const AxisMap& axis, double position) {
    return std::max(0, static_cast<int>(std::ceil(axis.cellAt(position))));
  };
  const auto last = [](const AxisMap& axis, double position) {
    return std::min(axis.size() - 1, static_cast<int>(std::floor(axis.cellAt(position))));
  };
  for (int row = first(cells.y, from.y()); row <= last(cells.y, to.y()); ++row) {
    for (int col = first(cells.x, from.x()); col <= last(cells.x, to.x()); ++col) {
      const QPointF middle = view->toCanvas(QPointF(placement.photoX(cells.x.centre(col)),
                                                    placement.photoY(cells.y.centre(row)))) -
                             at;
      if (std::hypot(middle.x(), middle.y()) <= kRadius) touchCell(row, col);
    }
  }
  update();
}

void CellBrush::touchCell(int row, int col) {
  if (row < 0 || col < 0 || !stroke_) return;
  const int cell = row * layer_->cells.cols() + col;
  cells_.in.erase(cell);
  cells_.out.erase(cell);
  if (*stroke_ == Paint::In) cells_.in.insert(cell);
  const auto all = static_cast<std::size_t>(layer_->cells.rows() * layer_->cells.cols());
  const bool last = cells_.out.size() + 1 == all;  // one must be left to select
  if (*stroke_ == Paint::Out && !last) cells_.out.insert(cell);
}

void CellBrush::endStroke() {
  if (!std::exchange(stroke_, std::nullopt)) return;
  update();
  Q_EMIT painted(cells_);
}

void CellBrush::paintEvent(QPaintEvent*) {
  const auto view = view_.transform();
  if (!view || !layer_) return;
  QPainter painter(this);
  paintCells(painter, *view, cells_.in, Paint::In);
  paintCells(painter, *view, cells_.out, Paint::Out);
  const auto& cursor = link_.state().cursor;
  if (!isBrushing() || !cursor || !underMouse()) return;
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(QColor(0, 0, 0, 160), 3));
  painter.drawEllipse(view->fromFraction(*cursor), kRadius, kRadius);
  painter.setPen(QPen(Qt::white, 1));
  painter.drawEllipse(view->fromFraction(*cursor), kRadius, kRadius);
}

void CellBrush::paintCells(QPainter& painter, const ViewTransform& view, const std::set<int>& cells,
                           Paint what) {
  QColor colour = what == Paint::In ? kIn : kOut;
  QColor fill = colour;
  fill.setAlpha(kFill);
  for (const int cell : cells) {
    const int row = cell / layer_->cells.cols();
    if (row >= layer_->cells.rows()) break;  // of another photo's size: about to be replaced
    const RectF photo = layer_->placement.cellRect(layer_->cells, row, cell % layer_->cells.cols());
    const QRectF area = view.toCanvas(QRectF(photo.x, photo.y, photo.width, photo.height));
    painter.fillRect(area, fill);
    painter.setPen(QPen(colour, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5));
    if (area.width() < kLegibleCell) continue;
    painter.setPen(QPen(QColor(0, 0, 0, 170), 3));
    paintSign(painter, area, what);
    painter.setPen(QPen(Qt::white, 1));
    paintSign(painter, area, what);
  }
}

}  // namespace filterlens
