// PredictionPanel: what the network says; a click or Enter makes a class the target.
#pragma once

#include <QLabel>
#include <QListView>

#include "ui/panel.h"
#include "ui/prediction_model.h"

namespace filterlens {

class PredictionPanel : public Panel {
  Q_OBJECT

 public:
  explicit PredictionPanel(Session&, QWidget* parent = nullptr);

  [[nodiscard]] QListView* list() const { return list_; }

 protected:
  bool eventFilter(QObject*, QEvent*) override;

 private:
  void showAnalysis();
  void choose(const QModelIndex&);

  Session& session_;
  PredictionModel* predictions_;
  QListView* list_;
  QLabel* summary_;
};

}  // namespace filterlens
