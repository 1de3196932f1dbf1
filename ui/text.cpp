#include "ui/text.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocale>
#include <array>
#include <cmath>

namespace filterlens {
namespace {

QString translated(const char* source) { return QCoreApplication::translate("Text", source); }

}  // namespace

QString fromUtf8(std::string_view text) {
  return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString fromPath(const std::filesystem::path& path) {
  return QFile::decodeName(path.native().c_str());
}

std::filesystem::path toPath(const QString& text) { return QFile::encodeName(text).toStdString(); }

QString fileName(const std::filesystem::path& path) { return fromPath(path.filename()); }

QString numberText(double value, int digits) {
  if (std::isnan(value)) return QStringLiteral("–");
  const QLocale locale;
  if (value == 0) return locale.toString(0);
  const double size = std::abs(value);
  if (!std::isfinite(value) || size < 1e-3 || size >= 1e5)
    return locale.toString(value, 'e', digits - 2);
  const int digitsBeforePoint = static_cast<int>(std::floor(std::log10(size))) + 1;
  QLocale plain = locale;
  plain.setNumberOptions(QLocale::OmitGroupSeparator);
  return plain.toString(value, 'f', std::max(0, digits - digitsBeforePoint));
}

QString valueText(double value, HeatmapScale scale, int ranks) {
  if (scale != HeatmapScale::Ranks) return numberText(value);
  if (std::isnan(value)) return translated("not selected");
  return translated("rank %1 of %2").arg(std::lround(value)).arg(ranks);
}

QString briefValueText(double value, HeatmapScale scale) {
  const bool rank = scale == HeatmapScale::Ranks && !std::isnan(value);
  return rank ? translated("rank %1").arg(std::lround(value)) : numberText(value);
}

QString percentText(double fraction) {
  const double percent = 100 * fraction;
  const QLocale locale;
  if (percent < 0.1) return translated("< %1 %").arg(locale.toString(0.1));
  if (percent > 99.9) return translated("> %1 %").arg(locale.toString(99.9));
  const bool oneDigit = percent < 9.95 || percent >= 99.5;
  return translated("%1 %").arg(locale.toString(percent, 'f', oneDigit ? 1 : 0));
}

QString kindText(StageKind kind) {
  // In the order of the enumeration.
  constexpr std::array kNames{
      QT_TRANSLATE_NOOP("Text", "stem"),         QT_TRANSLATE_NOOP("Text", "inverted residual"),
      QT_TRANSLATE_NOOP("Text", "average pool"), QT_TRANSLATE_NOOP("Text", "pooled"),
      QT_TRANSLATE_NOOP("Text", "filter"),       QT_TRANSLATE_NOOP("Text", "dropout"),
      QT_TRANSLATE_NOOP("Text", "full")};
  return translated(kNames.at(static_cast<std::size_t>(kind)));
}

}  // namespace filterlens
