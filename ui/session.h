// Session: what is open, what was computed for it, and what the user chose to see. The one source
// of truth: panels and panes read it and listen to it, and never to each other.
#pragma once

#include <QObject>
#include <QString>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ui/analysis.h"
#include "ui/choices.h"
#include "ui/map_style.h"
#include "ui/network_stages.h"
#include "ui/photo_list.h"
#include "ui/run_epochs.h"

namespace filterlens {

/// Names one map of an analysis.
struct MapKey {
  std::string method;
  std::string layer;  ///< module name, or "input"
  Parameters parameters;
  int target = -1;  ///< -1 where the method does not depend on it

  bool operator<(const MapKey&) const;
};

/// A map that has to be computed.
struct MapRequest {
  MapKey key;
  const Explainer* method = nullptr;
  int layer = kInputLayer;  ///< index into the trace
};

using MapResult = Result<std::shared_ptr<const Heatmap>>;
using Maps = std::map<MapKey, MapResult>;

/// What a network said about a photo, and the maps of that run.
struct Computed {
  std::shared_ptr<const Analysis> analysis;
  Maps maps;
};

class Session : public QObject {
  Q_OBJECT

 public:
  /// Empty: one pane that waits for a photo.
  explicit Session(QObject* parent = nullptr);

  // What is open.
  [[nodiscard]] const PhotoList& photos() const { return photos_; }
  [[nodiscard]] const std::shared_ptr<const OpenedPhoto>& photo() const { return photo_; }
  [[nodiscard]] const std::shared_ptr<const Model>& model() const { return model_; }
  [[nodiscard]] const ModelInfo* modelInfo() const { return model_ ? &model_->info() : nullptr; }
  [[nodiscard]] const Architecture* network() const;
  [[nodiscard]] std::vector<NetworkStage> stages() const;

  /// Of the training run that is open; empty where none is.
  [[nodiscard]] const RunEpochs& epochs() const { return epochs_; }

  void setPhotos(PhotoList);
  void setEpochs(RunEpochs);
  /// Shows another photo; the analysis of the one before is dropped.
  void setPhoto(std::shared_ptr<const OpenedPhoto>);
  /// Opens another model; panes and layer start anew where its network is another one.
  void setModel(std::shared_ptr<const Model>);

  // What was computed.
  [[nodiscard]] const std::shared_ptr<const Analysis>& analysis() const { return shown().analysis; }
  /// Of the network as it is; nullptr: none yet.
  [[nodiscard]] const std::shared_ptr<const Analysis>& plainAnalysis() const {
    return plain_.analysis;
  }
  /// Of the network with something changed in it; nullptr: none.
  [[nodiscard]] const std::shared_ptr<const Analysis>& changedAnalysis() const {
    return changed_.analysis;
  }
  /// The class whose evidence is shown, or -1: the chosen one, or else the most probable.
  [[nodiscard]] int target() const;
  [[nodiscard]] QString className(int index) const;
  void setAnalysis(std::shared_ptr<const Analysis>);
  /// A run of the changed network takes the place of the one before; without an analysis: nothing
  /// is changed any more.
  void setChanged(Computed);
  /// Shows the network as it is for a while, though something is changed in it.
  void setBeforeShown(bool);
  [[nodiscard]] bool isBeforeShown() const { return beforeShown_; }
  /// Whether panes of layers that select tokens are painted on.
  void setBrushing(bool);
  [[nodiscard]] bool isBrushing() const { return brushing_; }
  /// Why there is no analysis, for the panes; empty while one may still come.
  [[nodiscard]] const QString& problem() const { return problem_; }
  void setProblem(const QString&);
  /// Another target of the same run: maps that do not depend on the target stay.
  void setRetargeted(std::shared_ptr<const Analysis>);
  void setMap(const MapKey&, MapResult);

  /// Which layer a pane shows: its own, or the chosen one; where its method has no map for the
  /// chosen one, the nearest before it that has, or else after it. None where there is none.
  [[nodiscard]] std::optional<int> layerOf(const PaneSpec&) const;
  /// The request for a pane's map; none for the photo, or where nothing fits.
  [[nodiscard]] std::optional<MapRequest> requestFor(const PaneSpec&) const;
  /// What has been computed for a pane; nullptr while it has not.
  [[nodiscard]] const MapResult* mapFor(const PaneSpec&) const;
  /// The first pane's map that nobody has computed yet.
  [[nodiscard]] std::optional<MapRequest> missingMap() const;

  // What the user chose.
  [[nodiscard]] const Choices& choices() const { return choices_; }
  /// Announces what differs; panes whose own display or view is all that changes, as
  /// displayChanged().
  void setChoices(Choices);
  void setTarget(std::optional<int>);
  void chooseLayer(const std::string& module);
  /// Ends a comparison: its panes may be gone.
  void setLayout(PaneLayout);
  void setComparison(std::optional<Comparison>);
  void setPane(int index, const PaneSpec&);
  /// Of all panes that have none of their own.
  void setDisplay(const DisplayChoices&);
  /// none: the pane is drawn like all others.
  void setPaneDisplay(int index, std::optional<DisplayChoices>);
  /// none: the pane is linked.
  void setPaneView(int index, std::optional<PaneView>);
  void setWhatIf(Interventions);

  /// A pane's own display, or that of all panes.
  [[nodiscard]] const DisplayChoices& displayOf(const PaneSpec&) const;
  /// How a pane draws its map.
  [[nodiscard]] MapStyle styleOf(const PaneSpec&, const std::shared_ptr<const Heatmap>&) const;

 Q_SIGNALS:
  /// The user chose something, or took it back.
  void chosen(const Choices& before);
  void photosChanged();
  void epochsChanged();
  void photoChanged();
  void modelChanged();
  void analysisChanged();
  void mapsChanged();
  void layoutChanged();
  void layerChanged();
  void targetChanged();
  void displayChanged();
  void comparisonChanged();
  void whatIfChanged();
  void beforeShownChanged();
  void brushingChanged();

 private:
  Choices adopt(Choices);
  [[nodiscard]] std::vector<std::shared_ptr<const Heatmap>> sharingMaps() const;
  [[nodiscard]] const Computed& shown() const {
    return changed_.analysis && !beforeShown_ ? changed_ : plain_;
  }
  [[nodiscard]] Computed& shown() { return const_cast<Computed&>(std::as_const(*this).shown()); }

  PhotoList photos_;
  RunEpochs epochs_;
  std::shared_ptr<const OpenedPhoto> photo_;
  std::shared_ptr<const Model> model_;
  Computed plain_;
  Computed changed_;
  bool beforeShown_ = false;
  bool brushing_ = false;
  QString problem_;
  Choices choices_;
  mutable MapRanges ranges_;
};

}  // namespace filterlens
