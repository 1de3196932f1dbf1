#include "ui/what_if_panel.h"

#include <QAction>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QStyleOptionSlider>
#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/text.h"
#include "ui/theme.h"
#include "ui/what_if.h"

namespace filterlens {
namespace {

constexpr int kShortestSlider = 40;
constexpr double kCatch = 0.012;  // share of the slider's length that is drawn to the own K

bool selects(const Stage& stage) {
  return stage.kind == StageKind::Filter || stage.kind == StageKind::Dropout;
}

/// An action under a shorter name.
QToolButton* buttonOf(QAction* action, const QString& text, QWidget* parent) {
  auto* button = new QToolButton(parent);
  button->setText(text);
  button->setToolTip(action->toolTip());
  button->setCheckable(action->isCheckable());
  const auto follow = [action, button] {
    button->setEnabled(action->isEnabled());
    button->setChecked(action->isChecked());
  };
  QObject::connect(action, &QAction::changed, button, follow);
  QObject::connect(button, &QToolButton::clicked, action, &QAction::trigger);
  follow();
  return button;
}

}  // namespace

TokenSlider::TokenSlider(int own, int cells, QWidget* parent)
    : QSlider(Qt::Horizontal, parent), own_(own) {
  setRange(1, cells);
  setPageStep(std::max(1, cells / 20));
  setValue(own);
}

int TokenSlider::chosen(int value) const {
  const bool close = std::abs(value - own_) < kCatch * (maximum() - minimum());
  return isSliderDown() && close ? own_ : value;
}

void TokenSlider::paintEvent(QPaintEvent* event) {
  QStyleOptionSlider option;
  initStyleOption(&option);
  const QRect handle =
      style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this);
  const int x = handle.width() / 2 + QStyle::sliderPositionFromValue(minimum(), maximum(), own_,
                                                                     width() - handle.width());
  QPainter painter(this);
  painter.setPen(QPen(theme::quietText(palette()), 1));
  painter.drawLine(x, 1, x, height() - 2);
  painter.end();
  QSlider::paintEvent(event);
}

WhatIfPanel::WhatIfPanel(Session& session, QAction* brush, QAction* before, QAction* reset,
                         QWidget* parent)
    : Panel(tr("What if"), parent), session_(session), summary_(new QLabel(this)) {
  auto* tools = new QHBoxLayout;
  tools->setSpacing(theme::kStep);
  tools->addWidget(buttonOf(brush, tr("Brush cells"), this));
  tools->addWidget(buttonOf(before, tr("Before"), this));
  tools->addWidget(buttonOf(reset, tr("Reset"), this));
  tools->addStretch(1);
  column()->addLayout(tools);
  summary_->setFont(theme::captionFont());
  summary_->setWordWrap(true);
  column()->addWidget(summary_);
  connect(&session_, &Session::modelChanged, this, &WhatIfPanel::build);
  for (const auto signal :
       {&Session::whatIfChanged, &Session::brushingChanged, &Session::secondModelChanged}) {
    connect(&session_, signal, this, &WhatIfPanel::showChanges);
  }
  build();
}

const WhatIfPanel::Block* WhatIfPanel::block(std::string_view layer) const {
  const auto found = std::find_if(blocks_.begin(), blocks_.end(),
                                  [&](const Block& block) { return block.layer == layer; });
  return found == blocks_.end() ? nullptr : &*found;
}

void WhatIfPanel::build() {
  delete content_;
  blocks_.clear();
  content_ = new QWidget(this);
  auto* rows = new QGridLayout(content_);
  rows->setContentsMargins(0, 0, 0, 0);
  rows->setHorizontalSpacing(2 * theme::kStep);
  rows->setVerticalSpacing(theme::kStep);
  rows->setColumnStretch(1, 1);
  for (const NetworkStage& stage : session_.stages()) {
    if (stage.number > 0) addBlock(stage, rows);
  }
  for (std::size_t i = 0; i < blocks_.size(); ++i) connectBlock(i);
  column()->addWidget(content_);
  showChanges();
}

