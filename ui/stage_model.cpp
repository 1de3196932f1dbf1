#include "ui/stage_model.h"

#include "ui/layer_summary.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kThumbnailPixels = 80;  // sharp at two device pixels for one
constexpr int kBriefDigits = 2;

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

QString kindHelp(StageKind kind) {
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
    thumbnails_.clear();
    endResetModel();
  });
  for (const auto signal :
       {&Session::analysisChanged, &Session::mapsChanged, &Session::displayChanged,
        &Session::layerMapChanged, &Session::layoutChanged}) {
    connect(&session_, signal, this, &StageModel::refresh);
  }
}

void StageModel::refresh() {
  if (!stages_.empty()) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
}

std::shared_ptr<const Heatmap> StageModel::mapOf(const NetworkStage& stage) const {
  if (stage.number == 0) return nullptr;
  const MapResult* map = session_.mapFor(session_.listedMap(*stage.stage));
  return map && map->ok() ? **map : nullptr;
}

const LayerTrace* StageModel::traceOf(const NetworkStage& stage) const {
  const auto& analysis = session_.analysis();
  const int layer = analysis ? analysis->trace.findLayer(stage.stage->module) : -1;
  return layer < 0 ? nullptr : &analysis->trace.layers[static_cast<std::size_t>(layer)];
}

QString StageModel::keptText(const NetworkStage& stage) const {
  const auto map = mapOf(stage);
  const LayerTrace* layer = traceOf(stage);
  const auto kept = map && layer ? summaryOf(*layer, *map).kept : std::nullopt;
  return kept ? tr("%1 kept").arg(percentText(*kept)) : QString();
}

QStringList StageModel::numbersOf(const NetworkStage& stage) const {
  const auto map = mapOf(stage);
  const LayerTrace* layer = traceOf(stage);
  if (!map || !layer) return {};
  const LayerSummary summary = summaryOf(*layer, *map);
  const auto brief = [](double value) { return numberText(value, kBriefDigits); };
  return {brief(summary.range.low), brief(summary.mean), brief(summary.range.high)};
}

QImage StageModel::thumbnail(const NetworkStage& stage) const {
  const auto map = mapOf(stage);
  if (!map) return {};
  ShownMap shown{map, session_.styleOf(session_.listedMap(*stage.stage), map).overlay};
  shown.style.opacity = 1;
  Thumbnail& kept = thumbnails_[std::string(stage.stage->module)];
  if (kept.image.isNull() || !(kept.shown == shown)) {
    const PhotoPlacement& placement = session_.analysis()->placement;
    kept.image =
        mapColours(shown, placement, {placement.inputRect(), kThumbnailPixels, kThumbnailPixels});
    kept.shown = std::move(shown);
  }
  return kept.image;
}

QString StageModel::helpOf(const NetworkStage& stage) const {
  QString help = QStringLiteral("<p><b>%1</b></p><p>%2</p>")
                     .arg(fromUtf8(stage.stage->module), kindHelp(stage.stage->kind));
  const auto map = mapOf(stage);
  const LayerTrace* layer = traceOf(stage);
  if (!map || !layer) return help;
  const LayerSummary summary = summaryOf(*layer, *map);
  help += QStringLiteral("<p>%1</p>")
              .arg(tr("The picture is %1: smallest %2, mean %3, largest %4.")
                       .arg(fromUtf8(findExplainer(map->method)->label).toLower(),
                            numberText(summary.range.low), numberText(summary.mean),
                            numberText(summary.range.high)));
  if (summary.kept) {
    help += QStringLiteral("<p>%1</p>")
                .arg(tr("Of all cells, %1 attend to each other.").arg(percentText(*summary.kept)));
  }
  return help;
}

QString StageModel::spokenText(const NetworkStage& stage) const {
  QStringList words{titleOf(stage), detailOf(stage)};
  const QString kept = keptText(stage);
  if (!kept.isEmpty()) words << kept;
  const auto map = mapOf(stage);
  const LayerTrace* layer = traceOf(stage);
  if (map && layer) {
    const LayerSummary summary = summaryOf(*layer, *map);
    words << tr("%1 from %2 to %3, mean %4")
                 .arg(fromUtf8(findExplainer(map->method)->label), numberText(summary.range.low),
                      numberText(summary.range.high), numberText(summary.mean));
  }
  return (words << fromUtf8(stage.stage->module)).join(QStringLiteral(", "));
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
    case KeptRole:
      return keptText(stage);
    case NumbersRole:
      return numbersOf(stage);
    case ThumbnailRole:
      return thumbnail(stage);
    case Qt::ToolTipRole:
    case Qt::WhatsThisRole:
      return helpOf(stage);
    case Qt::AccessibleTextRole:
      return spokenText(stage);
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
