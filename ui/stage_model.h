// StageModel: the stages of the open network as a list, in the order of the forward pass. Those
// with attention can be chosen.
#pragma once

#include <QAbstractListModel>
#include <vector>

#include "ui/session.h"

namespace filterlens {

class StageModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    DetailRole = Qt::UserRole,  ///< "55×55 · K 256"
    ModuleRole,                 ///< its name in the state dict
  };

  explicit StageModel(Session&, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex&, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex&) const override;

  /// The row of a module, or an invalid index.
  [[nodiscard]] QModelIndex indexOf(const std::string& module) const;

 private:
  Session& session_;
  std::vector<NetworkStage> stages_;
};

}  // namespace filterlens
