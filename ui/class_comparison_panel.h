// ClassComparisonPanel: the predictions of two models side by side; a class that is clicked becomes
// the target of both.
#pragma once

#include <QLabel>
#include <QTableView>

#include "ui/class_comparison.h"
#include "ui/panel.h"

namespace filterlens {

class ClassComparisonPanel : public Panel {
  Q_OBJECT

 public:
  explicit ClassComparisonPanel(Session&, QWidget* parent = nullptr);

  [[nodiscard]] QTableView* table() const { return table_; }
  [[nodiscard]] QString summary() const { return summary_->text(); }

 protected:
  bool eventFilter(QObject*, QEvent*) override;

 private:
  void showClasses();
  void choose(const QModelIndex&);
  [[nodiscard]] QString verdict() const;

  Session& session_;
  ClassComparison* classes_;
  QTableView* table_;
  QLabel* summary_;
};

}  // namespace filterlens
