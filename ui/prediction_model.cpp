#include "ui/prediction_model.h"

#include "ui/text.h"

namespace filterlens {

PredictionModel::PredictionModel(Session& session, QObject* parent)
    : QAbstractListModel(parent), session_(session) {
  showAnalysis();
  connect(&session_, &Session::analysisChanged, this, &PredictionModel::showAnalysis);
  connect(&session_, &Session::targetChanged, this, [this] {
    if (rowCount() > 0) Q_EMIT dataChanged(index(0), index(rowCount() - 1));
  });
}

void PredictionModel::showAnalysis() {
  beginResetModel();
  predictions_ = session_.analysis() ? session_.analysis()->predictions : std::vector<Prediction>();
  endResetModel();
}

int PredictionModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(predictions_.size());
}

QVariant PredictionModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Prediction& prediction = predictions_[static_cast<std::size_t>(index.row())];
  const QString name = QString::fromStdString(prediction.name);
  const double probability = prediction.probability;
  const bool target = prediction.index == session_.target();
  switch (role) {
    case Qt::DisplayRole:
      return name;
    case ProbabilityRole:
      return probability;
    case BeforeRole:
      return before(prediction.index);
    case TargetRole:
      return target;
    case ClassRole:
      return prediction.index;
    case Qt::ToolTipRole:
    case Qt::WhatsThisRole:
      return tr("%1: %2, logit %3. Click to make it the target class of Grad-CAM and of the other "
                "class-specific methods.")
          .arg(name, percentText(probability), numberText(prediction.logit));
    case Qt::AccessibleTextRole:
      return accessibleText(prediction);
    default:
      return {};
  }
}

QString PredictionModel::accessibleText(const Prediction& prediction) const {
  QStringList words{QString::fromStdString(prediction.name), percentText(prediction.probability)};
  const QVariant then = before(prediction.index);
  if (then.isValid()) words << tr("before the change %1").arg(percentText(then.toDouble()));
  if (prediction.index == session_.target()) words << tr("target class");
  return words.join(QStringLiteral(", "));
}

QVariant PredictionModel::before(int classIndex) const {
  const auto& plain = session_.plainAnalysis();
  if (!plain || !session_.changedAnalysis() || session_.isBeforeShown()) return {};
  for (const Prediction& prediction : plain->predictions) {
    if (prediction.index == classIndex) return double{prediction.probability};
  }
  return {};
}

QModelIndex PredictionModel::indexOfClass(int classIndex) const {
  for (int row = 0; row < rowCount(); ++row) {
    if (predictions_[static_cast<std::size_t>(row)].index == classIndex) return index(row);
  }
  return {};
}

}  // namespace filterlens
