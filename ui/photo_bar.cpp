#include "ui/photo_bar.h"

#include <QHBoxLayout>

#include "ui/pane_title.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kNameWidth = 220;  // of a model's file where there are two

}  // namespace

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
  for (const auto signal : {&Session::modelChanged, &Session::secondModelChanged}) {
    connect(&session_, signal, this, &PhotoBar::showModel);
  }
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
  QStringList names;
  QStringList details;
  for (const ModelSlot slot : session_.openSlots()) {
    const ModelInfo& info = *session_.modelInfo(slot);
    const QString name = fileName(info.path);
    const QString shortened = fontMetrics().elidedText(name, Qt::ElideMiddle, kNameWidth);
    names << (session_.hasSecondModel() ? tr("%1: %2").arg(modelMark(slot), shortened) : name);
    details << tr("%1\nSHA-256 %2").arg(fromPath(info.path), QString::fromStdString(info.sha256));
  }
  model_->setText(names.isEmpty() ? tr("No model") : names.join(QStringLiteral("     ")));
  model_->setToolTip(details.join(QStringLiteral("\n\n")));
}

}  // namespace filterlens
