#include "ui/offer_line.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QStyle>

#include "ui/theme.h"

namespace filterlens {

OfferLine::OfferLine(const Offer& offer, QWidget* parent)
    : QWidget(parent),
      sentence_(new QLabel(offer.sentence, this)),
      accept_(new QPushButton(offer.button, this)),
      decline_(new QToolButton(this)) {
  auto* icon = new QLabel(this);
  const int size = fontMetrics().height() + 2;
  icon->setPixmap(style()->standardIcon(QStyle::SP_MessageBoxInformation).pixmap(size, size));
  sentence_->setTextFormat(Qt::PlainText);
  sentence_->setWordWrap(true);
  decline_->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
  decline_->setToolTip(tr("No, thank you"));
  decline_->setAccessibleName(decline_->toolTip());
  decline_->setAutoRaise(true);
  auto* line = new QHBoxLayout(this);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(2 * theme::kStep);
  line->addWidget(icon);
  line->addWidget(sentence_, 1);
  line->addWidget(accept_);
  line->addWidget(decline_);
  connect(accept_, &QPushButton::clicked, this, [this, accept = offer.accept] { end(accept); });
  connect(decline_, &QToolButton::clicked, this, [this, decline = offer.decline] { end(decline); });
  QAccessibleEvent event(sentence_, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

void OfferLine::end(const std::function<void()>& answer) {
  hide();
  deleteLater();
  answer();
}

}  // namespace filterlens
