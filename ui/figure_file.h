// Pictures and figures as files, written whole or not at all.
#pragma once

#include <filesystem>

#include "core/result.h"
#include "ui/figure.h"

namespace filterlens {

Result<void> writePng(const QImage&, const std::filesystem::path&);

/// PDF or SVG where the path ends so, else PNG of that resolution. Needs a QGuiApplication.
Result<void> writeFigure(const Figure&, const std::filesystem::path&, double dotsPerInch);

}  // namespace filterlens
