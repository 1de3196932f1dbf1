#include "ui/message_log.h"

#include <QTime>
#include <QVBoxLayout>

namespace filterlens {
namespace {

constexpr int kLinesKept = 1000;
constexpr QSize kFirstSize(640, 360);

}  // namespace

MessageLog::MessageLog(QWidget* window)
    : QWidget(window, Qt::Window), text_(new QPlainTextEdit(this)) {
  setWindowTitle(tr("Messages"));
  resize(kFirstSize);
  text_->setReadOnly(true);
  text_->setMaximumBlockCount(kLinesKept);
  text_->setAccessibleName(windowTitle());
  text_->setPlaceholderText(tr("Nothing has been said yet."));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->addWidget(text_);
}

void MessageLog::add(const QString& sentence, bool problem) {
  const QString time = QTime::currentTime().toString(Qt::ISODate);
  text_->appendPlainText(problem ? tr("%1  Problem: %2").arg(time, sentence)
                                 : QStringLiteral("%1  %2").arg(time, sentence));
}

}  // namespace filterlens
