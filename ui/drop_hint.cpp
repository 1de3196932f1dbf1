#include "ui/drop_hint.h"

#include <QPainter>

#include "ui/theme.h"

namespace filterlens {

DropHint::DropHint(QWidget* parent) : QWidget(parent) {
  setAttribute(Qt::WA_TransparentForMouseEvents);
  hide();
}

void DropHint::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  QColor veil = palette().color(QPalette::Window);
  veil.setAlphaF(0.85F);
  painter.fillRect(rect(), veil);
  painter.setPen(QPen(theme::accent(palette()), 3));
  const int margin = 4 * theme::kStep;
  painter.drawRect(rect().adjusted(margin, margin, -margin, -margin));
  QFont large = font();
  large.setPointSizeF(large.pointSizeF() * 1.6);
  painter.setFont(large);
  painter.setPen(palette().color(QPalette::WindowText));
  painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                   tr("Drop photos, folders or a checkpoint to open them"));
}

}  // namespace filterlens
