// Rollout: where the network's output comes from, at every scale of a hybrid network.
//
// Attention rollout (Abnar & Zuidema, arXiv 2005.00928, equation 1) knows a stack of encoder layers
// over one set of tokens. Here every step of the network that mixes positions, convolutions and
// pooling included, is such a matrix (rollout_operators.h). Relevance is a distribution over cells:
// it starts on the output of a layer and is handed back step by step. Its sum stays 1, so the maps
// of layers, photos and models can be compared without scaling. Which cells a filter block selects
// is taken as given. Everything is computed in double, in one order, on the calling thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/explain/explainer.h"
#include "core/explain/rollout_operators.h"
#include "core/explain/rollout_options.h"
#include "core/grid.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

/// At a Filter or Dropout layer, the share of the relevance that lay on the selected cells of its
/// attention's output, and so came through the attention; the rest, 1 - through, went around it.
struct RouteShare {
  int layer = 0;
  double through = 0;
};

/// Relevance on its way back.
struct RelevanceFlow {
  std::vector<Grid<double>> outputs;  ///< by layer, on its output; empty where it did not pass
  Grid<double> input;                 ///< on the input's pixels
  std::vector<RouteShare> routes;     ///< of the layers that it passed, in the forward order

  /// outputs[layer], or input for kInputLayer.
  [[nodiscard]] const Grid<double>& at(int layer) const;
};

class Rollout {
 public:
  /// The steps from the output of layer downTo (the input, by default) to the last map. Fails with
  /// a sentence where the trace lacks a record, where its parts do not fit together, or where the
  /// network computed NaN.
  /// from: the layer where relevance will start; the steps after it are not built.
  static Result<Rollout> build(const Trace&, const RolloutOptions& = {}, int downTo = kInputLayer,
                               std::optional<int> from = {});

  /// Hands relevance on a layer's output back, down to downTo. Fails with a sentence where there is
  /// no such layer or where the map has another size.
  [[nodiscard]] Result<RelevanceFlow> handBack(int layer, Grid<double> relevance) const;

  /// From the last map: the rollout itself. start: uniformStart() or classStart().
  [[nodiscard]] Result<RelevanceFlow> fromLastMap(Grid<double> start) const;

  /// Where one cell of a layer's output comes from.
  [[nodiscard]] Result<RelevanceFlow> ancestry(int layer, int cell) const;

  /// Where one cell of a layer's tokenGeometry comes from, as it leaves the layer's attention with
  /// the residual around it: one row of the product of the steps up to there. Of a Pooled layer:
  /// the mean of the rows of the bin's cells.
  [[nodiscard]] Result<RelevanceFlow> ancestryOfToken(int layer, int cell) const;

 private:
  struct Step {
    int layer = 0;
    int inputRows = 0;
    int inputCols = 0;
    std::optional<int> inputIs;  // the layer whose output, or kInputLayer, this step is given
    bool isAttention = false;
    std::unique_ptr<const MixingOperator> mixing;
    const SelectionOperator* selection = nullptr;  // the same operator, where it is one
  };
  struct Tokens {
    int rows = 0;  // of the map that the attention is given
    int cols = 0;
    int bins = 0;  // a side of a Pooled layer; 0: the cells are its own
  };
  Rollout() = default;
  void passDown(std::size_t endStep, std::vector<double> current, RelevanceFlow&) const;

  int downTo_ = kInputLayer;
  std::vector<MapGeometry> outputs_;  // by layer
  std::vector<Tokens> tokens_;        // by layer
  std::vector<Step> steps_;           // in the forward order
};

/// 1/n on each of the n cells of the last map: what global average pooling reads.
Grid<double> uniformStart(const Trace&);

/// The share of each cell of the last map in the evidence for the target: its Grad-CAM, scaled to a
/// sum of 1.
struct ClassStart {
  Grid<double> relevance;
  double evidence = 0;     ///< the sum before scaling, that of the Grad-CAM map
  bool isUniform = false;  ///< no cell speaks for the target: uniformStart() instead
};
Result<ClassStart> classStart(const Trace&);

}  // namespace filterlens
