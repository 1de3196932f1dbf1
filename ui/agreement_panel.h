// AgreementPanel: the table of agreement below the panes: one measure at a time, in colours; a cell
// that is clicked lays its two panes over each other.
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QTableView>
#include <QWidget>

#include "ui/agreement_model.h"

namespace filterlens {

class AgreementPanel : public QWidget {
  Q_OBJECT

 public:
  AgreementPanel(Session&, JobRunner&, QWidget* parent = nullptr);

  [[nodiscard]] QTableView* table() const { return table_; }
  [[nodiscard]] QComboBox* measures() const { return measures_; }
  [[nodiscard]] QLabel* sentence() const { return sentence_; }
  [[nodiscard]] AgreementModel* model() const { return agreements_; }

 protected:
  bool eventFilter(QObject*, QEvent*) override;
  void showEvent(QShowEvent*) override;
  void hideEvent(QHideEvent*) override;

 private:
  QWidget* makeSide();
  void setUpTable();
  void fitTable();
  void compare(const QModelIndex&);
  void showSentence();
  void markComparison();

  Session& session_;
  AgreementModel* agreements_;
  QTableView* table_;
  QComboBox* measures_;
  QLabel* help_;
  QLabel* sentence_;
};

}  // namespace filterlens
