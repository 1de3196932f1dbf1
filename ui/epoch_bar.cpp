#include "ui/epoch_bar.h"

#include <QHBoxLayout>
#include <QLocale>
#include <QSignalBlocker>
#include <QToolButton>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kSliderWidth = 320;

QToolButton* makeButton(QAction* action, Qt::ArrowType arrow, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setDefaultAction(action);
  button->setToolButtonStyle(Qt::ToolButtonIconOnly);
  button->setArrowType(arrow);
  button->setAutoRaise(true);
  return button;
}

}  // namespace

EpochBar::EpochBar(Session& session, const Actions& actions, QWidget* parent)
    : QWidget(parent),
      session_(session),
      slider_(new QSlider(Qt::Horizontal, this)),
      text_(new QLabel(this)) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(theme::kStep);
  row->addWidget(makeButton(actions[ActionId::PreviousEpoch], Qt::LeftArrow, this));
  row->addWidget(makeButton(actions[ActionId::NextEpoch], Qt::RightArrow, this));
  row->addSpacing(theme::kStep);
  row->addWidget(slider_);
  row->addSpacing(theme::kStep);
  row->addWidget(text_);
  row->addStretch();
  slider_->setFixedWidth(kSliderWidth);
  slider_->setPageStep(1);
  slider_->setAccessibleName(tr("Epoch of the training run"));
  slider_->setToolTip(tr("Walk through the models that the training run has kept."));
  connect(slider_, &QSlider::valueChanged, this, &EpochBar::chosen);
  connect(&session_, &Session::epochsChanged, this, &EpochBar::showEpochs);
  showEpochs();
}

void EpochBar::showEpochs() {
  const RunEpochs& epochs = session_.epochs();
  setVisible(!epochs.empty());
  if (epochs.empty()) return;
  const QSignalBlocker quiet(slider_);
  slider_->setRange(0, epochs.size() - 1);
  slider_->setValue(epochs.index());
  const QLocale locale;
  const QString epoch = tr("Epoch %1").arg(locale.toString(epochs.current().epoch));
  const EpochMetrics* metrics = epochs.metrics();
  text_->setText(metrics ? tr("%1 · validation top-1 %2")
                               .arg(epoch, locale.toString(metrics->validationTop1, 'f', 3))
                         : epoch);
}

}  // namespace filterlens
