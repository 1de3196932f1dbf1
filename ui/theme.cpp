#include "ui/theme.h"

#include <QApplication>
#include <algorithm>

namespace filterlens::theme {
namespace {

constexpr double kSmallestPoint = 9;

QFont scaled(double factor) {
  QFont font = QApplication::font();
  const double base = font.pointSizeF() > 0 ? font.pointSizeF() : kSmallestPoint;
  font.setPointSizeF(std::max(kSmallestPoint, base * factor));
  return font;
}

QColor blend(const QColor& over, const QColor& under, double share) {
  const auto mix = [share](int a, int b) { return static_cast<int>(a * share + b * (1 - share)); };
  return {mix(over.red(), under.red()), mix(over.green(), under.green()),
          mix(over.blue(), under.blue())};
}

}  // namespace

QColor accent(const QPalette& palette) {
  return palette.color(QPalette::Active, QPalette::Highlight);
}

QColor quietText(const QPalette& palette) {
  return blend(palette.color(QPalette::Active, QPalette::WindowText),
               palette.color(QPalette::Active, QPalette::Window), 0.7);
}

QFont captionFont() { return scaled(0.9); }

QFont headingFont() {
  QFont font = scaled(0.9);
  font.setBold(true);
  font.setCapitalization(QFont::AllUppercase);
  font.setLetterSpacing(QFont::PercentageSpacing, 106);
  return font;
}

}  // namespace filterlens::theme
