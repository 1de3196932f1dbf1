// MeasureSummary: the measures of many photos as means with intervals, and the files of both.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/measure/bootstrap.h"
#include "core/measure/measure_photo.h"

namespace filterlens {

/// One measure of one method at one layer over photos.
struct MeasureRow {
  std::string method;
  std::string layer;
  std::string measure;
  MeanInterval value;
};

struct MeasureSummary {
  int photos = 0;
  int labelled = 0;                ///< photos of which somebody said what they show
  int right = 0;                   ///< … and that the model gets right
  std::vector<MeasureRow> main;    ///< over the photos that the model does not get wrong
  std::vector<MeasureRow> all;     ///< over all photos
  std::vector<std::string> notes;  ///< of all photos, each once
};

/// Rows stand in the order in which photos first have them. seed: of the bootstrap.
MeasureSummary summarise(std::span<const PhotoMeasures>, std::uint64_t seed);

/// "photos,method,layer,measure,mean,low,high,n", a line for each row; photos: "right" (the main
/// rows) or "all".
std::string measuresCsv(const MeasureSummary&);

/// "file,class,predicted,right,probability,method,layer,measure,value", a line for each number;
/// class: the target.
std::string photosCsv(std::span<const PhotoMeasures>, const ModelInfo&);

/// {"settings": …, "photos": {…}, "measures": {id: help}, "rows": […], "notes": […]}; settings: a
/// JSON object.
std::string measuresJson(const MeasureSummary&, const std::string& settings);

}  // namespace filterlens
