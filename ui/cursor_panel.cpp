#include "ui/cursor_panel.h"

#include <QHeaderView>
#include <QStyledItemDelegate>

#include "ui/theme.h"

namespace filterlens {
namespace {

class ValueDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

 protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    QStyledItemDelegate::initStyleOption(option, index);
    const bool heading =
        index.data(CursorModel::HeadingRole).toBool() && index.column() == CursorModel::NameColumn;
    option->font.setBold(heading);
    option->fontMetrics = QFontMetrics(option->font);
    option->palette.setColor(QPalette::Text, option->palette.color(QPalette::WindowText));
  }
};

}  // namespace

CursorPanel::CursorPanel(Session& session, ViewLink& link, QWidget* parent)
    : Panel(tr("At the cursor"), parent),
      values_(new CursorModel(session, link, this)),
      table_(new QTableView(this)),
      hint_(new QLabel(tr("Point at a picture, or use the arrow keys in one."), this)) {
  makeFlat(table_);
  table_->setModel(values_);
  table_->setItemDelegate(new ValueDelegate(table_));
  table_->setFont(theme::captionFont());
  table_->setShowGrid(false);
  table_->setSelectionMode(QAbstractItemView::NoSelection);
  table_->setFocusPolicy(Qt::TabFocus);
  table_->setTabKeyNavigation(false);
  table_->setAccessibleName(tr("Values at the cursor"));
  table_->horizontalHeader()->hide();
  table_->verticalHeader()->hide();
  table_->horizontalHeader()->setSectionResizeMode(CursorModel::NameColumn, QHeaderView::Stretch);
  table_->horizontalHeader()->setSectionResizeMode(CursorModel::ValueColumn,
                                                   QHeaderView::ResizeToContents);
  table_->verticalHeader()->setMinimumSectionSize(1);
  table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 2);
  hint_->setFont(theme::captionFont());
  hint_->setWordWrap(true);
  hint_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
  column()->addWidget(hint_);
  column()->addWidget(table_, 1);

  const auto showHint = [this] {
    const bool empty = values_->rowCount() == 0;
    hint_->setVisible(empty);
    table_->setVisible(!empty);
  };
  connect(values_, &CursorModel::modelReset, this, showHint);
  showHint();
  column()->addStretch();
}

}  // namespace filterlens
