#include "ui/compare_view.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "core/measure/agreement.h"
#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kHandleWidth = 9;  // to hit with the mouse; the line in it is thin
constexpr int kKeyStep = 10;     // pixels

}  // namespace

SplitHandle::SplitHandle(QWidget* parent) : QWidget(parent) {
  setCursor(Qt::SplitHCursor);
  setFocusPolicy(Qt::StrongFocus);
  setAccessibleName(tr("Line between the two maps"));
  setToolTip(tr("Drag, or press the arrow keys, to see more of one map and less of the other."));
}

void SplitHandle::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  const int middle = width() / 2;
  painter.fillRect(middle - 1, 0, 3, height(), QColor(0, 0, 0, 150));
  painter.fillRect(middle, 0, 1, height(), hasFocus() ? theme::accent(palette()) : Qt::white);
}

void SplitHandle::mousePressEvent(QMouseEvent* event) { pressedAt_ = event->pos().x(); }

void SplitHandle::mouseMoveEvent(QMouseEvent* event) {
  if (event->buttons().testFlag(Qt::LeftButton)) Q_EMIT movedBy(event->pos().x() - pressedAt_);
}

void SplitHandle::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Left) {
    Q_EMIT movedBy(-kKeyStep);
  } else if (event->key() == Qt::Key_Right) {
    Q_EMIT movedBy(kKeyStep);
  } else {
    QWidget::keyPressEvent(event);
  }
}

CompareView::CompareView(Session& session, ViewLink& link, QWidget* parent)
    : QWidget(parent),
      session_(session),
      canvas_(new QWidget(this)),
      first_(new ImageView(link, canvas_)),
      second_(new ImageView(link, canvas_)),
      handle_(new SplitHandle(canvas_)),
      firstTitle_(new QLabel(this)),
      secondTitle_(new QLabel(this)),
      caption_(new QLabel(this)),
      bar_(new ColorBar(this)) {
  auto* titles = new QHBoxLayout;
  for (QLabel* label : {firstTitle_, caption_, secondTitle_}) {
    label->setFont(theme::captionFont());
    label->setTextFormat(Qt::PlainText);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    titles->addWidget(label, 1);
  }
  caption_->setAlignment(Qt::AlignCenter);
  secondTitle_->setAlignment(Qt::AlignRight);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(theme::kStep / 2);
  column->addLayout(titles);
  column->addWidget(canvas_, 1);
  column->addWidget(bar_);
  connect(handle_, &SplitHandle::movedBy, this, [this](int pixels) {
    split_ = std::clamp(split_ + static_cast<double>(pixels) / canvas_->width(), 0.0, 1.0);
    place();
  });
  for (const auto signal :
       {&Session::photoChanged, &Session::analysisChanged, &Session::mapsChanged,
        &Session::layerChanged, &Session::displayChanged, &Session::comparisonChanged}) {
    connect(&session_, signal, this, &CompareView::refresh);
  }
}

QString CompareView::titleOf(const PaneSpec& pane) const {
  const Explainer* method = findExplainer(pane.method);
  if (!method) return tr("Photo");
  const auto map = mapOf(pane);
  const QString label = fromUtf8(method->label);
  if (!map || !session_.network()) return label;
  return tr("%1 · %2").arg(label, blockLabel(*session_.network(), map->layer));
}

std::shared_ptr<const Heatmap> CompareView::mapOf(const PaneSpec& pane) const {
  const MapResult* result = session_.mapFor(pane);
  return result && result->ok() ? **result : nullptr;
}

void CompareView::refresh() {
  const auto& comparison = session_.choices().comparison;
  difference_.reset();
  if (!comparison) return;
  firstTitle_->setText(titleOf(comparison->first));
  secondTitle_->setText(titleOf(comparison->second));
  showMap(first_, comparison->first);
  showMap(second_, comparison->second);
  if (comparison->mode == CompareMode::Difference) {
    showDifference(*comparison);
  } else {
    caption_->setText(tr("Drag the line; hold X to see the second alone"));
    bar_->hide();
  }
  place();
}

void CompareView::showMap(ImageView* view, const PaneSpec& pane) {
  const auto& analysis = session_.analysis();
  const auto map = mapOf(pane);
  view->setPhoto(session_.photo());
  view->setPlacement(analysis ? std::optional(analysis->placement) : std::nullopt);
  view->setOpacity(session_.displayOf(pane).opacity);
  view->setMap(map ? std::optional(shownMap(map, session_.styleOf(pane, map))) : std::nullopt);
  view->setAccessibleName(titleOf(pane));
}

void CompareView::showDifference(const Comparison& comparison) {
  const auto first = mapOf(comparison.first);
  const auto second = mapOf(comparison.second);
  bar_->show();
  if (!first || !second) {
    first_->setMap(std::nullopt);
    caption_->setText(tr("A difference needs two maps"));
    return bar_->setCaption({});
  }
  difference_ = std::make_shared<const Heatmap>(differenceOf(*first, *second));
  const MapStyle style = session_.styleOf(PaneSpec(), difference_);
  first_->setOpacity(style.overlay.opacity);
  first_->setMap(shownMap(difference_, style));
  first_->setAccessibleName(tr("%1 minus %2").arg(firstTitle_->text(), secondTitle_->text()));
  bar_->setScale(style, difference_->scale, {});
  caption_->setText(difference_->note.empty() ? tr("Left minus right")
                                              : tr("Left minus right, each stretched to 0 .. 1"));
}

// The second view lies over the first, cut off at the line.
void CompareView::place() {
  const auto& comparison = session_.choices().comparison;
  const bool splits = comparison && comparison->mode == CompareMode::Split;
  const QRect all = canvas_->rect();
  const int at = flipped_ ? 0 : qRound(split_ * all.width());
  first_->setGeometry(all);
  second_->setGeometry(all);
  second_->setVisible(splits && at < all.width());
  second_->setMask(QRect(at, 0, all.width() - at, all.height()));
  handle_->setGeometry(at - kHandleWidth / 2, 0, kHandleWidth, all.height());
  handle_->setVisible(splits && !flipped_);
  handle_->raise();
}

void CompareView::setFlipped(bool flipped) {
  flipped_ = flipped;
  place();
}

void CompareView::setMapsHidden(bool hidden) {
  first_->setMapHidden(hidden);
  second_->setMapHidden(hidden);
}

void CompareView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  layout()->activate();  // the canvas has its new size before the views take it
  place();
}

void CompareView::keyPressEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_X) return QWidget::keyPressEvent(event);
  if (!event->isAutoRepeat()) setFlipped(true);
}

void CompareView::keyReleaseEvent(QKeyEvent* event) {
  if (event->key() != Qt::Key_X) return QWidget::keyReleaseEvent(event);
  if (!event->isAutoRepeat()) setFlipped(false);
}

}  // namespace filterlens
