// HistogramView: how the values of a layer's map are spread; those of selected cells in the accent.
#pragma once

#include <QWidget>

#include "ui/layer_summary.h"

namespace filterlens {

class HistogramView : public QWidget {
  Q_OBJECT

 public:
  static constexpr int kBins = 32;

  explicit HistogramView(QWidget* parent = nullptr);

  /// what: "importance of block 2".
  void show(const QString& what, Histogram, const LayerSummary&);
  void clear();
  [[nodiscard]] const Histogram& histogram() const { return histogram_; }

  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

 protected:
  void paintEvent(QPaintEvent*) override;

 private:
  Histogram histogram_;
  LayerSummary summary_;
};

}  // namespace filterlens
