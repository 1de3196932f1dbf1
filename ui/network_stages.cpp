#include "ui/network_stages.h"

#include <QCoreApplication>

#include "ui/text.h"

namespace filterlens {

std::vector<NetworkStage> networkStages(const Architecture& network, int inputSize) {
  const auto geometries = stageGeometries(network, inputSize, inputSize);
  std::vector<NetworkStage> stages;
  int number = 0;
  int rows = inputSize;
  int cols = inputSize;
  for (const Stage& stage : network.stages) {
    stages.push_back({&stage, stage.isLayer() ? ++number : 0, rows, cols});
    if (!geometries) continue;
    const MapGeometry& after = (*geometries)[stages.size() - 1];
    rows = after.rows();
    cols = after.cols();
  }
  return stages;
}

QString blockLabel(const Architecture& network, std::string_view module) {
  int number = 0;
  for (const Stage& stage : network.stages) {
    if (stage.isLayer()) ++number;
    if (stage.module != module) continue;
    return QCoreApplication::translate("Network", "block %1").arg(number);
  }
  return module == "input" ? QCoreApplication::translate("Network", "input") : fromUtf8(module);
}

}  // namespace filterlens