void WhatIfPanel::addBlock(const NetworkStage& stage, QGridLayout* rows) {
  Block block;
  block.layer = std::string(stage.stage->module);
  const QString name = blockLabel(*session_.network(), stage.stage->module);
  const int row = rows->rowCount();
  auto* label = new QLabel(name, content_);
  label->setToolTip(tr("%1 · %2").arg(fromUtf8(block.layer), kindText(stage.stage->kind)));
  rows->addWidget(label, row, 0);
  block.attention = new QCheckBox(tr("Attention"), content_);
  block.attention->setToolTip(
      tr("Switched off, the tokens of this block pass unchanged: its encoder is skipped."));
  block.attention->setAccessibleName(tr("Attention of %1").arg(name));
  rows->addWidget(block.attention, row, 2);
  if (selects(*stage.stage)) {
    block.tokens = new TokenSlider(stage.stage->k, stage.rows * stage.cols, content_);
    block.count = new QSpinBox(content_);
    block.count->setRange(1, stage.rows * stage.cols);
    block.count->setPrefix(tr("K "));
    block.count->setKeyboardTracking(false);
    block.tokens->setMinimumWidth(kShortestSlider);
    const QString tip =
        tr("How many of the %1 cells become tokens. The line marks the network's own K, %2.")
            .arg(QLocale().toString(stage.rows * stage.cols), QLocale().toString(stage.stage->k));
    for (QWidget* each :
         {static_cast<QWidget*>(block.tokens), static_cast<QWidget*>(block.count)}) {
      each->setToolTip(tip);
      each->setAccessibleName(tr("K of %1").arg(name));
    }
    block.random = new QCheckBox(tr("Random"), content_);
    block.random->setToolTip(
        tr("Cells are drawn at random, as a DropoutViT draws them, not chosen by importance."));
    block.random->setAccessibleName(tr("Random cells in %1").arg(name));
    block.seed = new QSpinBox(content_);
    block.seed->setRange(0, std::numeric_limits<int>::max());
    block.seed->setPrefix(tr("seed "));
    block.seed->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    block.seed->setAccessibleName(tr("Seed of %1").arg(name));
    block.forced = new QLabel(content_);
    block.forced->setFont(theme::captionFont());
    rows->addWidget(block.tokens, row, 1);
    rows->addWidget(block.count, row + 1, 2);
    auto* draw = new QHBoxLayout;
    draw->setSpacing(theme::kStep);
    draw->addWidget(block.random);
    draw->addWidget(block.seed, 1);
    rows->addLayout(draw, row + 1, 0, 1, 2);
    rows->addWidget(block.forced, row + 2, 0, 1, 3);
  }
  blocks_.push_back(block);
}

void WhatIfPanel::connectBlock(std::size_t index) {
  const Block& block = blocks_[index];
  const std::string layer = block.layer;
  connect(block.attention, &QCheckBox::toggled, this, [this, layer](bool on) {
    change(layer, [on](Intervention& next) { next.attentionOff = !on; });
  });
  if (!block.tokens) return;
  const auto setK = [this, layer, own = block.tokens->own()](int k) {
    change(layer,
           [k, own](Intervention& next) { next.k = k == own ? std::nullopt : std::optional(k); });
  };
  connect(block.tokens, &QSlider::valueChanged, this,
          [setK, slider = block.tokens](int k) { setK(slider->chosen(k)); });
  connect(block.count, &QSpinBox::valueChanged, this, setK);
  const auto setSeed = [this, layer, random = block.random, seed = block.seed] {
    change(layer, [&](Intervention& next) {
      next.randomSeed = random->isChecked()
                            ? std::optional(static_cast<std::uint64_t>(seed->value()))
                            : std::nullopt;
    });
  };
  connect(block.random, &QCheckBox::toggled, this, setSeed);
  connect(block.seed, &QSpinBox::valueChanged, this, setSeed);
}

void WhatIfPanel::showChanges() {
  content_->setEnabled(session_.model() != nullptr);
  summary_->setText(summary());
  for (const Block& block : blocks_) showBlock(block);
}

QString WhatIfPanel::summary() const {
  if (!session_.model()) return tr("Open a model to change something in it.");
  if (session_.hasSecondModel()) {
    return session_.isBrushing()
               ? tr("Drag on a pane of a filter layer of model A: cells come in. Shift or right "
                    "button: out. Ctrl: as the network has it. Swap the models to change B.")
               : tr("Changes are made in model A alone. Swap the models to change B.");
  }
  if (session_.isBrushing()) {
    return tr(
        "Drag on a pane of a filter layer: cells come in. Shift or right button: out. Ctrl: "
        "as the network has it.");
  }
  return session_.choices().whatIf.empty() ? tr("Nothing is changed: the network as it is.")
                                           : tr("The network is changed.");
}

void WhatIfPanel::showBlock(const Block& block) {
  const Intervention& change = interventionIn(session_.choices().whatIf, block.layer);
  const QSignalBlocker attention(block.attention);
  block.attention->setChecked(!change.attentionOff);
  if (!block.tokens) return;
  const QSignalBlocker blockers[] = {QSignalBlocker(block.tokens), QSignalBlocker(block.count),
                                     QSignalBlocker(block.random), QSignalBlocker(block.seed)};
  const int k = change.k.value_or(block.tokens->own());
  block.tokens->setValue(k);
  block.count->setValue(k);
  block.random->setChecked(change.randomSeed.has_value());
  if (change.randomSeed) block.seed->setValue(static_cast<int>(*change.randomSeed));
  block.seed->setEnabled(change.randomSeed.has_value());
  Intervention cells;
  cells.forcedIn = change.forcedIn;
  cells.forcedOut = change.forcedOut;
  const auto forcedIn = static_cast<int>(change.forcedIn.size());
  block.forced->setText(forcedIn > k
                            ? tr("%1: more than K, so K is %2")
                                  .arg(interventionText(cells), QLocale().toString(forcedIn))
                            : interventionText(cells));
  block.forced->setVisible(!cells.changesNothing());
}

void WhatIfPanel::change(const std::string& layer,
                         const std::function<void(Intervention&)>& adjust) {
  Interventions next = session_.choices().whatIf;
  adjust(next[layer]);
  session_.setWhatIf(std::move(next));
  showChanges();  // also where nothing has changed: a slider near the own K jumps to it
}

}  // namespace filterlens
