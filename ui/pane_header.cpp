#include "ui/pane_header.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QStyleOption>
#include <utility>

#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kArrow = 8;
constexpr int kLeastMethod = 36;  // pixels; with less than that, all of the title gives way

QString separator() { return QStringLiteral(" · "); }

}  // namespace

PaneHeader::PaneHeader(QWidget* parent) : QAbstractButton(parent) {
  setFont(theme::captionFont());
  setFocusPolicy(Qt::TabFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void PaneHeader::setTitle(const QString& method, const QString& details) {
  method_ = method;
  details_ = details;
  setText(details.isEmpty() ? method : method + separator() + details);
}

QString PaneHeader::fittedTitle(int room) const {
  const QFontMetrics metrics = fontMetrics();
  const QString tail = details_.isEmpty() ? QString() : separator() + details_;
  const int methodRoom = room - metrics.horizontalAdvance(tail);
  if (methodRoom < kLeastMethod) return metrics.elidedText(text(), Qt::ElideRight, room);
  return metrics.elidedText(method_, Qt::ElideRight, methodRoom) + tail;
}

void PaneHeader::setValue(const QString& value) {
  if (value == value_) return;
  value_ = value;
  update();
}

void PaneHeader::setCurrent(bool current) {
  if (current == current_) return;
  current_ = current;
  update();
}

QSize PaneHeader::sizeHint() const { return {160, fontMetrics().height() + theme::kStep}; }

void PaneHeader::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const bool active = underMouse() || hasFocus();
  const int valueWidth =
      value_.isEmpty() ? 0 : fontMetrics().horizontalAdvance(value_) + 2 * theme::kStep;
  const int titleRoom = width() - valueWidth - kArrow - theme::kStep;
  const QString title = fittedTitle(titleRoom);
  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(rect(), Qt::AlignLeft | Qt::AlignVCenter, title);

  QStyleOption arrow;
  arrow.initFrom(this);
  const int titleWidth = fontMetrics().horizontalAdvance(title);
  arrow.rect = QRect(titleWidth + theme::kStep, (height() - kArrow) / 2 + 1, kArrow, kArrow);
  painter.setOpacity(active ? 1 : 0.4);
  style()->drawPrimitive(QStyle::PE_IndicatorArrowDown, &arrow, &painter, this);
  painter.setOpacity(1);

  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(rect(), Qt::AlignRight | Qt::AlignVCenter, value_);
  if (hasFocus() || current_) {
    painter.setPen(QPen(theme::accent(palette()), hasFocus() ? 2 : 1));
    painter.drawLine(0, height() - 1, titleWidth, height() - 1);
  }
}

void PaneHeader::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton) pressedAt_ = event->pos();
  QAbstractButton::mousePressEvent(event);
}

void PaneHeader::mouseMoveEvent(QMouseEvent* event) {
  const bool held = pressedAt_ && event->buttons().testFlag(Qt::LeftButton);
  if (held && !dragging_) {
    const int distance = (event->pos() - *pressedAt_).manhattanLength();
    dragging_ = distance >= QApplication::startDragDistance();
    if (dragging_) setCursor(Qt::ClosedHandCursor);
  }
  if (!dragging_) return QAbstractButton::mouseMoveEvent(event);
  Q_EMIT dragged(event->globalPosition().toPoint());
}

// What was dragged is not clicked too.
void PaneHeader::mouseReleaseEvent(QMouseEvent* event) {
  pressedAt_.reset();
  if (!std::exchange(dragging_, false)) return QAbstractButton::mouseReleaseEvent(event);
  setDown(false);
  unsetCursor();
  Q_EMIT dropped(event->globalPosition().toPoint());
}

// Enter too, beside the space bar.
void PaneHeader::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) return click();
  QAbstractButton::keyPressEvent(event);
}

void PaneHeader::enterEvent(QEnterEvent*) { update(); }

void PaneHeader::leaveEvent(QEvent*) { update(); }

}  // namespace filterlens
