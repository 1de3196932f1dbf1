#include "ui/agreement_model.h"

#include <QBrush>
#include <QColor>
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "core/render/colormap.h"
#include "ui/pane_choice.h"
#include "ui/pane_title.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kSoonMs = 60;
constexpr double kBright = 0.55;  // luminance above which words on a cell are black

template <class T>
std::pair<T, T> ordered(const T& a, const T& b) {
  return std::less<T>()(b, a) ? std::pair(b, a) : std::pair(a, b);
}

QColor cellColour(double value, AgreementMeasure measure) {
  const bool isSigned = measure != AgreementMeasure::TopOverlap;
  const Colormap& colours =
      defaultColormap(isSigned ? HeatmapScale::Diverging : HeatmapScale::Sequential);
  const Rgb colour = colours.at(isSigned ? (value + 1) / 2 : value);
  return {colour[0], colour[1], colour[2]};
}

/// Two digits; never "-0.00".
QString shortNumber(double value) {
  return QLocale().toString(std::abs(value) < 0.005 ? 0 : value, 'f', 2);
}

}  // namespace

QString measureName(AgreementMeasure measure) {
  switch (measure) {
    case AgreementMeasure::RankCorrelation:
      return AgreementModel::tr("Rank correlation");
    case AgreementMeasure::TopOverlap:
      return AgreementModel::tr("IoU of the top tenth");
    case AgreementMeasure::Similarity:
      return AgreementModel::tr("SSIM");
  }
  return {};
}

QString measureHelp(AgreementMeasure measure) {
  switch (measure) {
    case AgreementMeasure::RankCorrelation:
      return AgreementModel::tr(
          "Spearman's rank correlation over the cells: 1 where both maps order the cells alike, 0 "
          "where the one says nothing about the other, −1 where the order is reversed.");
    case AgreementMeasure::TopOverlap:
      return AgreementModel::tr(
          "The strongest tenth of the cells of each map: how many both have, of those that either "
          "has. Maps by chance share about 0.05.");
    case AgreementMeasure::Similarity:
      return AgreementModel::tr(
          "Structural similarity of the maps as pictures, each stretched to 0 .. 1: 1 where they "
          "are the same.");
  }
  return {};
}

double valueOf(const Agreement& agreement, AgreementMeasure measure) {
  switch (measure) {
    case AgreementMeasure::RankCorrelation:
      return agreement.rankCorrelation;
    case AgreementMeasure::TopOverlap:
      return agreement.topOverlap;
    case AgreementMeasure::Similarity:
      return agreement.similarity;
  }
  return 0;
}

AgreementModel::AgreementModel(Session& session, JobRunner& jobs, QObject* parent)
    : QAbstractTableModel(parent), session_(session), jobs_(jobs) {
  soon_.setSingleShot(true);
  soon_.setInterval(kSoonMs);
  connect(&soon_, &QTimer::timeout, this, &AgreementModel::update);
  const auto updateSoon = [this] {
    if (active_) soon_.start();
  };
  for (const auto signal :
       {&Session::mapsChanged, &Session::analysisChanged, &Session::layoutChanged,
        &Session::layerChanged, &Session::modelChanged, &Session::secondModelChanged}) {
    connect(&session_, signal, this, updateSoon);
  }
}

void AgreementModel::setActive(bool active) {
  if (active == active_) return;
  active_ = active;
  if (active) {
    update();
  } else {
    soon_.stop();
    jobs_.cancel(JobKind::Agreement);
  }
}

