#include "core/explain/methods.h"

namespace filterlens {

Result<Heatmap> recordedMap(const LayerTrace& layer, const Grid<float>& values,
                            const std::string& what) {
  if (values.empty()) {
    return Error{"This run recorded no " + what + " for " + layer.name +
                 "; run the network with recording on."};
  }
  Heatmap map;
  map.values = values;
  map.geometry = layer.inputGeometry;
  return map;
}

}  // namespace filterlens
