#include "ui/compare_view.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "core/measure/agreement.h"
#include "ui/cell_picker.h"
#include "ui/inspection.h"
#include "ui/pane_choice.h"
#include "ui/pane_title.h"
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
      firstTitle_(makeTitle(&Comparison::first)),
      secondTitle_(makeTitle(&Comparison::second)),
      caption_(new QLabel(this)),
      bar_(new ColorBar(this)) {
  caption_->setFont(theme::captionFont());
  caption_->setTextFormat(Qt::PlainText);
  caption_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  caption_->setAlignment(Qt::AlignCenter);
  auto* titles = new QHBoxLayout;
  titles->setSpacing(2 * theme::kStep);
  titles->addWidget(firstTitle_);
  titles->addWidget(caption_, 1);
  titles->addWidget(secondTitle_);
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
  const auto pick = [this](ImageView* view, ComparedPane Comparison::*side) {
    new CellPicker(session_, *view, [this, side]() -> std::shared_ptr<const Heatmap> {
      const auto& comparison = session_.choices().comparison;
      return comparison ? session_.shownMap((*comparison).*side) : nullptr;
    });
  };
  pick(first_, &Comparison::first);
  pick(second_, &Comparison::second);
  for (const auto signal :
       {&Session::photoChanged, &Session::modelChanged, &Session::secondModelChanged,
        &Session::analysisChanged, &Session::mapsChanged, &Session::layerChanged,
        &Session::displayChanged, &Session::comparisonChanged, &Session::inspectedChanged}) {
    connect(&session_, signal, this, &CompareView::refresh);
  }
}

QToolButton* CompareView::makeTitle(ComparedPane Comparison::*side) {
  auto* title = new QToolButton(this);
  title->setFont(theme::captionFont());
  title->setAutoRaise(true);
  title->setFocusPolicy(Qt::TabFocus);
  title->setToolTip(tr("Compare with another pane."));
  auto* menu = new PaneChoiceMenu(
      session_,
      [this, side] {
        const auto& comparison = session_.choices().comparison;
        return comparison ? PaneChoiceMenu::Marks{(*comparison).*side, {}}
                          : PaneChoiceMenu::Marks{};
      },
      [this, side](const ComparedPane& pane) {
        auto comparison = session_.choices().comparison;
        if (!comparison) return;
        (*comparison).*side = pane;
        session_.setComparison(std::move(comparison));
      },
      title);
  connect(title, &QToolButton::clicked, menu,
          [title, menu] { menu->popup(title->mapToGlobal(QPoint(0, title->height()))); });
  return title;
}

void CompareView::showTitle(QToolButton* title, const ComparedPane& pane) {
  QString text = paneTitle(session_, pane);
  title->setAccessibleName(text);
  title->setText(text.replace(QLatin1Char('&'), QLatin1String("&&")) + QStringLiteral(" ▾"));
}

void CompareView::refresh() {
  const auto& comparison = session_.choices().comparison;
  difference_.reset();
  if (!comparison) return;
  showTitle(firstTitle_, comparison->first);
  showTitle(secondTitle_, comparison->second);
  showMap(first_, comparison->first);
  showMap(second_, comparison->second);
  if (comparison->mode == CompareMode::Difference) {
    showDifference(*comparison);
  } else {
    const QString lacking = whatIsLacking(*comparison);
    caption_->setText(lacking.isEmpty() ? tr("Drag the line; hold X to see the second alone")
                                        : lacking);
    bar_->hide();
  }
  place();
}

QString CompareView::whatIsLacking(const Comparison& comparison) const {
  const QString first = whyNoMap(session_, comparison.first);
  return first.isEmpty() ? whyNoMap(session_, comparison.second) : first;
}

void CompareView::showMap(ImageView* view, const ComparedPane& pane) {
  const auto& analysis = session_.analysis(pane.model);
  const auto map = session_.shownMap(pane);
  view->setPhoto(session_.photo());
  view->setPlacement(analysis ? std::optional(analysis->placement) : std::nullopt);
  view->setOpacity(session_.displayOf(pane.pane).opacity);
  const auto inspected = session_.inspectedIn(pane.model);
  view->setInspected(analysis && inspected ? photoRectOf(*analysis, *inspected) : std::nullopt);
  view->setMap(map ? std::optional(shownMap(map, session_.styleOf(pane.pane, map))) : std::nullopt);
  view->setAccessibleName(paneTitle(session_, pane));
}

void CompareView::showDifference(const Comparison& comparison) {
  const auto first = session_.shownMap(comparison.first);
  const auto second = session_.shownMap(comparison.second);
  bar_->show();
  if (!first || !second) {
    first_->setMap(std::nullopt);
    const QString lacking = whatIsLacking(comparison);
    caption_->setText(lacking.isEmpty() ? tr("A difference needs two maps") : lacking);
    return bar_->setCaption({});
  }
  const auto placed = [this](const std::shared_ptr<const Heatmap>& map, ModelSlot slot) {
    return PlacedMap{*map, session_.analysis(slot)->placement};
  };
  Difference difference =
      differenceOf(placed(first, comparison.first.model), placed(second, comparison.second.model));
  difference_ = std::make_shared<const Heatmap>(std::move(difference.map));
  const MapStyle style = session_.styleOf(PaneSpec(), difference_);
  first_->setOpacity(style.overlay.opacity);
  first_->setPlacement(difference.placement);
  first_->setMap(shownMap(difference_, style));
  first_->setAccessibleName(
      tr("%1 minus %2").arg(firstTitle_->accessibleName(), secondTitle_->accessibleName()));
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
  if (flipped == flipped_) return;
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

}  // namespace filterlens
