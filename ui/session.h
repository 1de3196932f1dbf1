// Session: what is open, what was computed for it, and what the user chose to see. The one source
// of truth: panels and panes read it and listen to it, and never to each other.
#pragma once

#include <QObject>
#include <QString>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ui/choices.h"
#include "ui/map_style.h"
#include "ui/network_stages.h"
#include "ui/open_model.h"
#include "ui/photo_list.h"
#include "ui/run_epochs.h"

namespace filterlens {

/// A map that has to be computed.
struct MapRequest {
  ModelSlot slot = ModelSlot::First;
  MapKey key;
  const Explainer* method = nullptr;
  int layer = kInputLayer;  ///< index into the trace
};

class Session : public QObject {
  Q_OBJECT

 public:
  /// Empty: one pane that waits for a photo.
  explicit Session(QObject* parent = nullptr);

  // What is open.
  [[nodiscard]] const PhotoList& photos() const { return photos_; }
  [[nodiscard]] const std::shared_ptr<const OpenedPhoto>& photo() const { return photo_; }
  /// Of the training run that is open; empty where none is.
  [[nodiscard]] const RunEpochs& epochs() const { return epochs_; }
  [[nodiscard]] const OpenModel& opened(ModelSlot slot) const {
    return showsChanged(slot) ? changed_ : opened_[static_cast<std::size_t>(slot)];
  }
  /// Those that have a model, the first one first.
  [[nodiscard]] std::vector<ModelSlot> openSlots() const;
  [[nodiscard]] bool hasSecondModel() const { return model(ModelSlot::Second) != nullptr; }

  void setPhotos(PhotoList);
  void setEpochs(RunEpochs);
  /// Shows another photo; the analyses of the one before are dropped.
  void setPhoto(std::shared_ptr<const OpenedPhoto>);
  /// Opens another first model; panes and layer start anew where its network is another one.
  void setModel(std::shared_ptr<const Model>);
  /// Shows the same panes of another model below those of the first; nullptr closes it.
  void setSecondModel(std::shared_ptr<const Model>);
  /// The second model becomes the first, with all that was computed; the target keeps its name.
  void swapModels();

  // What the models say. Where no slot is named, the first is meant.
  [[nodiscard]] const std::shared_ptr<const Model>& model(ModelSlot slot = ModelSlot::First) const {
    return opened(slot).model;
  }
  [[nodiscard]] const ModelInfo* modelInfo(ModelSlot slot = ModelSlot::First) const {
    return opened(slot).info();
  }
  [[nodiscard]] const Architecture* network(ModelSlot slot = ModelSlot::First) const {
    return opened(slot).network();
  }
  [[nodiscard]] std::vector<NetworkStage> stages() const;
  [[nodiscard]] const std::shared_ptr<const Analysis>& analysis(
      ModelSlot slot = ModelSlot::First) const {
    return opened(slot).analysis;
  }
  /// Of the first model's network as it is; nullptr: none yet.
  [[nodiscard]] const std::shared_ptr<const Analysis>& plainAnalysis() const {
    return opened_[0].analysis;
  }
  /// Of the first model's network with something changed in it; nullptr: none.
  [[nodiscard]] const std::shared_ptr<const Analysis>& changedAnalysis() const {
    return changed_.analysis;
  }
  /// Why there is no analysis, for the panes; empty while one may still come.
  [[nodiscard]] const QString& problem(ModelSlot slot = ModelSlot::First) const {
    return opened(slot).problem;
  }
  /// The class whose evidence is shown, or -1: the chosen one, or else the most probable. The
  /// second model shows its class of the same name, or -1 where it has none; until the first has an
  /// analysis it shows what it did.
  [[nodiscard]] int target(ModelSlot slot = ModelSlot::First) const;
  [[nodiscard]] QString className(int index, ModelSlot slot = ModelSlot::First) const;

