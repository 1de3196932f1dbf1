#include "ui/color_bar.h"

#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

#include "core/render/contours.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kBarHeight = 6;
constexpr double kReach = 14;         // pixels from an end where it can be taken
constexpr double kLeastRange = 0.01;  // of the range that the drag started with
constexpr double kHandle = 5;

constexpr int kFullDigits = 3;
constexpr int kFewDigits = 2;

QString endText(double value, HeatmapScale scale, int digits = kFullDigits) {
  return scale == HeatmapScale::Ranks ? QLocale().toString(std::lround(value))
                                      : numberText(value, digits);
}

}  // namespace

ColorBar::ColorBar(QWidget* parent) : QWidget(parent) {
  setFont(theme::captionFont());
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setMouseTracking(true);
}

void ColorBar::setScale(const MapStyle& style, HeatmapScale scale, const QStringList& captions) {
  colormap_ = style.overlay.colormap;
  range_ = *style.overlay.range;
  scale_ = scale;
  threshold_ = style.overlay.threshold;
  contours_ = style.contours;
  captions_ = captions;
  caption_.clear();
  describe();
  update();
}

void ColorBar::setCaption(const QString& caption) {
  colormap_ = nullptr;
  captions_.clear();
  caption_ = caption;
  describe();
  update();
}

void ColorBar::setPlace(const QStringList& place) {
  if (place == place_) return;
  place_ = place;
  update();
}

void ColorBar::describe() {
  if (!colormap_) {
    setAccessibleName(caption_);
    setToolTip({});
    return;
  }
  const QString ends =
      tr("Colour bar from %1 to %2").arg(endText(range_.low, scale_), endText(range_.high, scale_));
  const QString origin = captions_.isEmpty() ? QString() : captions_.front();
  setAccessibleName(origin.isEmpty() ? ends : tr("%1: %2").arg(ends, origin));
  const QString help =
      tr("%1. Drag an end to set the range by hand; double-click to let it be found "
         "by itself again.")
          .arg(accessibleName());
  // As rich text it is broken into lines.
  setToolTip(canDrag() ? QStringLiteral("<p>%1</p>").arg(help.toHtmlEscaped()) : accessibleName());
}

QSize ColorBar::sizeHint() const { return {120, kBarHeight + 2 + fontMetrics().height()}; }

QSize ColorBar::minimumSizeHint() const { return {60, sizeHint().height()}; }

QRect ColorBar::barRect() const { return {0, 0, width(), kBarHeight}; }

// Ranks are counted, there is nothing to choose.
bool ColorBar::canDrag() const { return colormap_ && scale_ != HeatmapScale::Ranks; }

std::optional<ColorBar::End> ColorBar::endAt(QPointF position) const {
  if (!canDrag()) return std::nullopt;
  if (position.x() <= kReach) return End::Low;
  if (position.x() >= width() - kReach) return End::High;
  return std::nullopt;
}

double ColorBar::positionOf(double value) const {
  const ValueRange over = axis();
  return (value - over.low) / (double{over.high} - over.low) * width();
}

/// The end moves by as much as the pointer does; that of a signed map takes the other one along.
ValueRange ColorBar::draggedTo(double x) const {
  const double length = double{axis_->high} - axis_->low;
  const double by = (x - pressedAt_) / width() * length;
  const double least = kLeastRange * length;
  if (scale_ == HeatmapScale::Diverging) {
    const double reach = *dragged_ == End::High ? axis_->high + by : -(axis_->low + by);
    const auto kept = static_cast<float>(std::max(reach, least));
    return {-kept, kept};
  }
  if (*dragged_ == End::Low) {
    return {static_cast<float>(std::min(axis_->low + by, axis_->high - least)), axis_->high};
  }
  return {axis_->low, static_cast<float>(std::max(axis_->high + by, axis_->low + least))};
}

void ColorBar::mousePressEvent(QMouseEvent* event) {
  if (event->button() != Qt::LeftButton) return;
  dragged_ = endAt(event->position());
  if (!dragged_) return;
  pressedAt_ = event->position().x();
  axis_ = range_;
}

void ColorBar::mouseMoveEvent(QMouseEvent* event) {
  if (dragged_ && event->buttons().testFlag(Qt::LeftButton)) {
    Q_EMIT rangeDragged(draggedTo(event->position().x()));
    return;
  }
  const auto end = endAt(event->position());
  if (end == hovered_) return;
  hovered_ = end;
  setCursor(hovered_ ? Qt::SizeHorCursor : Qt::ArrowCursor);
  update();
}

void ColorBar::mouseReleaseEvent(QMouseEvent*) {
  dragged_.reset();
  axis_.reset();
  update();
}

