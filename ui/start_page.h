// StartPage: what the window shows until a photo is open: how to open one, and a model.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include "ui/session.h"

namespace filterlens {

class StartPage : public QWidget {
  Q_OBJECT

 public:
  explicit StartPage(Session&, QWidget* parent = nullptr);

  [[nodiscard]] QPushButton* photosButton() const { return photos_; }
  [[nodiscard]] QPushButton* modelButton() const { return model_; }
  /// What is known about the model so far.
  [[nodiscard]] QString modelText() const { return modelText_->text(); }

 private:
  QWidget* makeStep(int number, const QString& title, QLabel* text, QPushButton*);
  void showModel();

  Session& session_;
  QLabel* modelText_;
  QPushButton* photos_;
  QPushButton* model_;
};

}  // namespace filterlens
