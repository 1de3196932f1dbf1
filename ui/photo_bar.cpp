#include "ui/photo_bar.h"

#include <QHBoxLayout>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {

PhotoBar::PhotoBar(Session& session, const Actions& actions, QWidget* parent)
    : QWidget(parent), session_(session), photo_(new QLabel(this)), model_(new QLabel(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(theme::kStep);
  row->addWidget(makeButton(actions[ActionId::PreviousPhoto], Qt::LeftArrow));
  row->addWidget(makeButton(actions[ActionId::NextPhoto], Qt::RightArrow));
  row->addSpacing(theme::kStep);
  row->addWidget(photo_);
  row->addSpacing(4 * theme::kStep);
  row->addWidget(model_);
  row->addStretch();
  QFont bold = font();
  bold.setBold(true);
  photo_->setFont(bold);
  connect(&session_, &Session::photosChanged, this, &PhotoBar::showPhoto);
  connect(&session_, &Session::modelChanged, this, &PhotoBar::showModel);
  showPhoto();
  showModel();
}

QToolButton* PhotoBar::makeButton(QAction* action, Qt::ArrowType arrow) {
  auto* button = new QToolButton(this);
  button->setDefaultAction(action);
  button->setToolButtonStyle(Qt::ToolButtonIconOnly);
  button->setArrowType(arrow);
  button->setAutoRaise(true);
  return button;
}

void PhotoBar::showPhoto() {
  const PhotoList& photos = session_.photos();
  if (photos.empty()) {
    photo_->setText(tr("No photo"));
    photo_->setToolTip({});
    return;
  }
  photo_->setText(
      tr("%1 (%2/%3)").arg(fileName(photos.current())).arg(photos.index() + 1).arg(photos.size()));
  photo_->setToolTip(fromPath(photos.current()));
}

void PhotoBar::showModel() {
  const ModelInfo* info = session_.modelInfo();
  model_->setText(info ? fileName(info->path) : tr("No model"));
  model_->setToolTip(
      info ? tr("%1\nSHA-256 %2").arg(fromPath(info->path), QString::fromStdString(info->sha256))
           : QString());
}

}  // namespace filterlens
