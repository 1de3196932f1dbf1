#include "ui/stage_model.h"

#include "ui/text.h"

namespace filterlens {
namespace {

QString titleOf(const NetworkStage& stage) {
  const QString kind = kindText(stage.stage->kind);
  return stage.number == 0 ? kind : StageModel::tr("block %1 · %2").arg(stage.number).arg(kind);
}

QString detailOf(const NetworkStage& stage) {
  QString grid = StageModel::tr("%1×%2").arg(stage.rows).arg(stage.cols);
  switch (stage.stage->kind) {
    case StageKind::Filter:
    case StageKind::Dropout:
      return StageModel::tr("%1 · K %2").arg(grid).arg(stage.stage->k);
    case StageKind::Pooled:
      return StageModel::tr("%1 · bins %2×%2").arg(grid).arg(stage.stage->grid);
    default:
      return grid;
  }
}

QString helpOf(StageKind kind) {
  switch (kind) {
    case StageKind::Filter:
      return StageModel::tr(
          "A small convolution scores every cell; only the K highest-scoring cells attend to each "
          "other.");
    case StageKind::Dropout:
      return StageModel::tr("K cells, drawn at random, attend to each other.");
    case StageKind::Pooled:
      return StageModel::tr("The averages of large bins attend to each other.");
    case StageKind::Full:
      return StageModel::tr("All cells attend to each other.");
    case StageKind::AdaptivePool:
      return StageModel::tr("Averages the map to a fixed size.");
    case StageKind::Stem:
    case StageKind::InvertedResidual:
      return StageModel::tr("Convolutions; no attention here.");
  }
  return {};
}

}  // namespace

StageModel::StageModel(Session& session, QObject* parent)
    : QAbstractListModel(parent), session_(session), stages_(session.stages()) {
  connect(&session_, &Session::modelChanged, this, [this] {
    beginResetModel();
    stages_ = session_.stages();
    endResetModel();
  });
}

int StageModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(stages_.size());
}

QVariant StageModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const NetworkStage& stage = stages_[static_cast<std::size_t>(index.row())];
  const QString module = fromUtf8(stage.stage->module);
  switch (role) {
    case Qt::DisplayRole:
      return titleOf(stage);
    case DetailRole:
      return detailOf(stage);
    case ModuleRole:
      return module;
    case Qt::ToolTipRole:
      return QStringLiteral("<p><b>%1</b></p><p>%2</p>").arg(module, helpOf(stage.stage->kind));
    case Qt::AccessibleTextRole:
      return QStringLiteral("%1, %2, %3").arg(titleOf(stage), detailOf(stage), module);
    default:
      return {};
  }
}

Qt::ItemFlags StageModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  const bool layer = stages_[static_cast<std::size_t>(index.row())].number > 0;
  return layer ? Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren
               : Qt::ItemNeverHasChildren;
}

QModelIndex StageModel::indexOf(const std::string& module) const {
  for (std::size_t row = 0; row < stages_.size(); ++row) {
    if (stages_[row].stage->module == module) return index(static_cast<int>(row));
  }
  return {};
}

}  // namespace filterlens
