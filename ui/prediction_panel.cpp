#include "ui/prediction_panel.h"

#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <cmath>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kFewestRows = 5;
constexpr int kMostRows = 10;

/// How spread the probabilities are: 0 where one class has all, 1 where all have the same.
double relativeEntropy(const std::vector<Prediction>& classes) {
  if (classes.size() < 2) return 0;
  double sum = 0;
  for (const Prediction& each : classes) {
    const double p = each.probability;
    if (p > 0) sum -= p * std::log(p);
  }
  return sum / std::log(static_cast<double>(classes.size()));
}

/// Name, bar and percent on one line; the bar lies under the words.
class PredictionDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                               const QModelIndex&) const override {
    return {100, option.fontMetrics.height() + theme::kStep + 2};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const bool target = index.data(PredictionModel::TargetRole).toBool();
    const double probability = index.data(PredictionModel::ProbabilityRole).toDouble();
    const QRect row = option.rect.adjusted(0, 0, -1, -2);
    painter->save();
    QColor bar = option.palette.color(QPalette::WindowText);
    bar.setAlphaF(0.14F);
    if (target) {
      bar = theme::accent(option.palette);
      bar.setAlphaF(0.45F);
      painter->fillRect(QRect(row.topLeft(), QSize(3, row.height())),
                        theme::accent(option.palette));
    }
    QRect filled = row.adjusted(4, 0, 0, 0);
    filled.setWidth(static_cast<int>(filled.width() * probability));
    painter->fillRect(filled, bar);
    paintBefore(painter, option, index, row.adjusted(4, 0, 0, 0));
    if (option.state.testFlag(QStyle::State_MouseOver) ||
        (option.state.testFlag(QStyle::State_HasFocus))) {
      painter->setPen(theme::quietText(option.palette));
      painter->drawRect(row.adjusted(0, 0, -1, -1));
    }
    paintWords(painter, option, index, row.adjusted(2 * theme::kStep, 0, -theme::kStep, 0));
    painter->restore();
  }

 private:
  /// A mark where the bar ended before the network was changed.
  static void paintBefore(QPainter* painter, const QStyleOptionViewItem& option,
                          const QModelIndex& index, const QRect& row) {
    const QVariant before = index.data(PredictionModel::BeforeRole);
    if (!before.isValid()) return;
    const int x = row.left() + static_cast<int>(row.width() * before.toDouble());
    const double now = index.data(PredictionModel::ProbabilityRole).toDouble();
    constexpr int kSeen = 3;  // pixels: nearer to the bar's end there is nothing to say
    if (std::abs(x - row.left() - static_cast<int>(row.width() * now)) < kSeen) return;
    painter->fillRect(QRect(x - 1, row.top(), 2, row.height()),
                      option.palette.color(QPalette::WindowText));
  }

  /// "64 %", or "80 → 64 %" where the changes in the network show.
  static QString percentWords(const QModelIndex& index) {
    const QString now = percentText(index.data(PredictionModel::ProbabilityRole).toDouble());
    const QVariant before = index.data(PredictionModel::BeforeRole);
    const QString then = before.isValid() ? percentText(before.toDouble()) : now;
    return then == now ? now : tr("%1 → %2").arg(then, now);
  }

  static void paintWords(QPainter* painter, const QStyleOptionViewItem& option,
                         const QModelIndex& index, const QRect& area) {
    const QString percent = percentWords(index);
    QFont font = option.font;
    font.setBold(index.data(PredictionModel::TargetRole).toBool());
    painter->setFont(font);
    const QFontMetrics metrics(font);
    const int room = area.width() - metrics.horizontalAdvance(percent) - 2 * theme::kStep;
    painter->setPen(option.palette.color(QPalette::WindowText));
    painter->drawText(area, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(index.data().toString(), Qt::ElideRight, room));
    painter->drawText(area, Qt::AlignRight | Qt::AlignVCenter, percent);
  }
};

}  // namespace

PredictionPanel::PredictionPanel(Session& session, QWidget* parent)
    : Panel(tr("Prediction"), parent),
      session_(session),
      predictions_(new PredictionModel(session, this)),
      list_(new QListView(this)),
      summary_(new QLabel(this)) {
  makeFlat(list_);
  list_->setModel(predictions_);
  list_->setItemDelegate(new PredictionDelegate(list_));
  list_->setFont(theme::captionFont());
  list_->setUniformItemSizes(true);
  list_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
  list_->setSelectionMode(QAbstractItemView::NoSelection);
  list_->setMouseTracking(true);
  list_->setAccessibleName(tr("Predicted classes"));
  list_->installEventFilter(this);
  summary_->setFont(theme::captionFont());
  summary_->setWordWrap(true);
  column()->addWidget(list_, 1);
  column()->addWidget(summary_);
  connect(list_, &QListView::clicked, this, &PredictionPanel::choose);
  connect(&session_, &Session::analysisChanged, this, &PredictionPanel::showAnalysis);
  connect(&session_, &Session::modelChanged, this, &PredictionPanel::showAnalysis);
  showAnalysis();
}

void PredictionPanel::showAnalysis() {
  const auto& analysis = session_.analysis();
  list_->setVisible(analysis != nullptr);
  if (!analysis) {
    summary_->setText(session_.model() ? tr("Not analysed yet.")
                                       : tr("Open a model to see what it says about this photo."));
    return;
  }
  list_->setCurrentIndex(predictions_->indexOfClass(session_.target()));
  const auto& classes = analysis->predictions;
  const double margin =
      classes.size() > 1 ? classes[0].probability - classes[1].probability : classes[0].probability;
  summary_->setText(
      tr("Margin %1 · entropy %2").arg(numberText(margin), numberText(relativeEntropy(classes))));
  const int rowHeight = list_->sizeHintForRow(0);
  list_->setMinimumHeight(kFewestRows * rowHeight);
  list_->setMaximumHeight(kMostRows * rowHeight);
  summary_->setToolTip(
      tr("Margin: the probability of the first class less that of the second. Entropy: 0 where one "
         "class has all of the probability, 1 where all classes have the same."));
}

void PredictionPanel::choose(const QModelIndex& chosen) {
  if (chosen.isValid()) session_.setTarget(chosen.data(PredictionModel::ClassRole).toInt());
}

// Enter, whatever the platform's habit of activating items is.
bool PredictionPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == list_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      choose(list_->currentIndex());
      return true;
    }
  }
  return Panel::eventFilter(watched, event);
}

}  // namespace filterlens