void ColorBar::mouseDoubleClickEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && canDrag()) Q_EMIT rangeReset();
}

void ColorBar::leaveEvent(QEvent*) {
  hovered_.reset();
  update();
}

void ColorBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(theme::quietText(palette()));
  if (!colormap_) {
    const auto shown = fontMetrics().elidedText(caption_, Qt::ElideRight, width());
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, shown);
    return;
  }
  paintColours(painter);
  paintThreshold(painter);
  paintTicks(painter);
  paintHandles(painter);
  painter.setPen(theme::quietText(palette()));
  paintNumbers(painter);
}

// Beyond the ends, which a drag may show, maps keep the colour of the end.
void ColorBar::paintColours(QPainter& painter) const {
  const auto colourOf = [](const Rgb& colour) { return qRgb(colour[0], colour[1], colour[2]); };
  QImage colours(static_cast<int>(colormap_->table.size()), 1, QImage::Format_RGB32);
  auto* out = reinterpret_cast<QRgb*>(colours.scanLine(0));
  for (const Rgb& colour : colormap_->table) *out++ = colourOf(colour);
  const int low = qRound(positionOf(range_.low));
  const int high = qRound(positionOf(range_.high));
  const QRect bar = barRect();
  painter.fillRect(QRect(0, 0, low, bar.height()), QColor(colourOf(colormap_->table.front())));
  painter.fillRect(QRect(high, 0, bar.width() - high, bar.height()),
                   QColor(colourOf(colormap_->table.back())));
  painter.drawImage(QRect(low, 0, high - low, bar.height()), colours);
}

/// What maps leave unpainted: only a line of its colours stays.
void ColorBar::paintThreshold(QPainter& painter) const {
  if (threshold_ <= 0) return;
  const double low = positionOf(range_.low);
  const double length = positionOf(range_.high) - low;
  const bool aboutZero = scale_ == HeatmapScale::Diverging;
  const double from = aboutZero ? low + length * (1 - threshold_) / 2 : 0;
  const double to = low + length * (aboutZero ? (1 + threshold_) / 2 : threshold_);
  painter.fillRect(QRectF(from, 0, to - from, kBarHeight - 2), palette().color(QPalette::Window));
  painter.setPen(palette().color(QPalette::WindowText));
  for (const double edge : {from, to}) {
    if (edge > 0) painter.drawLine(QPointF(edge, 0), QPointF(edge, kBarHeight - 1));
  }
}

void ColorBar::paintTicks(QPainter& painter) const {
  for (const float level : contourLevels(range_, contours_)) {
    const double x = positionOf(level);
    painter.fillRect(QRectF(x - 1, 0, 3, kBarHeight), QColor(0, 0, 0, 150));
    painter.fillRect(QRectF(x, 0, 1, kBarHeight), Qt::white);
  }
}

void ColorBar::paintHandles(QPainter& painter) const {
  const auto shown = dragged_ ? dragged_ : hovered_;
  if (!shown) return;
  const double x = std::clamp(positionOf(*shown == End::Low ? range_.low : range_.high),
                              kHandle / 2, width() - kHandle / 2);
  painter.fillRect(QRectF(x - kHandle / 2, 0, kHandle, kBarHeight + 2),
                   palette().color(QPalette::Window));
  painter.fillRect(QRectF(x - 1.5, 0, 3, kBarHeight + 2), theme::accent(palette()));
}

// With fewer digits where they would run into each other.
void ColorBar::paintNumbers(QPainter& painter) const {
  const QRect line = rect().adjusted(0, kBarHeight + 2, 0, 0);
  const int gap = 2 * theme::kStep;
  const auto roomBeside = [&](const std::array<QString, 2>& ends) {
    const int taken = std::max(fontMetrics().horizontalAdvance(ends[0]),
                               fontMetrics().horizontalAdvance(ends[1]));
    return width() - 2 * (taken + gap);
  };
  for (const int digits : {kFullDigits, kFewDigits}) {
    const std::array ends{endText(range_.low, scale_, digits),
                          endText(range_.high, scale_, digits)};
    QStringList middle = place_.isEmpty() ? captions_ : place_;
    middle << endText((range_.low + range_.high) / 2.0, scale_, digits);
    const auto fits = std::find_if(middle.begin(), middle.end(), [&](const QString& text) {
      return fontMetrics().horizontalAdvance(text) <= roomBeside(ends);
    });
    if (fits == middle.end() && digits != kFewDigits) continue;
    painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, ends[0]);
    painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, ends[1]);
    if (fits != middle.end()) painter.drawText(line, Qt::AlignCenter, *fits);
    return;
  }
}

}  // namespace filterlens
