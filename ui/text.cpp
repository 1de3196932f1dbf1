#include "ui/text.h"

#include <QCoreApplication>
#include <QFile>
#include <QLocale>
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

QString numberText(double value) {
  if (std::isnan(value)) return QStringLiteral("–");
  const QLocale locale;
  if (value == 0) return locale.toString(0);
  const double size = std::abs(value);
  if (!std::isfinite(value) || size < 1e-3 || size >= 1e5) return locale.toString(value, 'e', 1);
  const int digitsBeforePoint = static_cast<int>(std::floor(std::log10(size))) + 1;
  QLocale plain = locale;
  plain.setNumberOptions(QLocale::OmitGroupSeparator);
  return plain.toString(value, 'f', std::max(0, 3 - digitsBeforePoint));
}

QString valueText(double value, HeatmapScale scale, int ranks) {
  if (scale != HeatmapScale::Ranks) return numberText(value);
  if (std::isnan(value)) return translated("not selected");
  return translated("rank %1 of %2").arg(std::lround(value)).arg(ranks);
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
  switch (kind) {
    case StageKind::Stem:
      return translated("stem");
    case StageKind::InvertedResidual:
      return translated("inverted residual");
    case StageKind::AdaptivePool:
      return translated("average pool");
    case StageKind::Pooled:
      return translated("pooled");
    case StageKind::Filter:
      return translated("filter");
    case StageKind::Dropout:
      return translated("dropout");
    case StageKind::Full:
      return translated("full");
  }
  return {};
}

}  // namespace filterlens
