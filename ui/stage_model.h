// StageModel: the stages of the open network as a list, in the order of the forward pass, with what
// each layer made of the photo. Those with attention can be chosen.
#pragma once

#include <QAbstractListModel>
#include <QImage>
#include <vector>

#include "ui/map_painting.h"
#include "ui/session.h"

namespace filterlens {

class StageModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    DetailRole = Qt::UserRole,  ///< "55×55 · K 256"
    ModuleRole,                 ///< its name in the state dict
    KeptRole,                   ///< "8.5 % kept"; empty where all cells attend, and without a photo
    NumbersRole,                ///< {"0.46", "0.53", "0.98"}: smallest, mean and largest of its map
    ThumbnailRole,  ///< QImage of its map over the network's input; null without a photo
  };

  explicit StageModel(Session&, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex&, int role) const override;
  [[nodiscard]] Qt::ItemFlags flags(const QModelIndex&) const override;

  [[nodiscard]] const std::vector<NetworkStage>& stages() const { return stages_; }
  /// The row of a module, or an invalid index.
  [[nodiscard]] QModelIndex indexOf(const std::string& module) const;

  /// Of a layer, once its map has been computed; nullptr before.
  [[nodiscard]] std::shared_ptr<const Heatmap> mapOf(const NetworkStage&) const;
  [[nodiscard]] const LayerTrace* traceOf(const NetworkStage&) const;

 private:
  struct Thumbnail {
    ShownMap shown;
    QImage image;
  };

  void refresh();
  [[nodiscard]] QString keptText(const NetworkStage&) const;
  [[nodiscard]] QStringList numbersOf(const NetworkStage&) const;
  [[nodiscard]] QString helpOf(const NetworkStage&) const;
  [[nodiscard]] QString spokenText(const NetworkStage&) const;
  [[nodiscard]] QImage thumbnail(const NetworkStage&) const;

  Session& session_;
  mutable std::map<std::string, Thumbnail> thumbnails_;  // by module; painted when first seen
  std::vector<NetworkStage> stages_;
};

}  // namespace filterlens
