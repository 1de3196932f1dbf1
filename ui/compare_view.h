// CompareView: two panes over each other: split by a line that can be dragged, flipped while X is
// held, or subtracted.
#pragma once

#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include "ui/color_bar.h"
#include "ui/image_view.h"
#include "ui/session.h"

namespace filterlens {

/// The line between the two; dragged, or moved by the arrow keys.
class SplitHandle : public QWidget {
  Q_OBJECT

 public:
  explicit SplitHandle(QWidget* parent);

 Q_SIGNALS:
  void movedBy(int pixels);

 protected:
  void paintEvent(QPaintEvent*) override;
  void mousePressEvent(QMouseEvent*) override;
  void mouseMoveEvent(QMouseEvent*) override;
  void keyPressEvent(QKeyEvent*) override;

 private:
  int pressedAt_ = 0;
};

class CompareView : public QWidget {
  Q_OBJECT

 public:
  CompareView(Session&, ViewLink&, QWidget* parent = nullptr);

  [[nodiscard]] ImageView* first() const { return first_; }
  [[nodiscard]] ImageView* second() const { return second_; }
  [[nodiscard]] SplitHandle* handle() const { return handle_; }
  [[nodiscard]] QLabel* caption() const { return caption_; }
  /// What they open lets the user put another pane on this side.
  [[nodiscard]] QToolButton* firstTitle() const { return firstTitle_; }
  [[nodiscard]] QToolButton* secondTitle() const { return secondTitle_; }
  /// first minus second; nullptr unless it is on show.
  [[nodiscard]] const std::shared_ptr<const Heatmap>& difference() const { return difference_; }
  /// Where the line is: 0 left, 1 right.
  [[nodiscard]] double split() const { return split_; }
  void setMapsHidden(bool);
  /// Shows the second map alone for a moment.
  void setFlipped(bool);

 protected:
  void resizeEvent(QResizeEvent*) override;

 private:
  void refresh();
  QToolButton* makeTitle(ComparedPane Comparison::*side);
  void showTitle(QToolButton*, const ComparedPane&);
  void showMap(ImageView*, const ComparedPane&);
  /// Why one of the two has no map, in a sentence; empty where both have, or may come to have one.
  [[nodiscard]] QString whatIsLacking(const Comparison&) const;
  void showDifference(const Comparison&);
  void place();

  Session& session_;
  QWidget* canvas_;
  ImageView* first_;
  ImageView* second_;
  SplitHandle* handle_;
  QToolButton* firstTitle_;
  QToolButton* secondTitle_;
  QLabel* caption_;
  ColorBar* bar_;
  std::shared_ptr<const Heatmap> difference_;
  double split_ = 0.5;
  bool flipped_ = false;
};

}  // namespace filterlens
