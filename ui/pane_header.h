// PaneHeader: the line above a pane's canvas: its title, which opens the pane's menu, and the value
// under the cursor. Dragged, it takes its pane to another place. Where room is short, the method's
// name gives way before layer and class do.
#pragma once

#include <QAbstractButton>
#include <optional>

namespace filterlens {

class PaneHeader : public QAbstractButton {
  Q_OBJECT

 public:
  explicit PaneHeader(QWidget* parent = nullptr);

  /// method: "Grad-CAM"; details: "block 8 · dog", or empty.
  void setTitle(const QString& method, const QString& details);
  void setValue(const QString&);
  /// Underlines the title: commands and the display panel mean this pane.
  void setCurrent(bool);
  [[nodiscard]] const QString& value() const { return value_; }

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return {40, sizeHint().height()}; }

 Q_SIGNALS:
  void dragged(QPoint global);
  void dropped(QPoint global);

 protected:
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void mouseReleaseEvent(QMouseEvent*) override;
  void paintEvent(QPaintEvent*) override;
  void keyPressEvent(QKeyEvent*) override;
  void enterEvent(QEnterEvent*) override;
  void leaveEvent(QEvent*) override;

 private:
  [[nodiscard]] QString fittedTitle(int room) const;

  QString method_;
  QString details_;
  QString value_;
  std::optional<QPoint> pressedAt_;
  bool dragging_ = false;
  bool current_ = false;
};

}  // namespace filterlens
