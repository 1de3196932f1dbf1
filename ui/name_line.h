// NameLine: asks for a name in a line of the window; nothing stops meanwhile. Enter takes it, Esc
// leaves it.
#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>
#include <QWidget>
#include <functional>

namespace filterlens {

class NameLine : public QWidget {
  Q_OBJECT

 public:
  explicit NameLine(QWidget* parent = nullptr);

  /// taken gets the name, without blanks around it, never empty.
  void ask(const QString& question, const QString& button, std::function<void(QString)> taken);

  [[nodiscard]] QLineEdit* line() const { return line_; }
  [[nodiscard]] QPushButton* acceptButton() const { return accept_; }
  [[nodiscard]] QToolButton* declineButton() const { return decline_; }

 protected:
  bool eventFilter(QObject*, QEvent*) override;

 private:
  void take();
  void end();

  QLabel* question_;
  QLineEdit* line_;
  QPushButton* accept_;
  QToolButton* decline_;
  std::function<void(QString)> taken_;
  QPointer<QWidget> before_;  // had the focus
};

}  // namespace filterlens