void AgreementModel::setMeasure(AgreementMeasure measure) {
  measure_ = measure;
  if (rowCount() > 0) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

std::vector<AgreementModel::Entry> AgreementModel::entriesNow() const {
  std::vector<Entry> entries;
  for (const ComparedPane& pane : openPanes(session_)) {
    auto map = session_.shownMap(pane);
    if (!map) continue;
    const ValueRange range = finiteRange(map->values);
    // In a selection the cells that were not taken are the other value.
    const bool constant = range.low == range.high && map->scale != HeatmapScale::Ranks;
    entries.push_back({pane, std::move(map), session_.analysis(pane.model)->placement,
                       paneTitle(session_, pane), constant});
  }
  return entries;
}

void AgreementModel::update() {
  auto entries = entriesNow();
  if (entries != entries_) {
    beginResetModel();
    entries_ = std::move(entries);
    std::erase_if(agreements_, [this](const auto& known) {
      const auto shown = [this](const Map& map) {
        return std::any_of(entries_.begin(), entries_.end(),
                           [&](const Entry& entry) { return entry.map == map; });
      };
      return !shown(known.first.first) || !shown(known.first.second);
    });
    endResetModel();
  }
  compute();
}

// Only what is not known yet; a newer request takes the place of one that is not done.
void AgreementModel::compute() {
  struct Task {
    Pair maps;
    PhotoPlacement first;
    PhotoPlacement second;
  };
  std::map<Pair, Task> tasks;
  for (const Entry& a : entries_) {
    for (const Entry& b : entries_) {
      const Pair maps = ordered(a.map, b.map);
      if (a.map == b.map || agreements_.contains(maps)) continue;
      const bool inOrder = maps.first == a.map;
      tasks.emplace(maps, Task{maps, inOrder ? a.placement : b.placement,
                               inOrder ? b.placement : a.placement});
    }
  }
  if (tasks.empty()) return jobs_.cancel(JobKind::Agreement);
  jobs_.start(
      JobKind::Agreement, tr("Comparing the maps…"),
      [tasks](const Progress& progress) {
        Agreements found;
        for (const auto& [maps, task] : tasks) {
          if (progress.cancelled()) break;
          found.emplace(maps, agreementOf(PlacedMap{*maps.first, task.first},
                                          PlacedMap{*maps.second, task.second}));
          progress.report(static_cast<double>(found.size()) / static_cast<double>(tasks.size()),
                          {});
        }
        return found;
      },
      [this](Agreements found) {
        agreements_.merge(found);
        if (rowCount() == 0) return;
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
      });
}

QModelIndex AgreementModel::indexOf(const Comparison& comparison) const {
  const auto rowOf = [this](const ComparedPane& pane) {
    const auto found = std::find_if(entries_.begin(), entries_.end(),
                                    [&](const Entry& entry) { return entry.pane == pane; });
    return found == entries_.end() ? -1 : static_cast<int>(found - entries_.begin());
  };
  const int row = rowOf(comparison.first);
  const int column = rowOf(comparison.second);
  return row < 0 || column < 0 ? QModelIndex() : index(row, column);
}

int AgreementModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

int AgreementModel::columnCount(const QModelIndex& parent) const { return rowCount(parent); }

const Agreement* AgreementModel::agreementAt(const QModelIndex& at) const {
  static constexpr Agreement kSame{1, 1, 1};
  const Entry& a = entries_[static_cast<std::size_t>(at.row())];
  const Entry& b = entries_[static_cast<std::size_t>(at.column())];
  if (a.map == b.map && !a.constant) return &kSame;
  const auto found = agreements_.find(ordered(a.map, b.map));
  return found == agreements_.end() ? nullptr : &found->second;
}

QString AgreementModel::sentence(const QModelIndex& at) const {
  const Entry& a = entries_[static_cast<std::size_t>(at.row())];
  const Entry& b = entries_[static_cast<std::size_t>(at.column())];
  for (const Entry* entry : {&a, &b}) {
    if (entry->constant) {
      return tr("%1 has the same value everywhere: there is nothing to compare.").arg(entry->title);
    }
  }
  if (at.row() == at.column()) return tr("%1 with itself.").arg(a.title);
  const Agreement* agreement = agreementAt(at);
  if (!agreement) return tr("%1 and %2: not compared yet.").arg(a.title, b.title);
  if (std::isnan(valueOf(*agreement, measure_))) {
    return tr("%1 and %2 cannot be compared: where both have values, one is the same everywhere.")
        .arg(a.title, b.title);
  }
  return tr("%1 and %2: rank correlation %3, IoU of the top tenth %4, SSIM %5.")
      .arg(a.title, b.title, shortNumber(agreement->rankCorrelation),
           shortNumber(agreement->topOverlap), shortNumber(agreement->similarity));
}

QVariant AgreementModel::colours(const QModelIndex& at, int role) const {
  const Agreement* agreement = agreementAt(at);
  const double value = agreement ? valueOf(*agreement, measure_) : NAN;
  if (std::isnan(value) || at.row() == at.column()) return {};
  const QColor colour = cellColour(value, measure_);
  if (role == Qt::BackgroundRole) return QBrush(colour);
  const double luminance =
      0.2126 * colour.redF() + 0.7152 * colour.greenF() + 0.0722 * colour.blueF();
  return QBrush(luminance > kBright ? Qt::black : Qt::white);
}

QVariant AgreementModel::data(const QModelIndex& at, int role) const {
  if (!checkIndex(at, CheckIndexOption::IndexIsValid)) return {};
  switch (role) {
    case Qt::DisplayRole: {
      if (at.row() == at.column()) return QString();
      const Agreement* agreement = agreementAt(at);
      if (!agreement) return QStringLiteral("…");
      const double value = valueOf(*agreement, measure_);
      return std::isnan(value) ? QStringLiteral("–") : shortNumber(value);
    }
    case ValueRole: {
      const Agreement* agreement = agreementAt(at);
      return agreement ? QVariant(valueOf(*agreement, measure_)) : QVariant();
    }
    case SentenceRole:
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole:
      return sentence(at);
    case Qt::TextAlignmentRole:
      return static_cast<int>(Qt::AlignCenter);
    case Qt::BackgroundRole:
    case Qt::ForegroundRole:
      return colours(at, role);
    default:
      return {};
  }
}

QVariant AgreementModel::headerData(int section, Qt::Orientation orientation, int role) const {
  if (section < 0 || section >= rowCount()) return {};
  const Entry& entry = entries_[static_cast<std::size_t>(section)];
  const QString number = QLocale().toString(section + 1);
  const QString title =
      entry.constant ? tr("%1 (the same everywhere)").arg(entry.title) : entry.title;
  if (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole) return title;
  if (role == Qt::TextAlignmentRole) {
    const auto side = orientation == Qt::Vertical ? Qt::AlignLeft : Qt::AlignHCenter;
    return static_cast<int>(side | Qt::AlignVCenter);
  }
  if (role != Qt::DisplayRole) return {};
  return orientation == Qt::Vertical ? tr("%1  %2").arg(number, title) : number;
}

}  // namespace filterlens
