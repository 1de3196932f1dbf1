// ClassComparison: what two models say about the photo, class by class, as a table for views.
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "ui/session.h"

namespace filterlens {

class ClassComparison : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Column { NameColumn, FirstColumn, SecondColumn, ColumnCount };
  enum Role {
    ProbabilityRole =
        Qt::UserRole,  ///< not valid in the name's column, and where a model lacks the class
    TargetRole,        ///< whether this is the target class
    ClassRole          ///< index in the first model; -1 where it lacks the class
  };

  explicit ClassComparison(Session&, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex&, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex&) const override;

 private:
  struct Row {
    QString name;
    int index = -1;  ///< in the first model
    std::optional<float> first;
    std::optional<float> second;
    [[nodiscard]] float larger() const;
  };
  void fill();
  [[nodiscard]] std::vector<Row> rowsNow() const;
  [[nodiscard]] QString explanation(const Row&) const;

  Session& session_;
  std::vector<Row> rows_;  ///< the class that either model finds most probable first
};

}  // namespace filterlens
