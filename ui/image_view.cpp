#include "ui/image_view.h"

#include <QAccessible>
#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "ui/accessible_view.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr double kWheelStep = 1.2;  // zoom of one notch
constexpr double kNotch = 120;      // eighths of a degree
constexpr int kFineSteps = 100;     // of the keyboard's cursor where there are no cells
constexpr int kLongStep = 5;        // with Shift

}  // namespace

ImageView::ImageView(ViewLink& link, QWidget* parent) : QWidget(parent), link_(link) {
  installAccessibleViews();
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setCursor(Qt::CrossCursor);
  setAttribute(Qt::WA_OpaquePaintEvent);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
  connect(&link_, &ViewLink::viewChanged, this, [this] {
    if (own_ && !own_->follows) return;
    dropPictures();
    update();
  });
  connect(&link_, &ViewLink::cursorChanged, this, [this] { update(); });
}

void ImageView::setPhoto(std::shared_ptr<const OpenedPhoto> photo) {
  if (photo == photo_) return;
  photo_ = std::move(photo);
  map_.reset();
  dropMap();
  dropPictures();
  update();
}

void ImageView::setPlacement(std::optional<PhotoPlacement> placement) {
  if (placement == placement_) return;
  placement_ = placement;
  dropMap();
  update();
}

void ImageView::setMap(std::optional<ShownMap> map) {
  if (map == map_) return;
  map_ = std::move(map);
  dropMap();
  update();
}

void ImageView::setOpacity(double opacity) {
  if (opacity == opacity_) return;
  opacity_ = opacity;
  if (marks_ && !marks_->tokens.empty()) marksPicture_ = {};
  update();
}

void ImageView::setOwnView(std::optional<PaneView> view) {
  if (view == own_) return;
  own_ = view;
  dropPictures();
  update();
}

void ImageView::setMapHidden(bool hidden) {
  mapHidden_ = hidden;
  update();
}

void ImageView::setInputFrameShown(bool shown) {
  frameShown_ = shown;
  update();
}

void ImageView::setInspected(std::optional<QRectF> photoRect) {
  if (photoRect == inspected_) return;
  inspected_ = photoRect;
  update();
}

void ImageView::setMarked(bool marked) {
  if (marked == marked_) return;
  marked_ = marked;
  update();
}

void ImageView::setMessage(const QString& message) {
  message_ = message;
  update();
}

void ImageView::setReadout(const QString& readout) {
  if (readout == readout_) return;
  readout_ = readout;
  QAccessibleValueChangeEvent event(this, readout_);
  QAccessible::updateAccessibility(&event);
}

std::optional<ViewTransform> ImageView::transform() const {
  if (!photo_ || size().isEmpty()) return std::nullopt;
  return ViewTransform(photo_->pyramid.size(), size(), state());
}

QPointF ImageView::centreOf(const ViewState& view) const {
  return ViewTransform(photo_->pyramid.size(), size(), view).centre();
}

/// Needs a photo where the view follows.
ViewState ImageView::state() const {
  ViewState state = link_.state();
  if (!own_) return state;
  if (own_->follows) {
    state.centre = centreOf(state) + QPointF(own_->x, own_->y);
    state.zoom = std::max(state.zoom * own_->zoom, 1.0);
  } else {
    state.centre = {own_->x, own_->y};
    state.zoom = std::max(own_->zoom, 1.0);
  }
  return state;
}

PaneView ImageView::standingView() const {
  if (!photo_ || size().isEmpty()) return {};
  const ViewState now = state();
  const QPointF centre = centreOf(now);
  return {false, centre.x(), centre.y(), now.zoom};
}

void ImageView::dropPictures() {
  photoPicture_ = {};
  mapPicture_ = {};
  marksPicture_ = {};
}

void ImageView::dropMap() {
  mapPicture_ = {};
  marksPicture_ = {};
  marks_.reset();
}

void ImageView::paintEvent(QPaintEvent* event) {
  if (photoPicture_.devicePixelRatioF() != devicePixelRatioF()) dropPictures();
  QPainter painter(this);
  const auto view = transform();
  if (view) {
    paintPhoto(painter, *view);
    paintMap(painter, *view, event->rect());
    painter.setClipRect(rect());
    paintGuides(painter, *view);
  } else {
    painter.fillRect(rect(), theme::kCanvas);
  }
  paintMessage(painter);
  if (hasFocus() || marked_) {
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme::accent(palette()), 2));
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
  }
}

void ImageView::paintPhoto(QPainter& painter, const ViewTransform& view) {
  if (photoPicture_.isNull()) {
    photoPicture_ = photo_->pyramid.picture(view, size(), devicePixelRatioF(), theme::kCanvas);
  }
  painter.drawImage(QPointF(), photoPicture_);
}

