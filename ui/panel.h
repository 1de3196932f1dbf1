// Panel: a heading and what stands under it; the side columns are made of these.
#pragma once

#include <QVBoxLayout>
#include <QWidget>

class QAbstractItemView;

namespace filterlens {

class Panel : public QWidget {
  Q_OBJECT

 public:
  explicit Panel(const QString& heading, QWidget* parent = nullptr);

  [[nodiscard]] QVBoxLayout* column() const { return column_; }

 private:
  QVBoxLayout* column_;
};

/// A list or table view without a frame, on the window's own background.
void makeFlat(QAbstractItemView*);

}  // namespace filterlens
