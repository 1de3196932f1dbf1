#include "ui/message_bar.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QStyle>
#include <QVBoxLayout>

#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kPatienceMs = 150;
constexpr int kProgressSteps = 1000;
constexpr int kProblemsKept = 20;

}  // namespace

MessageBar::MessageBar(QWidget* parent)
    : QWidget(parent),
      problemLine_(nullptr),
      problem_(new QLabel(this)),
      close_(new QToolButton(this)),
      result_(new QLabel(this)),
      work_(new QLabel(this)),
      progress_(new QProgressBar(this)),
      cancel_(new QToolButton(this)) {
  problemLine_ = makeProblemLine();
  result_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  progress_->setRange(0, kProgressSteps);
  progress_->setTextVisible(false);
  progress_->setFixedSize(40 * theme::kStep, 2 * theme::kStep);
  progress_->setAccessibleName(tr("Progress"));
  cancel_->setText(tr("Cancel"));
  cancel_->setToolTip(tr("Stop this work (Esc)"));
  cancel_->setAutoRaise(true);
  connect(cancel_, &QToolButton::clicked, this, &MessageBar::cancelClicked);

  auto* line = new QHBoxLayout;
  line->setSpacing(2 * theme::kStep);
  line->addWidget(result_, 1);
  line->addWidget(work_);
  line->addWidget(progress_);
  line->addWidget(cancel_);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(theme::kStep);
  column->addWidget(problemLine_);
  column->addLayout(line);
  setMinimumHeight(cancel_->sizeHint().height());

  patience_.setSingleShot(true);
  patience_.setInterval(kPatienceMs);
  connect(&patience_, &QTimer::timeout, this, [this] { showWork(true); });
  showWork(false);
  closeProblems();
}

QWidget* MessageBar::makeProblemLine() {
  auto* box = new QWidget(this);
  auto* line = new QHBoxLayout(box);
  line->setContentsMargins(0, 0, 0, 0);
  line->setSpacing(2 * theme::kStep);
  auto* icon = new QLabel(box);
  const int size = fontMetrics().height() + 2;
  icon->setPixmap(style()->standardIcon(QStyle::SP_MessageBoxWarning).pixmap(size, size));
  problem_->setWordWrap(true);
  problem_->setTextFormat(Qt::PlainText);
  problem_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  close_->setIcon(style()->standardIcon(QStyle::SP_TitleBarCloseButton));
  close_->setToolTip(tr("Close this message"));
  close_->setAccessibleName(close_->toolTip());
  close_->setAutoRaise(true);
  connect(close_, &QToolButton::clicked, this, &MessageBar::closeProblems);
  line->addWidget(icon, 0, Qt::AlignTop);
  line->addWidget(problem_, 1);
  line->addWidget(close_, 0, Qt::AlignTop);
  return box;
}

void MessageBar::showResult(const QString& sentence) {
  Q_EMIT said(sentence, false);
  result_->setText(sentence);
  result_->setToolTip(sentence);
}

void MessageBar::showProblem(const QString& sentence) {
  Q_EMIT said(sentence, true);
  problems_.append(sentence);
  while (problems_.size() > kProblemsKept) problems_.removeFirst();
  const auto before = problems_.size() - 1;
  problem_->setText(
      before == 0
          ? sentence
          : tr("%1 (and %n more before it)", nullptr, static_cast<int>(before)).arg(sentence));
  problem_->setToolTip(problems_.join(QStringLiteral("\n")));
  problemLine_->show();
  QAccessibleEvent event(problem_, QAccessible::Alert);
  QAccessible::updateAccessibility(&event);
}

void MessageBar::showOffer(const QString& name, const Offer& offered) {
  delete offer(name);
  auto* line = new OfferLine(offered, this);
  line->setObjectName(name);
  static_cast<QVBoxLayout*>(layout())->insertWidget(0, line);
  Q_EMIT said(offered.sentence, false);
}

OfferLine* MessageBar::offer(const QString& name) const {
  return findChild<OfferLine*>(name, Qt::FindDirectChildrenOnly);
}

void MessageBar::closeProblems() {
  problems_.clear();
  problemLine_->hide();
}

void MessageBar::setBusy(bool busy) {
  if (busy) {
    patience_.start();
  } else {
    patience_.stop();
    showWork(false);
  }
}

void MessageBar::showProgress(double fraction, const QString& text) {
  progress_->setValue(static_cast<int>(fraction * kProgressSteps));
  work_->setText(text);
}

void MessageBar::showWork(bool shown) {
  for (QWidget* part : {static_cast<QWidget*>(work_), static_cast<QWidget*>(progress_),
                        static_cast<QWidget*>(cancel_)}) {
    part->setVisible(shown);
  }
}

}  // namespace filterlens
