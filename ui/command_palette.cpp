#include "ui/command_palette.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QRegularExpression>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/panel.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kWidth = 480;
constexpr int kRows = 10;
constexpr int kMargin = 2 * theme::kStep;

enum Role { KeysRole = Qt::UserRole, ActionRole, SearchRole };

/// Menus whose entries are commands like others; those of recent files would only be in the way.
bool isListed(ActionId menu) {
  return menu == ActionId::UserLayoutsMenu || menu == ActionId::CompareWith;
}

/// The command on the left, its keys on the right.
class CommandDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                               const QModelIndex&) const override {
    return {100, option.fontMetrics.height() + 2 * theme::kStep};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const bool current = option.state.testFlag(QStyle::State_Selected);
    const QPalette& palette = option.palette;
    painter->save();
    if (current) painter->fillRect(option.rect, palette.highlight());
    const QRect words = option.rect.adjusted(kMargin, 0, -kMargin, 0);
    painter->setPen(palette.color(current ? QPalette::HighlightedText : QPalette::WindowText));
    painter->drawText(words, Qt::AlignLeft | Qt::AlignVCenter, index.data().toString());
    if (!current) painter->setPen(theme::quietText(palette));
    painter->drawText(words, Qt::AlignRight | Qt::AlignVCenter, index.data(KeysRole).toString());
    painter->restore();
  }
};

}  // namespace

CommandPalette::CommandPalette(const Actions& actions, QWidget* window)
    : QFrame(window),
      actions_(actions),
      commands_(new QStandardItemModel(this)),
      fitting_(new QSortFilterProxyModel(this)),
      line_(new QLineEdit(this)),
      list_(new QListView(this)) {
  setFrameShape(QFrame::StyledPanel);
  setAutoFillBackground(true);
  setFixedWidth(kWidth);
  line_->setPlaceholderText(tr("What do you want to do?"));
  line_->setAccessibleName(tr("Find a command"));
  line_->setClearButtonEnabled(true);
  fitting_->setSourceModel(commands_);
  fitting_->setFilterRole(SearchRole);
  makeFlat(list_);
  list_->setModel(fitting_);
  list_->setItemDelegate(new CommandDelegate(list_));
  list_->setUniformItemSizes(true);
  list_->setFocusPolicy(Qt::NoFocus);
  list_->setSelectionMode(QAbstractItemView::SingleSelection);
  list_->setAccessibleName(tr("Commands"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
  column->setSpacing(theme::kStep);
  column->addWidget(line_);
  column->addWidget(list_);
  line_->installEventFilter(this);
  connect(line_, &QLineEdit::textChanged, this, &CommandPalette::narrow);
  connect(list_, &QListView::clicked, this, &CommandPalette::run);
  hide();
}

void CommandPalette::open() {
  fill();
  line_->clear();
  narrow({});
  move((parentWidget()->width() - width()) / 2, 10 * theme::kStep);
  raise();
  show();
  line_->setFocus();
}

void CommandPalette::fill() {
  commands_->clear();
  for (const ActionSpec& spec : actionSpecs()) {
    QAction* action = actions_[spec.id];
    if (!action->isEnabled() || spec.id == ActionId::CommandPalette) continue;
    if (action->menu()) {
      if (isListed(spec.id)) addEntries(actions_.plainText(spec.id), action->menu());
    } else {
      add(action, actions_.plainText(spec.id), action->statusTip());
    }
  }
}

// What a menu lists now: "My presets: masks".
void CommandPalette::addEntries(const QString& title, QMenu* menu) {
  Q_EMIT menu->aboutToShow();
  for (QAction* entry : menu->actions()) {
    if (entry->menu() || entry->isSeparator() || !entry->isEnabled()) continue;
    QString name = entry->text();
    name.replace(QLatin1String("&&"), QLatin1String("&"));
    add(entry, tr("%1: %2").arg(title, name), {});
  }
}

void CommandPalette::add(QAction* action, const QString& text, const QString& help) {
  auto* item = new QStandardItem(text);
  item->setData(action->shortcut().toString(QKeySequence::NativeText), KeysRole);
  item->setData(QVariant::fromValue(QPointer<QAction>(action)), ActionRole);
  item->setData(text + QLatin1Char(' ') + help, SearchRole);
  item->setToolTip(help);
  item->setEditable(false);
  commands_->appendRow(item);
}

// Every word has to be found somewhere in a command's name or help.
void CommandPalette::narrow(const QString& words) {
  QString pattern;
  for (const QString& word : words.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
    pattern += QStringLiteral("(?=.*%1)").arg(QRegularExpression::escape(word));
  }
  fitting_->setFilterRegularExpression(
      QRegularExpression(pattern, QRegularExpression::CaseInsensitiveOption));
  list_->setCurrentIndex(fitting_->index(0, 0));
  const int rows = std::clamp(fitting_->rowCount(), 1, kRows);
  list_->setFixedHeight(rows * std::max(list_->sizeHintForRow(0), line_->sizeHint().height()));
  adjustSize();
}

// Closed first, so that what the command asks about has the focus.
void CommandPalette::run(const QModelIndex& chosen) {
  const auto action = chosen.data(ActionRole).value<QPointer<QAction>>();
  hide();
  if (action) action->trigger();
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::FocusOut && isVisible()) hide();
  if (event->type() == QEvent::ShortcutOverride) {
    event->accept();  // letters are for the line, not for the commands
    return true;
  }
  if (event->type() != QEvent::KeyPress) return QFrame::eventFilter(watched, event);
  switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Escape:
      hide();
      return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
      run(list_->currentIndex());
      return true;
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
      QApplication::sendEvent(list_, event);
      return true;
    default:
      return QFrame::eventFilter(watched, event);
  }
}

}  // namespace filterlens
