#include "ui/class_comparison_panel.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QPainter>
#include <QStyledItemDelegate>
#include <algorithm>

#include "ui/pane_title.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kMostRows = 10;

/// The percent in a cell, over a bar as long as it says.
class ProbabilityDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const bool target = index.data(ClassComparison::TargetRole).toBool();
    const bool name = index.column() == ClassComparison::NameColumn;
    const QColor accent = theme::accent(option.palette);
    const QRect cell = option.rect.adjusted(name ? 0 : 2, 0, 0, -2);
    painter->save();
    if (name && target) painter->fillRect(QRect(cell.topLeft(), QSize(3, cell.height())), accent);
    if (!name) {
      QColor bar = target ? accent : option.palette.color(QPalette::WindowText);
      bar.setAlphaF(target ? 0.45F : 0.14F);
      QRect filled = cell;
      const double probability = index.data(ClassComparison::ProbabilityRole).toDouble();
      filled.setWidth(static_cast<int>(filled.width() * probability));
      painter->fillRect(filled, bar);
    }
    QFont font = option.font;
    font.setBold(target);
    painter->setFont(font);
    painter->setPen(option.palette.color(QPalette::WindowText));
    const QRect words = cell.adjusted(name ? 2 * theme::kStep : 0, 0, -2, 0);
    const auto alignment = index.data(Qt::TextAlignmentRole).toInt();
    painter->drawText(
        words, alignment,
        QFontMetrics(font).elidedText(index.data().toString(), Qt::ElideRight, words.width()));
    if (option.state.testFlag(QStyle::State_HasFocus)) {
      painter->setPen(theme::quietText(option.palette));
      painter->drawRect(cell.adjusted(0, 0, -1, -1));
    }
    painter->restore();
  }
};

}  // namespace

ClassComparisonPanel::ClassComparisonPanel(Session& session, QWidget* parent)
    : Panel(tr("Predictions"), parent),
      session_(session),
      classes_(new ClassComparison(session, this)),
      table_(new QTableView(this)),
      summary_(new QLabel(this)) {
  makeFlat(table_);
  table_->setModel(classes_);
  table_->setItemDelegate(new ProbabilityDelegate(table_));
  table_->setFont(theme::captionFont());
  table_->setShowGrid(false);
  table_->setSelectionMode(QAbstractItemView::NoSelection);
  table_->setTabKeyNavigation(false);
  table_->setAccessibleName(tr("Predictions of both models"));
  table_->installEventFilter(this);
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setMinimumSectionSize(1);
  const int row = table_->fontMetrics().height() + theme::kStep + 2;
  table_->verticalHeader()->setDefaultSectionSize(row);
  QHeaderView* columns = table_->horizontalHeader();
  columns->setFont(theme::captionFont());
  columns->setHighlightSections(false);
  columns->setSectionsClickable(false);
  columns->setMinimumSectionSize(1);
  columns->setSectionResizeMode(ClassComparison::NameColumn, QHeaderView::Stretch);
  const int number =
      table_->fontMetrics().horizontalAdvance(QStringLiteral("> 99.9")) + theme::kStep;
  for (const int column : {ClassComparison::FirstColumn, ClassComparison::SecondColumn}) {
    columns->setSectionResizeMode(column, QHeaderView::Fixed);
    columns->resizeSection(column, number);
  }
  summary_->setFont(theme::captionFont());
  summary_->setTextFormat(Qt::PlainText);
  summary_->setWordWrap(true);
  column()->addWidget(table_, 1);
  column()->addWidget(summary_);
  connect(table_, &QTableView::clicked, this, &ClassComparisonPanel::choose);
  connect(classes_, &ClassComparison::modelReset, this, &ClassComparisonPanel::showClasses);
  showClasses();
}

void ClassComparisonPanel::showClasses() {
  const int rows = std::clamp(classes_->rowCount(), 1, kMostRows);
  table_->setFixedHeight(rows * table_->verticalHeader()->defaultSectionSize() +
                         table_->horizontalHeader()->sizeHint().height());
  summary_->setText(verdict());
}

QString ClassComparisonPanel::verdict() const {
  const auto& second = session_.analysis(ModelSlot::Second);
  if (!session_.analysis() || !second) return tr("Not analysed yet.");
  const QString a = QString::fromStdString(session_.analysis()->predictions.front().name);
  const QString b = QString::fromStdString(second->predictions.front().name);
  return a == b ? tr("Both say %1.").arg(a) : tr("A says %1, B says %2.").arg(a, b);
}

void ClassComparisonPanel::choose(const QModelIndex& chosen) {
  const int index = chosen.isValid() ? chosen.data(ClassComparison::ClassRole).toInt() : -1;
  if (index >= 0) session_.setTarget(index);
}

// Enter, whatever the platform's habit of activating items is.
bool ClassComparisonPanel::eventFilter(QObject* watched, QEvent* event) {
  if (watched == table_ && event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Return || key == Qt::Key_Enter) {
      choose(table_->currentIndex());
      return true;
    }
  }
  return Panel::eventFilter(watched, event);
}

}  // namespace filterlens
