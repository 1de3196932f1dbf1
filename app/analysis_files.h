// The files of one explained photo: analysis.json, sheet.png, maps/ and overlays/.
#pragma once

#include <filesystem>

#include "app/explained_photo.h"

namespace filterlens {

/// Writes the folder, whole or not at all; an analysis that is already there is replaced. Overlays
/// are what the window exports of a pane. Needs a QGuiApplication (the sheet's text).
Result<void> writeAnalysis(const Engine&, const ExplainedPhoto&,
                           const std::filesystem::path& folder, const Progress&);

}  // namespace filterlens
