// Text: names, paths and numbers as the window writes them, in the same words and digits
// everywhere.
#pragma once

#include <QString>
#include <filesystem>
#include <string_view>

#include "core/explain/heatmap.h"
#include "core/model/architecture.h"

namespace filterlens {

QString fromUtf8(std::string_view);
QString fromPath(const std::filesystem::path&);
std::filesystem::path toPath(const QString&);
/// The last part of a path.
QString fileName(const std::filesystem::path&);

/// Three significant digits: "0.731", "12.3", "3.1e-06"; "–" for a value that is not there.
QString numberText(double value, int digits = 3);
/// A heatmap's value: "rank 14 of 256" for ranks, a number otherwise.
QString valueText(double value, HeatmapScale, int ranks);
/// The same for narrow places: "rank 14"; "–" where not selected.
QString briefValueText(double value, HeatmapScale);
/// "93 %", "0.4 %", "< 0.1 %", "> 99.9 %".
QString percentText(double fraction);
QString kindText(StageKind);

}  // namespace filterlens
