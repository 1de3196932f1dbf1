#include "ui/help_windows.h"

#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QVBoxLayout>

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

/// Grows row by row: a heading, or keys and what they do.
class KeyTable {
 public:
  explicit KeyTable(QWidget* page) : page_(page), grid_(new QGridLayout(page)) {
    grid_->setHorizontalSpacing(6 * theme::kStep);
    grid_->setVerticalSpacing(theme::kStep);
  }

  void heading(const QString& text) {
    auto* label = new QLabel(text, page_);
    label->setFont(theme::headingFont());
    label->setContentsMargins(0, row_ == 0 ? 0 : 3 * theme::kStep, 0, 0);
    grid_->addWidget(label, row_++, 0, 1, 2);
  }

  void row(const QString& keys, const QString& what, const QString& help) {
    auto* words = new QLabel(what, page_);
    words->setToolTip(help);
    grid_->addWidget(new QLabel(keys, page_), row_, 0);
    grid_->addWidget(words, row_++, 1);
  }

 private:
  QWidget* page_;
  QGridLayout* grid_;
  int row_ = 0;
};

}  // namespace

QWidget* showShortcuts(const Actions& actions, QWidget* parent) {
  auto* page = new QWidget;
  KeyTable table(page);
  QString menu;
  for (const ActionSpec& spec : actionSpecs()) {
    if (actions.keys(spec.id).isEmpty()) continue;
    const QString of = QCoreApplication::translate("Actions", spec.menu).remove(QLatin1Char('&'));
    if (of != menu) table.heading(menu = of);
    table.row(actions.keys(spec.id), actions.plainText(spec.id), actions[spec.id]->whatsThis());
  }
  table.heading(translated(QT_TRANSLATE_NOOP("Help", "On pictures and lists")));
  for (const Gesture& gesture : gestures()) {
    table.row(QCoreApplication::translate("Actions", gesture.keys),
              QCoreApplication::translate("Actions", gesture.what), {});
  }
  auto* scroll = new QScrollArea;
  scroll->setWidget(page);
  scroll->setWidgetResizable(true);
  scroll->setFrameShape(QFrame::NoFrame);
  scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  scroll->setMinimumWidth(page->sizeHint().width() + 6 * theme::kStep);
  auto* dialog =
      makeDialog(translated(QT_TRANSLATE_NOOP("Help", "Keys and mouse")), scroll, parent);
  dialog->resize(dialog->sizeHint().width(), 600);
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
