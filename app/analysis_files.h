// The files of one explained photo: analysis.json, sheet.png, maps/ and overlays/.
#pragma once

#include <filesystem>

#include "app/explained_photo.h"
#include "core/render/overlay.h"

namespace filterlens {

/// Writes the folder, whole or not at all; an analysis that is already there is replaced. The
/// overlays' colours are opacity, colour map and interpolation of the style; each map has its own
/// range. Needs a QGuiApplication (the sheet's text).
Result<void> writeAnalysis(const Engine&, const ExplainedPhoto&, const OverlayStyle&,
                           const std::filesystem::path& folder, const Progress&);

}  // namespace filterlens
