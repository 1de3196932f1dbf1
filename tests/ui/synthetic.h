// Photos and maps made by formula, for tests that need no model.
#pragma once

#include <QColor>
#include <QImage>
#include <memory>
#include <vector>

#include "core/explain/heatmap.h"
#include "ui/analysis.h"

namespace filterlens::test {

/// A photo in one colour.
std::shared_ptr<const OpenedPhoto> plainPhoto(int width, int height, QColor colour);

/// Where an input of inputSize x inputSize lies when the whole photo is stretched to it.
PhotoPlacement stretched(int photoWidth, int photoHeight, int inputSize);

/// A map of rows x cols cells after a convolution of kernel 5 and this stride, without padding.
Heatmap mapOverInput(int inputSize, int stride);

/// Whether floats are the same, NaN for NaN.
bool sameFloats(const std::vector<float>&, const std::vector<float>&);

/// The pixels that two pictures do not share.
int differingPixels(const QImage&, const QImage&);

}  // namespace filterlens::test
