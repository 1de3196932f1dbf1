// A network of which is known what it looks at: one bright patch. Every measure has a closed form.
#pragma once

#include <array>
#include <vector>

#include "core/engine.h"

namespace filterlens::test {

/// Takes 32 x 32 inputs as 8 x 8 cells of 4 x 4 pixels. Two filter layers score each cell by its
/// mean brightness (mask: 0.5 + brightness) and select 4 cells, ties by index. Two classes; the
/// logit of class 0 is 20 * (brightness of the planted cell - 0.5) where both layers selected that
/// cell and -10 otherwise, that of class 1 is 0.
class PlantedModel : public Model {
 public:
  static constexpr int kSide = 32;
  static constexpr int kCells = 8;
  static constexpr int kK = 4;
  static constexpr int kPlanted = 2 * kCells + 5;  ///< row 2, column 5

  PlantedModel();
  PlantedModel(const PlantedModel&) = delete;  // traces point at the stages
  PlantedModel& operator=(const PlantedModel&) = delete;

  [[nodiscard]] const ModelInfo& info() const override { return info_; }
  [[nodiscard]] Result<Trace> run(const InputTensor&, const RunOptions&,
                                  const Progress& = {}) const override;
  [[nodiscard]] Result<Trace> followTarget(const Trace&, int targetClass,
                                           const Progress& = {}) const override;

  /// Black, but for the planted cell, which is 1.
  static InputTensor photo();
  /// A photo of 64 x 64 pixels stretched onto the input.
  static PhotoPlacement placement();
  /// The planted cell in that photo.
  static RectF box() { return {40, 16, 8, 8}; }
  /// Where the cells lie.
  static MapGeometry geometry();

  ModelInfo info_;
  mutable int runs = 0;  ///< forward passes so far

 private:
  [[nodiscard]] LayerTrace layerOf(const Stage&, const Grid<float>& brightness,
                                   const RunOptions&) const;

  std::array<Stage, 2> stages_;
};

}  // namespace filterlens::test
