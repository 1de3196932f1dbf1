// ViewLink: the one value that linked panes share, so that they show the same place. It speaks in
// fractions of the photo, so panes and photos of any size agree, and no view ever talks to another.
#pragma once

#include <QObject>
#include <QPointF>
#include <optional>

namespace filterlens {

struct ViewState {
  QPointF centre{0.5, 0.5};       ///< what lies in the middle of the pane; (0, 0) .. (1, 1)
  double zoom = 1;                ///< 1: the whole photo fits into the pane
  std::optional<QPointF> cursor;  ///< what is pointed at; (0, 0) .. (1, 1)

  bool operator==(const ViewState&) const = default;
};

class ViewLink : public QObject {
  Q_OBJECT

 public:
  using QObject::QObject;

  [[nodiscard]] const ViewState& state() const { return state_; }

  /// centre is kept within the photo, zoom at 1 or more.
  void setView(QPointF centre, double zoom);
  /// Outside the photo means none.
  void setCursor(std::optional<QPointF> cursor);
  void fit() { setView({0.5, 0.5}, 1); }

 Q_SIGNALS:
  void viewChanged();
  void cursorChanged();

 private:
  ViewState state_;
};

}  // namespace filterlens