// A split view hides a part of each of its maps: only what is seen is coloured. Where more is seen
// later, as the line moves, the whole map is.
void ImageView::colourMap(const ViewTransform& view, const QRectF& seen) {
  if (mapPicture_.canvas.contains(seen)) return;
  const QRectF part = mapPicture_.image.isNull() ? seen : QRectF(rect());
  mapPicture_ = pictureOf(*map_, *placement_, view, part, devicePixelRatioF());
  marksPicture_ = {};
}

void ImageView::paintMap(QPainter& painter, const ViewTransform& view, const QRectF& exposed) {
  if (!map_ || !placement_ || mapHidden_) return;
  const QRectF seen = view.photoOnCanvas().intersected(exposed);
  if (seen.isEmpty()) return;
  colourMap(view, seen);
  painter.setOpacity(opacity_);
  painter.drawImage(mapPicture_.canvas.topLeft(), mapPicture_.image);
  painter.setOpacity(1);
  if (!marks_) marks_ = marksOf(*map_, *placement_);
  if (marks_->empty()) return;
  if (marksPicture_.isNull()) marksPicture_ = pictureOfMarks(view);
  painter.drawImage(mapPicture_.canvas.topLeft(), marksPicture_);
}

QImage ImageView::pictureOfMarks(const ViewTransform& view) const {
  QImage picture(mapPicture_.image.size(), QImage::Format_ARGB32_Premultiplied);
  picture.setDevicePixelRatio(mapPicture_.image.devicePixelRatio());
  picture.fill(Qt::transparent);
  if (picture.isNull()) return picture;
  QPainter painter(&picture);
  painter.translate(-mapPicture_.canvas.topLeft());
  painter.setClipRect(mapPicture_.canvas);
  painter.setFont(theme::captionFont());
  paintMarks(painter, *marks_, view.photoToCanvas(), opacity_);
  return picture;
}

void ImageView::paintGuides(QPainter& painter, const ViewTransform& view) {
  if (frameShown_ && placement_) paintInputFrame(painter, *placement_, view);
  if (inspected_) {
    paintInspectedCell(painter, view.toCanvas(*inspected_), theme::accent(palette()));
  }
  if (const auto& cursor = link_.state().cursor) paintCross(painter, view.fromFraction(*cursor));
}

void ImageView::paintMessage(QPainter& painter) {
  if (message_.isEmpty()) return;
  const QRect area =
      rect().adjusted(theme::kStep * 3, theme::kStep, -theme::kStep * 3, -theme::kStep);
  constexpr int kFlags = Qt::AlignCenter | Qt::TextWordWrap;
  const QRect text = painter.fontMetrics().boundingRect(area, kFlags, message_);
  const int room = 2 * theme::kStep;
  painter.fillRect(text.adjusted(-room, -room, room, room), QColor(0, 0, 0, 150));
  painter.setPen(theme::kCanvasText);
  painter.drawText(area, kFlags, message_);
}

void ImageView::resizeEvent(QResizeEvent*) { dropPictures(); }

// What a pane that follows is away from the others is measured between what both really show, so
// that where a view rests at the photo's edge nothing is counted that nobody saw.
void ImageView::apply(const ViewState& next, bool alone) {
  if (own_ && !own_->follows) {
    const QPointF centre = centreOf(next);
    Q_EMIT ownViewMoved({false, centre.x(), centre.y(), std::max(next.zoom, 1.0)});
  } else if (alone) {
    const QPointF by = centreOf(next) - centreOf(link_.state());
    Q_EMIT ownViewMoved({true, by.x(), by.y(), next.zoom / link_.state().zoom});
  } else if (own_) {
    link_.setView(next.centre - QPointF(own_->x, own_->y), next.zoom / own_->zoom);
  } else {
    link_.setView(next.centre, next.zoom);
  }
}

void ImageView::fit() {
  if (own_ && !own_->follows) {
    Q_EMIT ownViewMoved(PaneView());
  } else {
    link_.fit();
  }
}

void ImageView::zoomBy(double factor) {
  const auto view = transform();
  if (!view) return;
  QPointF about(width() / 2.0, height() / 2.0);
  if (const auto& cursor = link_.state().cursor) {
    const QPointF at = view->fromFraction(*cursor);
    if (rect().contains(at.toPoint())) about = at;
  }
  apply(view->zoomed(about, factor), false);
}

void ImageView::zoomToScale(double perPixel) {
  const auto view = transform();
  if (view) zoomBy(view->zoomForScale(perPixel) / state().zoom);
}

