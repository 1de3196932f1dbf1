// Clipboard: what can be pasted as photos and models, and the text that values are copied as.
#pragma once

#include <QImage>
#include <QMimeData>
#include <filesystem>
#include <vector>

#include "core/explain/heatmap.h"
#include "core/model/trace.h"
#include "core/result.h"

namespace filterlens {

/// The files of a drop or of the clipboard: local URLs, or else lines of text that are paths of
/// files that exist.
std::vector<std::filesystem::path> filesIn(const QMimeData*);

/// Keeps a pasted picture as a file, since everything that is analysed has one.
Result<std::filesystem::path> keepPicture(const QImage&);

/// A map as spreadsheets take it: rows of values, empty where there is none.
QString delimited(const Heatmap&, QChar between);
/// Class, name, probability and logit with tabs between them, one class a line.
QString tabSeparated(const std::vector<Prediction>&);

}  // namespace filterlens
