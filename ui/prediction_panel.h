// PredictionPanel: what the network says, and how sure it is; a click or Enter makes a class the
// target. Where there are more classes than rows, a line finds them by name.
#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QSortFilterProxyModel>
#include <QSpinBox>

#include "ui/panel.h"
#include "ui/prediction_model.h"

namespace filterlens {

class PredictionPanel : public Panel {
  Q_OBJECT

 public:
  explicit PredictionPanel(Session&, QWidget* parent = nullptr);

  [[nodiscard]] QListView* list() const { return list_; }
  [[nodiscard]] QLineEdit* search() const { return search_; }
  [[nodiscard]] QSpinBox* unsureBelow() const { return unsureBelow_; }
  /// Margin and entropy, and whether the network is unsure.
  [[nodiscard]] QString summary() const { return summary_->text(); }

 protected:
  bool eventFilter(QObject*, QEvent*) override;

 private:
  [[nodiscard]] bool searchKey(int key);
  void filter(const QString& words);
  void fitRows();
  void showAnalysis();
  void showSummary();
  void choose(const QModelIndex&);

  Session& session_;
  PredictionModel* predictions_;
  QSortFilterProxyModel* found_;
  QLineEdit* search_;
  QListView* list_;
  QLabel* summary_;
  QLabel* unsureLabel_;
  QSpinBox* unsureBelow_;
};

}  // namespace filterlens