  void setAnalysis(std::shared_ptr<const Analysis>, ModelSlot = ModelSlot::First);
  void setProblem(const QString&, ModelSlot = ModelSlot::First);
  /// Another target of the same run: maps that do not depend on the target stay.
  void setRetargeted(std::shared_ptr<const Analysis>, ModelSlot = ModelSlot::First);
  void setMap(const MapKey&, MapResult, ModelSlot = ModelSlot::First);
  /// A run of the changed network, with maps of it, takes the place of the one before; nullptr:
  /// nothing is changed any more.
  void setChanged(std::shared_ptr<const Analysis>, std::map<MapKey, MapResult> maps = {});
  /// Shows the network as it is for a while, though something is changed in it.
  void setBeforeShown(bool);
  [[nodiscard]] bool isBeforeShown() const { return beforeShown_; }
  /// Whether panes of layers that select tokens are painted on.
  void setBrushing(bool);
  [[nodiscard]] bool isBrushing() const { return brushing_; }
  /// A map as far as it is known; panes show it until the whole map comes.
  void setSketch(const MapKey&, Heatmap, ModelSlot = ModelSlot::First);

  /// Which layer a pane shows; see shownLayer(). The second model shows the layer that the first
  /// one does; none where it lacks that layer.
  [[nodiscard]] std::optional<int> layerOf(const PaneSpec&, ModelSlot = ModelSlot::First) const;
  /// The inspected cell: of the second model, the cell of its own at the same place in the photo;
  /// none where it has none.
  [[nodiscard]] std::optional<InspectedCell> inspectedIn(ModelSlot) const;
  /// The request for a pane's map; none for the photo, or where nothing fits.
  [[nodiscard]] std::optional<MapRequest> requestFor(const PaneSpec&,
                                                     ModelSlot = ModelSlot::First) const;
  /// What has been computed for a pane, be it a sketch; nullptr while nothing has.
  [[nodiscard]] const MapResult* mapFor(const PaneSpec&, ModelSlot = ModelSlot::First) const;
  /// The same, only where it is a map.
  [[nodiscard]] std::shared_ptr<const Heatmap> shownMap(const ComparedPane&) const;
  /// What the list of layers shows of one of them, as a pane would.
  [[nodiscard]] PaneSpec listedMap(const Stage&) const;
  /// The first map that nobody has computed yet: of a pane (those of a comparison are panes too),
  /// or else of the list of layers.
  [[nodiscard]] std::optional<MapRequest> missingMap() const;

  // What the user chose.
  [[nodiscard]] const Choices& choices() const { return choices_; }
  /// Announces what differs; panes whose own display or view is all that changes, as
  /// displayChanged(). What the open models cannot show is left out.
  void setChoices(Choices);
  void setTarget(std::optional<int>);
  void chooseLayer(const std::string& module);
  /// Ends a comparison: its panes may be gone.
  void setLayout(PaneLayout);
  void setComparison(std::optional<Comparison>);
  void setPane(int index, const PaneSpec&);
  /// Of all panes that have none of their own.
  void setDisplay(const DisplayChoices&);
  void setInspected(std::optional<InspectedCell>);
  void setLayerMap(LayerMap);
  void setUnsureBelow(double);
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
  void secondModelChanged();
  void analysisChanged();
  void mapsChanged();
  void layoutChanged();
  void layerChanged();
  void targetChanged();
  void displayChanged();
  void comparisonChanged();
  void inspectedChanged();
  void layerMapChanged();
  void unsureChanged();
  void whatIfChanged();
  void beforeShownChanged();
  void brushingChanged();

 private:
  OpenModel& plainOf(ModelSlot slot) { return opened_[static_cast<std::size_t>(slot)]; }
  /// What the panes show: of the first model, the changed network where there is one.
  OpenModel& at(ModelSlot slot) { return showsChanged(slot) ? changed_ : plainOf(slot); }
  [[nodiscard]] bool showsChanged(ModelSlot slot) const {
    return slot == ModelSlot::First && changed_.analysis && !beforeShown_;
  }
  Choices adopt(Choices);
  [[nodiscard]] Choices fitting(Choices) const;
  [[nodiscard]] std::vector<PaneSpec> panesOf(ModelSlot) const;
  /// The layer of a pane that has none of its own.
  [[nodiscard]] const std::string& followedLayer(const Explainer&) const;
  void dropMapsOfOtherCells();
  [[nodiscard]] std::vector<std::shared_ptr<const Heatmap>> sharingMaps() const;

  PhotoList photos_;
  RunEpochs epochs_;
  std::shared_ptr<const OpenedPhoto> photo_;
  std::array<OpenModel, kModelSlots.size()> opened_;
  OpenModel changed_;  // the first model, with what the changed network said; empty: no change
  bool beforeShown_ = false;
  bool brushing_ = false;
  Choices choices_;
  mutable MapRanges ranges_;
};

}  // namespace filterlens
