#include "ui/agreement_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/panel.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kMostRows = 10;  // more are scrolled to
constexpr int kSideWidth = 208;
constexpr int kWidestTitle = 260;
constexpr int kLeastHeight = 180;  // of what stands beside the table

/// A cell in the colour of its value; a frame where the keyboard is.
class HeatDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const QRect cell = option.rect.adjusted(0, 0, -1, -1);
    const QVariant background = index.data(Qt::BackgroundRole);
    const QVariant words = index.data(Qt::ForegroundRole);
    painter->save();
    if (background.isValid()) painter->fillRect(cell, background.value<QBrush>());
    painter->setPen(words.isValid() ? words.value<QBrush>().color()
                                    : theme::quietText(option.palette));
    painter->drawText(cell, Qt::AlignCenter, index.data().toString());
    if (option.state.testFlag(QStyle::State_Selected)) {
      painter->setPen(QPen(theme::accent(option.palette), 2));
      painter->drawRect(cell.adjusted(1, 1, -1, -1));
    }
    painter->restore();
  }
};

}  // namespace

AgreementPanel::AgreementPanel(Session& session, JobRunner& jobs, QWidget* parent)
    : QWidget(parent),
      session_(session),
      agreements_(new AgreementModel(session, jobs, this)),
      table_(new QTableView(this)),
      measures_(new QComboBox(this)),
      help_(new QLabel(this)),
      sentence_(new QLabel(this)) {
  setAccessibleName(tr("Agreement of the maps"));
  setUpTable();
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, theme::kStep, 0, 0);
  row->setSpacing(3 * theme::kStep);
  row->addWidget(table_, 1, Qt::AlignTop);
  row->addWidget(makeSide());
  connect(table_, &QTableView::clicked, this, &AgreementPanel::compare);
  connect(table_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          &AgreementPanel::showSentence);
  connect(agreements_, &AgreementModel::dataChanged, this, &AgreementPanel::showSentence);
  connect(agreements_, &AgreementModel::modelReset, this, &AgreementPanel::fitTable);
  connect(measures_, &QComboBox::currentIndexChanged, this, [this] {
    agreements_->setMeasure(static_cast<AgreementMeasure>(measures_->currentData().toInt()));
    help_->setText(measureHelp(agreements_->measure()));
    showSentence();
  });
  connect(&session_, &Session::comparisonChanged, this, &AgreementPanel::markComparison);
  fitTable();
}

void AgreementPanel::setUpTable() {
  makeFlat(table_);
  table_->setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
  table_->setModel(agreements_);
  table_->setItemDelegate(new HeatDelegate(table_));
  table_->setFont(theme::captionFont());
  table_->setShowGrid(false);
  table_->setSelectionMode(QAbstractItemView::SingleSelection);
  table_->setTabKeyNavigation(false);
  table_->setCornerButtonEnabled(false);
  table_->setAccessibleName(tr("Agreement of each two maps"));
  table_->installEventFilter(this);
  const QFontMetrics metrics = table_->fontMetrics();
  for (QHeaderView* header : {table_->horizontalHeader(), table_->verticalHeader()}) {
    header->setFont(theme::captionFont());
    header->setHighlightSections(true);
    header->setSectionsClickable(false);
    header->setSectionResizeMode(QHeaderView::Fixed);
    header->setMinimumSectionSize(1);
  }
  table_->horizontalHeader()->setDefaultSectionSize(
      metrics.horizontalAdvance(QStringLiteral("−0.00")) + theme::kStep);
  table_->verticalHeader()->setDefaultSectionSize(metrics.height() + theme::kStep);
  table_->verticalHeader()->setMaximumWidth(kWidestTitle);
}

QWidget* AgreementPanel::makeSide() {
  auto* side = new QWidget(this);
  side->setFixedWidth(kSideWidth);
  for (const auto measure : {AgreementMeasure::RankCorrelation, AgreementMeasure::TopOverlap,
                             AgreementMeasure::Similarity}) {
    measures_->addItem(measureName(measure), static_cast<int>(measure));
  }
  measures_->setAccessibleName(tr("Measure of agreement"));
  measures_->setToolTip(tr("How agreement is measured, on the cells of the finer map."));
  help_->setText(measureHelp(agreements_->measure()));
  auto* column = new QVBoxLayout(side);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(theme::kStep);
  column->addWidget(measures_);
  for (QLabel* label : {help_, sentence_}) {
    label->setFont(theme::captionFont());
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(label);
  }
  help_->setForegroundRole(QPalette::WindowText);
  column->addStretch();
  return side;
}

void AgreementPanel::fitTable() {
  const int rows = std::clamp(agreements_->rowCount(), 1, kMostRows);
  const int height = table_->horizontalHeader()->sizeHint().height() +
                     rows * table_->verticalHeader()->defaultSectionSize();
  table_->setFixedHeight(height);
  setFixedHeight(std::max(height, kLeastHeight) + theme::kStep);
  markComparison();
  showSentence();
}

void AgreementPanel::compare(const QModelIndex& chosen) {
  if (!chosen.isValid() || chosen.row() == chosen.column()) return;
  const auto& open = session_.choices().comparison;
  const CompareMode mode = open ? open->mode : CompareMode::Split;
  session_.setComparison(
      Comparison{agreements_->pane(chosen.row()), agreements_->pane(chosen.column()), mode});
  table_->setFocus();  // to go on to the next pair
}

void AgreementPanel::showSentence() {
  const QModelIndex current = table_->currentIndex();
  if (current.isValid() && current.row() != current.column()) {
    sentence_->setText(current.data(AgreementModel::SentenceRole).toString());
  } else {
    sentence_->setText(agreements_->rowCount() < 2
                           ? tr("Agreement needs two panes with maps.")
                           : tr("Click a cell to lay its two maps over each other."));
  }
}

void AgreementPanel::markComparison() {
  const auto& comparison = session_.choices().comparison;
  const QModelIndex pair = comparison ? agreements_->indexOf(*comparison) : QModelIndex();
  if (pair.isValid()) table_->setCurrentIndex(pair);
}

// Enter, whatever the platform's habit of activating items is.
bool AgreementPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      compare(table_->currentIndex());
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void AgreementPanel::showEvent(QShowEvent* event) {
  QWidget::showEvent(event);
  agreements_->setActive(true);
}

void AgreementPanel::hideEvent(QHideEvent* event) {
  QWidget::hideEvent(event);
  agreements_->setActive(false);
}

}  // namespace filterlens
