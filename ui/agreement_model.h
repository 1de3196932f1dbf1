// AgreementModel: how far each two of the open panes' maps agree, as a table for views. Computed on
// the worker thread, once for each pair of maps, when panes or maps change.
#pragma once

#include <QAbstractTableModel>
#include <QTimer>
#include <map>
#include <memory>
#include <vector>

#include "core/measure/agreement.h"
#include "ui/job_runner.h"
#include "ui/session.h"

namespace filterlens {

enum class AgreementMeasure { RankCorrelation, TopOverlap, Similarity };

/// "Rank correlation".
QString measureName(AgreementMeasure);
/// What its numbers mean, in a sentence or two.
QString measureHelp(AgreementMeasure);
double valueOf(const Agreement&, AgreementMeasure);

class AgreementModel : public QAbstractTableModel {
  Q_OBJECT

 public:
  enum Role {
    ValueRole = Qt::UserRole,  ///< double; not valid where there is none (yet)
    SentenceRole               ///< which two, and how far they agree, or why that cannot be said
  };

  AgreementModel(Session&, JobRunner&, QObject* parent = nullptr);

  /// Nothing is computed while nobody looks.
  void setActive(bool);
  void setMeasure(AgreementMeasure);
  [[nodiscard]] AgreementMeasure measure() const { return measure_; }
  /// A row's pane, which is the column's too.
  [[nodiscard]] const ComparedPane& pane(int row) const {
    return entries_[static_cast<std::size_t>(row)].pane;
  }
  /// Both ways; not valid where a pane has no map any more.
  [[nodiscard]] QModelIndex indexOf(const Comparison&) const;

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex&, int role = Qt::DisplayRole) const override;
  [[nodiscard]] QVariant headerData(int section, Qt::Orientation, int role) const override;

 private:
  using Map = std::shared_ptr<const Heatmap>;
  struct Entry {
    ComparedPane pane;
    Map map;
    PhotoPlacement placement;
    QString title;
    bool constant = false;
    bool operator==(const Entry&) const = default;
  };
  using Pair = std::pair<Map, Map>;  ///< the one with the lower address first
  using Agreements = std::map<Pair, Agreement>;

  void update();
  void compute();
  [[nodiscard]] std::vector<Entry> entriesNow() const;
  [[nodiscard]] const Agreement* agreementAt(const QModelIndex&) const;
  [[nodiscard]] QString sentence(const QModelIndex&) const;
  [[nodiscard]] QVariant colours(const QModelIndex&, int role) const;

  Session& session_;
  JobRunner& jobs_;
  AgreementMeasure measure_ = AgreementMeasure::RankCorrelation;
  bool active_ = false;
  std::vector<Entry> entries_;
  Agreements agreements_;
  QTimer soon_;  // maps come one by one
};

}  // namespace filterlens
