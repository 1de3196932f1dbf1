// EpochBar: the row that walks through the epochs of a training run; hidden where none is open.
#pragma once

#include <QLabel>
#include <QSlider>
#include <QWidget>

#include "ui/actions.h"
#include "ui/session.h"

namespace filterlens {

class EpochBar : public QWidget {
  Q_OBJECT

 public:
  EpochBar(Session&, const Actions&, QWidget* parent = nullptr);

  [[nodiscard]] QSlider* slider() const { return slider_; }
  [[nodiscard]] QString text() const { return text_->text(); }

 Q_SIGNALS:
  /// The user wants another epoch; index: into Session::epochs().
  void chosen(int index);

 private:
  void showEpochs();

  Session& session_;
  QSlider* slider_;
  QLabel* text_;
};

}  // namespace filterlens
