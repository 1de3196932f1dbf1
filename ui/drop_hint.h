// DropHint: lies over the window while files are dragged across it, and says what a drop does.
#pragma once

#include <QWidget>

namespace filterlens {

class DropHint : public QWidget {
  Q_OBJECT

 public:
  explicit DropHint(QWidget* parent);

 protected:
  void paintEvent(QPaintEvent*) override;
};

}  // namespace filterlens
