// PredictionModel: all classes of the current photo, the most probable first.
#pragma once

#include <QAbstractListModel>

#include "ui/session.h"

namespace filterlens {

class PredictionModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    ProbabilityRole = Qt::UserRole,  ///< 0..1
    BeforeRole,  ///< the same without the changes in the network; none where nothing is changed
    TargetRole,  ///< whether class-specific methods show this class
    ClassRole,   ///< its index
  };

  explicit PredictionModel(Session&, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex&, int role) const override;
  [[nodiscard]] QModelIndex indexOfClass(int index) const;

 private:
  void showAnalysis();
  [[nodiscard]] QString accessibleText(const Prediction&) const;
  [[nodiscard]] QVariant before(int classIndex) const;

  Session& session_;
  std::vector<Prediction> predictions_;
};

}  // namespace filterlens
