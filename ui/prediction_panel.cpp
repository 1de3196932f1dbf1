#include "ui/prediction_panel.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QSignalBlocker>
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
      found_(new QSortFilterProxyModel(this)),
      search_(new QLineEdit(this)),
      list_(new QListView(this)),
      summary_(new QLabel(this)),
      unsureLabel_(new QLabel(tr("Unsure below"), this)),
      unsureBelow_(new QSpinBox(this)) {
  found_->setSourceModel(predictions_);
  found_->setFilterCaseSensitivity(Qt::CaseInsensitive);
  search_->setFont(theme::captionFont());
  search_->setClearButtonEnabled(true);
  search_->setPlaceholderText(tr("Find a class"));
  search_->setAccessibleName(tr("Find a class by its name"));
  search_->setToolTip(tr("Type a part of a class's name. Enter makes the first one the target."));
  search_->installEventFilter(this);
  makeFlat(list_);
  list_->setModel(found_);
  list_->setItemDelegate(new PredictionDelegate(list_));
  list_->setFont(theme::captionFont());
  list_->setUniformItemSizes(true);
  list_->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
  list_->setSelectionMode(QAbstractItemView::NoSelection);
  list_->setMouseTracking(true);
  list_->setAccessibleName(tr("Predicted classes"));
  list_->installEventFilter(this);
  summary_->setFont(theme::captionFont());
  summary_->setTextFormat(Qt::RichText);
  summary_->setWordWrap(true);
  summary_->setToolTip(
      tr("Margin: the probability of the first class less that of the second. Entropy: 0 where one "
         "class has all of the probability, 1 where all classes have the same."));
  unsureLabel_->setFont(theme::captionFont());
  unsureLabel_->setBuddy(unsureBelow_);
  unsureBelow_->setFont(theme::captionFont());
  unsureBelow_->setRange(0, 100);
  unsureBelow_->setSingleStep(5);
  unsureBelow_->setSuffix(tr(" %"));
  unsureBelow_->setSpecialValueText(tr("never"));
  unsureBelow_->setAccessibleName(tr("Unsure below this probability of the first class"));
  unsureBelow_->setToolTip(
      tr("Where the first class has less than this, the network is called unsure. A network can be "
         "sure and wrong."));
  auto* threshold = new QHBoxLayout;
  threshold->addWidget(unsureLabel_, 1);
  threshold->addWidget(unsureBelow_);
  column()->addWidget(search_);
  column()->addWidget(list_, 1);
  column()->addWidget(summary_);
  column()->addLayout(threshold);
  connect(search_, &QLineEdit::textChanged, this, &PredictionPanel::filter);
  connect(list_, &QListView::clicked, this, &PredictionPanel::choose);
  connect(unsureBelow_, &QSpinBox::valueChanged, this,
          [this](int percent) { session_.setUnsureBelow(percent / 100.0); });
  connect(&session_, &Session::analysisChanged, this, &PredictionPanel::showAnalysis);
  connect(&session_, &Session::modelChanged, this, &PredictionPanel::showAnalysis);
  connect(&session_, &Session::unsureChanged, this, &PredictionPanel::showSummary);
  showAnalysis();
}

void PredictionPanel::showAnalysis() {
  const auto& analysis = session_.analysis();
  list_->setVisible(analysis != nullptr);
  search_->setVisible(analysis && std::ssize(analysis->predictions) > kMostRows);
  if (!search_->isVisibleTo(this)) search_->clear();
  if (analysis) {
    list_->setCurrentIndex(found_->mapFromSource(predictions_->indexOfClass(session_.target())));
    fitRows();
  }
  showSummary();
}

void PredictionPanel::fitRows() {
  const int rowHeight = list_->sizeHintForRow(0);
  if (rowHeight <= 0) return;  // nothing was found: as many rows as before
  list_->setMinimumHeight(kFewestRows * rowHeight);
  list_->setMaximumHeight(kMostRows * rowHeight);
}

void PredictionPanel::showSummary() {
  const QSignalBlocker blocker(unsureBelow_);
  unsureBelow_->setValue(qRound(100 * session_.choices().unsureBelow));
  const auto& analysis = session_.analysis();
  unsureLabel_->setVisible(analysis != nullptr);
  unsureBelow_->setVisible(analysis != nullptr);
  if (!analysis) {
    summary_->setText(session_.model() ? tr("Not analysed yet.")
                                       : tr("Open a model to see what it says about this photo."));
    return;
  }
  const auto& classes = analysis->predictions;
  const double first = classes[0].probability;
  const double margin = classes.size() > 1 ? first - classes[1].probability : first;
  QString text =
      tr("Margin %1<br>Entropy %2").arg(numberText(margin), numberText(relativeEntropy(classes)));
  if (first < session_.choices().unsureBelow) {
    text = tr("<b>Unsure:</b> the first class has only %1.").arg(percentText(first)) +
           QStringLiteral("<br>") + text;
  }
  summary_->setText(text);
}

void PredictionPanel::filter(const QString& words) {
  found_->setFilterFixedString(words);
  fitRows();
  list_->setCurrentIndex(words.isEmpty()
                             ? found_->mapFromSource(predictions_->indexOfClass(session_.target()))
                             : found_->index(0, 0));
}

void PredictionPanel::choose(const QModelIndex& chosen) {
  if (chosen.isValid()) session_.setTarget(chosen.data(PredictionModel::ClassRole).toInt());
}

/// In the line: Enter takes the first class, Down goes to the list, Escape shows all classes again.
bool PredictionPanel::searchKey(int key) {
  switch (key) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
      choose(found_->index(0, 0));
      return true;
    case Qt::Key_Down:
      list_->setFocus();
      return true;
    case Qt::Key_Escape:
      if (search_->text().isEmpty()) return false;
      search_->clear();
      return true;
    default:
      return false;
  }
}

// Enter, whatever the platform's habit of activating items is.
bool PredictionPanel::eventFilter(QObject* watched, QEvent* event) {
  // Escape ends a search before it cancels any work.
  if (watched == search_ && event->type() == QEvent::ShortcutOverride &&
      static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape && !search_->text().isEmpty()) {
    event->accept();
    return true;
  }
  if (event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (watched == search_ && searchKey(key)) return true;
    if (watched == list_ && (key == Qt::Key_Return || key == Qt::Key_Enter)) {
      choose(list_->currentIndex());
      return true;
    }
  }
  return Panel::eventFilter(watched, event);
}

}  // namespace filterlens
