#include "ui/help_windows.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/theme.h"

namespace filterlens {
namespace {

QString translated(const char* text) { return QCoreApplication::translate("Help", text); }

QDialog* makeDialog(const QString& title, QWidget* content, QWidget* parent) {
  auto* dialog = new QDialog(parent);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setWindowTitle(title);
  auto* column = new QVBoxLayout(dialog);
  column->setContentsMargins(5 * theme::kStep, 5 * theme::kStep, 5 * theme::kStep,
                             4 * theme::kStep);
  column->setSpacing(4 * theme::kStep);
  column->addWidget(content);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  column->addWidget(buttons);
  return dialog;
}

/// A page that scrolls where it is higher than the screen.
QWidget* scrolling(QWidget* page, const QWidget* parent) {
  constexpr double kLargestPart = 0.8;  // of the screen's height
  auto* area = new QScrollArea;
  area->setFrameShape(QFrame::NoFrame);
  area->setWidgetResizable(true);
  area->setWidget(page);
  const QSize wanted = page->sizeHint();
  const int highest = qRound(kLargestPart * parent->screen()->availableSize().height());
  area->setMinimumWidth(wanted.width() + area->verticalScrollBar()->sizeHint().width());
  area->setMinimumHeight(std::min(wanted.height(), highest));
  return area;
}

/// Grows row by row: a heading, or keys and what they do.
class KeyTable {
 public:
  explicit KeyTable(QBoxLayout* place) : grid_(new QGridLayout) {
    grid_->setHorizontalSpacing(6 * theme::kStep);
    grid_->setVerticalSpacing(theme::kStep);
    auto* column = new QVBoxLayout;
    column->addLayout(grid_);
    column->addStretch();
    place->addLayout(column);
  }

  void heading(const QString& text) {
    auto* label = new QLabel(text);
    label->setFont(theme::headingFont());
    label->setContentsMargins(0, row_ == 0 ? 0 : 2 * theme::kStep, 0, 0);
    grid_->addWidget(label, row_++, 0, 1, 2);
  }

  void row(const QString& keys, const QString& what, const QString& help) {
    auto* words = new QLabel(what);
    words->setToolTip(help);
    words->setWordWrap(help.isEmpty());
    words->setMinimumWidth(60 * theme::kStep);
    // The grid asks for one line of a text that is broken into two.
    if (words->wordWrap()) words->setMinimumHeight(words->heightForWidth(words->minimumWidth()));
    grid_->addWidget(new QLabel(keys), row_, 0, Qt::AlignTop);
    grid_->addWidget(words, row_++, 1, Qt::AlignTop);
  }

 private:
  QGridLayout* grid_;
  int row_ = 0;
};

}  // namespace

QWidget* showShortcuts(const Actions& actions, QWidget* parent) {
  auto* page = new QWidget;
  auto* columns = new QHBoxLayout(page);
  columns->setContentsMargins(0, 0, 0, 0);
  columns->setSpacing(12 * theme::kStep);
  KeyTable left(columns);
  KeyTable right(columns);
  KeyTable* table = &left;
  const auto entries = actionSpecs().size() + gestures().size();
  std::size_t passed = 0;
  QString menu;
  for (const ActionSpec& spec : actionSpecs()) {
    ++passed;
    if (actions.keys(spec.id).isEmpty()) continue;
    const QString of = QCoreApplication::translate("Actions", spec.menu).remove(QLatin1Char('&'));
    if (of != menu) {  // a menu is not torn apart
      if (2 * passed > entries) table = &right;
      table->heading(menu = of);
    }
    table->row(actions.keys(spec.id), actions.plainText(spec.id), actions[spec.id]->whatsThis());
  }
  right.heading(translated(QT_TRANSLATE_NOOP("Help", "On pictures and lists")));
  for (const Gesture& gesture : gestures()) {
    right.row(QCoreApplication::translate("Actions", gesture.keys),
              QCoreApplication::translate("Actions", gesture.what), {});
  }
  auto* dialog = makeDialog(translated(QT_TRANSLATE_NOOP("Help", "Keys and mouse")),
                            scrolling(page, parent), parent);
  dialog->show();
  return dialog;
}

QWidget* showAbout(QWidget* parent) {
  auto* text = new QLabel;
  text->setTextFormat(Qt::RichText);
  text->setTextInteractionFlags(Qt::TextBrowserInteraction);
  text->setOpenExternalLinks(true);
  text->setWordWrap(true);
  text->setMinimumWidth(380);
  text->setText(
      QStringLiteral("<h2>FilterLens %1</h2><p>%2</p><p>%3</p><p>%4</p><p>%5</p>")
          .arg(QStringLiteral(FILTERLENS_VERSION),
               translated(QT_TRANSLATE_NOOP("Help", "Shows what a FilterViT looks at.")),
               translated(QT_TRANSLATE_NOOP(
                   "Help",
                   "The networks: Sun et al., FilterViT and DropoutViT, "
                   "<a href=\"https://arxiv.org/abs/2410.22709\">arXiv 2410.22709</a>.")),
               translated(QT_TRANSLATE_NOOP(
                   "Help",
                   "Licence: Apache 2.0. You may use, change and share it; it comes without "
                   "warranty.")),
               translated(QT_TRANSLATE_NOOP("Help", "Built on Qt %1, LibTorch and OpenCV."))
                   .arg(QString::fromLatin1(qVersion()))));
  auto* dialog =
      makeDialog(translated(QT_TRANSLATE_NOOP("Help", "About FilterLens")), text, parent);
  dialog->show();
  return dialog;
}

}  // namespace filterlens
