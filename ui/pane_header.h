// PaneHeader: the line above a pane's canvas: its title, which opens the pane's menu, and the value
// under the cursor.
#pragma once

#include <QAbstractButton>

namespace filterlens {

class PaneHeader : public QAbstractButton {
  Q_OBJECT

 public:
  explicit PaneHeader(QWidget* parent = nullptr);

  void setValue(const QString&);
  [[nodiscard]] const QString& value() const { return value_; }

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

 protected:
  void paintEvent(QPaintEvent*) override;
  void enterEvent(QEnterEvent*) override;
  void leaveEvent(QEvent*) override;

 private:
  QString value_;
};

}  // namespace filterlens
