#include "ui/class_comparison.h"

#include <algorithm>

#include "ui/pane_title.h"
#include "ui/text.h"

namespace filterlens {

namespace {

/// The unit stands in the heading, since room is short.
QString percentNumber(double fraction) {
  return percentText(fraction).remove(QLatin1Char('%')).trimmed();
}

}  // namespace

ClassComparison::ClassComparison(Session& session, QObject* parent)
    : QAbstractTableModel(parent), session_(session) {
  for (const auto signal :
       {&Session::analysisChanged, &Session::modelChanged, &Session::secondModelChanged}) {
    connect(&session_, signal, this, &ClassComparison::fill);
  }
  connect(&session_, &Session::targetChanged, this, [this] {
    if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
  });
  fill();
}

float ClassComparison::Row::larger() const {
  return std::max(first.value_or(0), second.value_or(0));
}

void ClassComparison::fill() {
  beginResetModel();
  rows_ = rowsNow();
  endResetModel();
}

std::vector<ClassComparison::Row> ClassComparison::rowsNow() const {
  const auto& first = session_.analysis();
  const auto& second = session_.analysis(ModelSlot::Second);
  if (!first || !session_.hasSecondModel()) return {};
  const ModelInfo& info = *session_.modelInfo();
  const ModelInfo& other = *session_.modelInfo(ModelSlot::Second);
  std::vector<Row> rows(static_cast<std::size_t>(info.classes));
  for (const Prediction& prediction : first->predictions) {
    rows[static_cast<std::size_t>(prediction.index)] = {
        QString::fromStdString(prediction.name), prediction.index, prediction.probability, {}};
  }
  if (second) {
    for (const Prediction& prediction : second->predictions) {
      if (const auto same = sameClass(other, prediction.index, info)) {
        rows[static_cast<std::size_t>(*same)].second = prediction.probability;
      } else {
        rows.push_back({QString::fromStdString(prediction.name), -1, {}, prediction.probability});
      }
    }
  }
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row& a, const Row& b) { return a.larger() > b.larger(); });
  return rows;
}

int ClassComparison::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int ClassComparison::columnCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : ColumnCount;
}

QString ClassComparison::explanation(const Row& row) const {
  const auto words = [&](ModelSlot slot, const std::optional<float>& probability) {
    const QString name = modelName(session_, slot);
    if (probability) return tr("%1: %2").arg(name, percentText(*probability));
    return session_.analysis(slot) ? tr("%1 has no such class").arg(name)
                                   : tr("%1 has not analysed this photo").arg(name);
  };
  return tr("%1 – %2; %3")
      .arg(row.name, words(ModelSlot::First, row.first), words(ModelSlot::Second, row.second));
}

QVariant ClassComparison::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const Row& row = rows_[static_cast<std::size_t>(index.row())];
  const bool name = index.column() == NameColumn;
  const auto& probability = index.column() == FirstColumn ? row.first : row.second;
  switch (role) {
    case Qt::DisplayRole:
      if (name) return row.name;
      return probability ? percentNumber(*probability) : QStringLiteral("–");
    case Qt::ToolTipRole:
    case Qt::AccessibleTextRole:
      return explanation(row);
    case Qt::TextAlignmentRole:
      return static_cast<int>((name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case ProbabilityRole:
      return name || !probability ? QVariant() : QVariant(*probability);
    case TargetRole:
      return row.index >= 0 && row.index == session_.target();
    case ClassRole:
      return row.index;
    default:
      return {};
  }
}

QVariant ClassComparison::headerData(int section, Qt::Orientation orientation, int role) const {
  if (orientation != Qt::Horizontal || section >= ColumnCount) return {};
  if (section == NameColumn) return role == Qt::DisplayRole ? tr("Class") : QVariant();
  const auto slot = section == FirstColumn ? ModelSlot::First : ModelSlot::Second;
  if (role == Qt::DisplayRole) return tr("%1 %").arg(modelMark(slot));
  if (role == Qt::ToolTipRole) return modelName(session_, slot);
  return role == Qt::TextAlignmentRole ? QVariant(static_cast<int>(Qt::AlignRight)) : QVariant();
}

// A class that the first model lacks can be no target.
Qt::ItemFlags ClassComparison::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::NoItemFlags;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

}  // namespace filterlens
