// NetworkPanel: the layers as the network runs; the chosen one is what Grad-CAM, rollout and
// attention panes show.
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QListView>
#include <QPushButton>

#include "ui/histogram_view.h"
#include "ui/panel.h"
#include "ui/stage_model.h"

namespace filterlens {

class NetworkPanel : public Panel {
  Q_OBJECT

 public:
  explicit NetworkPanel(Session&, QWidget* parent = nullptr);

  [[nodiscard]] QListView* list() const { return list_; }
  [[nodiscard]] QComboBox* layerMap() const { return layerMap_; }
  [[nodiscard]] HistogramView* histogram() const { return histogram_; }
  /// Shown while no model is open.
  [[nodiscard]] QPushButton* openButton() const { return open_; }

 private:
  void showModel();
  void showChosenLayer();
  void showHistogram();

  Session& session_;
  StageModel* stages_;
  QListView* list_;
  QLabel* summary_;
  QPushButton* open_;
  QComboBox* layerMap_;
  HistogramView* histogram_;
};

}  // namespace filterlens
