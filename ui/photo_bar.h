// PhotoBar: the row above the panes: previous and next, which photo, which model.
#pragma once

#include <QLabel>
#include <QToolButton>
#include <QWidget>

#include "ui/actions.h"
#include "ui/session.h"

namespace filterlens {

class PhotoBar : public QWidget {
  Q_OBJECT

 public:
  PhotoBar(Session&, const Actions&, QWidget* parent = nullptr);

  [[nodiscard]] QString photoText() const { return photo_->text(); }
  [[nodiscard]] QString modelText() const { return model_->text(); }

 private:
  QToolButton* makeButton(QAction*, Qt::ArrowType);
  void showPhoto();
  void showModel();

  Session& session_;
  QLabel* photo_;
  QLabel* model_;
};

}  // namespace filterlens
