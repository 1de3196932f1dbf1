#include "ui/name_line.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QStyle>

#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kLongestName = 60;
constexpr int kLineWidth = 260;

}  // namespace

NameLine::NameLine(QWidget* parent)
    : QWidget(parent),
      question_(new QLabel(this)),
      line_(new QLineEdit(this)),
      accept_(new QPushButton(this)),
      decline_(new QToolButton(this)) {
  question_->setTextFormat(Qt::PlainText);
  question_->setBuddy(line_);
  line_->setMaxLength(kLongestName);
  line_->setFixedWidth(kLineWidth);
  line_->installEventFilter(this);
  decline_->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
  decline_->setToolTip(tr("Leave it (Esc)"));
  decline_->setAccessibleName(decline_->toolTip());
  decline_->setAutoRaise(true);
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(2 * theme::kStep);
  row->addWidget(question_);
  row->addWidget(line_);
  row->addWidget(accept_);
  row->addWidget(decline_);
  row->addStretch();
  connect(line_, &QLineEdit::textChanged, this,
          [this](const QString& text) { accept_->setEnabled(!text.simplified().isEmpty()); });
  connect(accept_, &QPushButton::clicked, this, &NameLine::take);
  connect(decline_, &QToolButton::clicked, this, &NameLine::end);
  hide();
}

void NameLine::ask(const QString& question, const QString& button,
                   std::function<void(QString)> taken) {
  taken_ = std::move(taken);
  before_ = QApplication::focusWidget();
  question_->setText(question);
  line_->setAccessibleName(question);
  accept_->setText(button);
  line_->clear();
  accept_->setEnabled(false);
  show();
  line_->setFocus();
}

void NameLine::take() {
  const QString name = line_->text().simplified();
  if (name.isEmpty()) return;
  const auto taken = std::move(taken_);
  end();
  if (taken) taken(name);
}

void NameLine::end() {
  hide();
  taken_ = nullptr;
  if (before_ && before_->isVisible()) before_->setFocus();
  before_ = nullptr;
}

bool NameLine::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::ShortcutOverride) {
    event->accept();  // letters, Enter and Esc are for the line, not for the commands
    return true;
  }
  if (event->type() == QEvent::KeyPress) {
    const int key = static_cast<QKeyEvent*>(event)->key();
    if (key == Qt::Key_Escape) return end(), true;
    if (key == Qt::Key_Return || key == Qt::Key_Enter) return take(), true;
  }
  return QWidget::eventFilter(watched, event);
}

}  // namespace filterlens
