// MessageLog: a window with all that the program has said, to read again and to copy.
#pragma once

#include <QPlainTextEdit>
#include <QWidget>

namespace filterlens {

class MessageLog : public QWidget {
  Q_OBJECT

 public:
  explicit MessageLog(QWidget* window);

  void add(const QString& sentence, bool problem);
  [[nodiscard]] QString text() const { return text_->toPlainText(); }

 private:
  QPlainTextEdit* text_;
};

}  // namespace filterlens
