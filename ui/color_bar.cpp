#include "ui/color_bar.h"

#include <QLocale>
#include <QPainter>
#include <array>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kBarHeight = 6;

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
}

void ColorBar::setScale(const OverlayStyle& style, HeatmapScale scale) {
  colormap_ = style.colormap;
  range_ = *style.range;
  scale_ = scale;
  caption_.clear();
  setAccessibleName(tr("Colour bar from %1 to %2")
                        .arg(endText(range_.low, scale_), endText(range_.high, scale_)));
  update();
}

void ColorBar::setCaption(const QString& caption) {
  colormap_ = nullptr;
  caption_ = caption;
  setAccessibleName(caption);
  update();
}

QSize ColorBar::sizeHint() const { return {120, kBarHeight + 2 + fontMetrics().height()}; }

QSize ColorBar::minimumSizeHint() const { return {60, sizeHint().height()}; }

QRect ColorBar::barRect() const { return {0, 0, width(), kBarHeight}; }

void ColorBar::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(theme::quietText(palette()));
  if (!colormap_) {
    const auto shown = fontMetrics().elidedText(caption_, Qt::ElideRight, width());
    painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, shown);
    return;
  }
  const QRect bar = barRect();
  QImage colours(static_cast<int>(colormap_->table.size()), 1, QImage::Format_RGB32);
  auto* out = reinterpret_cast<QRgb*>(colours.scanLine(0));
  for (const Rgb& colour : colormap_->table) *out++ = qRgb(colour[0], colour[1], colour[2]);
  painter.drawImage(bar, colours);
  paintNumbers(painter);
}

// With fewer digits where they would run into each other.
void ColorBar::paintNumbers(QPainter& painter) const {
  const auto numbers = [this](int digits) {
    return std::array{endText(range_.low, scale_, digits),
                      endText((range_.low + range_.high) / 2.0, scale_, digits),
                      endText(range_.high, scale_, digits)};
  };
  auto shown = numbers(kFullDigits);
  int needed = 4 * theme::kStep;
  for (const QString& number : shown) needed += fontMetrics().horizontalAdvance(number);
  if (needed > width()) shown = numbers(kFewDigits);
  const QRect line = rect().adjusted(0, kBarHeight + 2, 0, 0);
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, shown[0]);
  painter.drawText(line, Qt::AlignHCenter | Qt::AlignVCenter, shown[1]);
  painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, shown[2]);
}

}  // namespace filterlens