void ImageView::wheelEvent(QWheelEvent* event) {
  const auto view = transform();
  if (!view) return;
  // With Alt, some platforms turn the wheel sideways.
  const QPoint turned = event->angleDelta();
  const double notches = (turned.y() != 0 ? turned.y() : turned.x()) / kNotch;
  apply(view->zoomed(event->position(), std::pow(kWheelStep, notches)),
        event->modifiers().testFlag(Qt::AltModifier));
  event->accept();
}

void ImageView::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  pressedAt_ = dragFrom_ = event->position();
  dragsAlone_ = event->modifiers().testFlag(Qt::AltModifier);
}

void ImageView::mouseMoveEvent(QMouseEvent* event) {
  const auto view = transform();
  if (!view) return;
  if (dragFrom_ && event->buttons().testFlag(Qt::LeftButton)) {
    const QPointF way = event->position() - *dragFrom_;
    const bool held = pressedAt_ && way.manhattanLength() < QApplication::startDragDistance();
    if (held) return pointAt(event->position());
    pressedAt_.reset();
    setCursor(Qt::ClosedHandCursor);
    apply(view->panned(way), dragsAlone_);
    dragFrom_ = event->position();
  }
  pointAt(event->position());
}

void ImageView::mouseReleaseEvent(QMouseEvent* event) {
  const auto view = transform();
  const bool click = pressedAt_ && event->button() == Qt::LeftButton && view;
  pressedAt_.reset();
  dragFrom_.reset();
  setCursor(Qt::CrossCursor);
  if (click) Q_EMIT clicked(view->toFraction(event->position()));
}

void ImageView::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) Q_EMIT doubleClicked();
}

void ImageView::leaveEvent(QEvent*) { link_.setCursor(std::nullopt); }

void ImageView::pointAt(QPointF canvasPosition) {
  if (const auto view = transform()) link_.setCursor(view->toFraction(canvasPosition));
}

// Escape lets the inspected cell go before it cancels any work.
bool ImageView::event(QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride && inspected_ &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
    event->accept();
    return true;
  }
  return QWidget::event(event);
}

void ImageView::keyPressEvent(QKeyEvent* event) {
  const int by = event->modifiers().testFlag(Qt::ShiftModifier) ? kLongStep : 1;
  switch (event->key()) {
    case Qt::Key_Left:
      return step(-by, 0);
    case Qt::Key_Right:
      return step(by, 0);
    case Qt::Key_Up:
      return step(0, -by);
    case Qt::Key_Down:
      return step(0, by);
    case Qt::Key_Return:
    case Qt::Key_Enter:
      if (link_.state().cursor) Q_EMIT clicked(*link_.state().cursor);
      return;
    case Qt::Key_Escape:
      if (inspected_) return Q_EMIT inspectionEnded();
      break;
    default:
      break;
  }
  QWidget::keyPressEvent(event);
}

void ImageView::step(int cols, int rows) {
  if (inspected_) return Q_EMIT inspectedStepped(cols, rows);
  moveCursor(cols, rows);
}

/// The middle of the photo, or of the cell that a step from the cursor leads to; a hundredth of the
/// photo further where there are no cells.
QPointF ImageView::steppedCursor(int cols, int rows) const {
  const QSizeF photo = photo_->pyramid.size();
  const auto cursor = link_.state().cursor;
  const QPointF from = cursor.value_or(QPointF(0.5, 0.5));
  if (!cursor) cols = rows = 0;  // the first key shows where the cursor is
  if (!map_ || !placement_) {
    return from + QPointF(cols, rows) / static_cast<double>(kFineSteps);
  }
  const MapGeometry& cells = map_->map->geometry;
  const auto next = [](const AxisMap& axis, double position, int by) {
    const int cell = static_cast<int>(std::lround(axis.cellAt(position))) + by;
    return axis.centre(std::clamp(cell, 0, axis.size() - 1));
  };
  const double x = next(cells.x, placement_->inputX(from.x() * photo.width()), cols);
  const double y = next(cells.y, placement_->inputY(from.y() * photo.height()), rows);
  return {placement_->photoX(x) / photo.width(), placement_->photoY(y) / photo.height()};
}

void ImageView::moveCursor(int cols, int rows) {
  if (photo_) showCursor(steppedCursor(cols, rows));
}

void ImageView::showCursor(QPointF to) {
  const auto view = transform();
  if (!view) return;
  to = {std::clamp(to.x(), 0.0, 1.0), std::clamp(to.y(), 0.0, 1.0)};
  link_.setCursor(to);
  const QRectF canvas = rect();
  if (canvas.contains(view->fromFraction(to))) return;
  ViewState next = state();
  next.centre = to;
  apply(next, false);
}

void ImageView::focusInEvent(QFocusEvent*) { update(); }

void ImageView::focusOutEvent(QFocusEvent*) { update(); }

}  // namespace filterlens
