#include "ui/panel.h"

#include <QAbstractItemView>
#include <QLabel>

#include "ui/theme.h"

namespace filterlens {

Panel::Panel(const QString& heading, QWidget* parent)
    : QWidget(parent), column_(new QVBoxLayout(this)) {
  column_->setContentsMargins(0, 0, 0, 0);
  column_->setSpacing(theme::kStep);
  auto* label = new QLabel(heading, this);
  label->setFont(theme::headingFont());
  label->setForegroundRole(QPalette::WindowText);
  column_->addWidget(label);
  setAccessibleName(heading);
}

void makeFlat(QAbstractItemView* view) {
  view->setFrameShape(QFrame::NoFrame);
  view->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  view->viewport()->setAutoFillBackground(false);
  view->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
}

}  // namespace filterlens
