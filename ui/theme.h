// Theme: the few measures and colours that all of the window shares. Everything else is the
// system's own palette, light or dark.
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace filterlens::theme {

inline constexpr int kStep = 4;  ///< all spacing is a multiple of it

/// Behind pictures, in light and dark alike: neither flatters the colours of a map.
inline constexpr QColor kCanvas{112, 112, 112};
/// Text on kCanvas.
inline constexpr QColor kCanvasText{255, 255, 255};

/// For what is selected, and nothing else.
QColor accent(const QPalette&);
/// For what is said in passing; readable on the window's background.
QColor quietText(const QPalette&);

/// The application's font, and those derived from it; none is under 9 pt.
QFont captionFont();
QFont headingFont();

}  // namespace filterlens::theme
