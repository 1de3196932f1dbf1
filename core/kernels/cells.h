// Chosen cells of maps [batch, count, channels]; cells: [batch, k], different ones in each photo.
#pragma once

#include <cstdint>

#include "core/kernels/kernels.h"

namespace filterlens {

struct CellsShape {
  KernelSize batch;
  KernelSize count;  ///< cells of a photo's map
  KernelSize channels;
  KernelSize k;
};

/// tokens[b, i] = map[b, cells[b, i]]
void gatherCells(const CellsShape&, const float* map, const std::int64_t* cells, float* tokens);
/// map[b, cells[b, i]] = tokens[b, i]; the other cells become those of rest, or zero where rest is
/// null. A null tokens stands for zeros.
void scatterCells(const CellsShape&, const float* rest, const std::int64_t* cells,
                  const float* tokens, float* map);

/// The k cells of largest importance of each photo, in ascending order; among equals the lower cell
/// comes first, and what is no number comes last. importance: [batch, count], positive.
void largestCells(const float* importance, KernelSize batch, KernelSize count, KernelSize k,
                  std::int64_t* cells);

}  // namespace filterlens
