#include "ui/clipboard.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QDir>
#include <QStandardPaths>
#include <QUrl>
#include <cmath>

#include "ui/text.h"

namespace filterlens {
namespace {

/// As many digits as a float has.
QString exact(float value) {
  return std::isfinite(value) ? QString::number(value, 'g', 9) : QString();
}

}  // namespace

std::vector<std::filesystem::path> filesIn(const QMimeData* data) {
  std::vector<std::filesystem::path> paths;
  for (const QUrl& url : data->urls()) {
    if (url.isLocalFile()) paths.push_back(toPath(url.toLocalFile()));
  }
  if (!paths.empty() || !data->hasText()) return paths;
  for (const QString& line : data->text().split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
    const QUrl url(line.trimmed());
    const auto path = toPath(url.isLocalFile() ? url.toLocalFile() : line.trimmed());
    std::error_code ignored;
    if (path.is_absolute() && std::filesystem::exists(path, ignored)) paths.push_back(path);
  }
  return paths;
}

Result<std::filesystem::path> keepPicture(const QImage& picture) {
  const QDir folder(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                    QStringLiteral("/filterlens/pasted"));
  const QString name =
      QDateTime::currentDateTime().toString(QStringLiteral("yyyy-MM-dd-HHmmss-zzz"));
  const QString path = folder.filePath(QStringLiteral("pasted-%1.png").arg(name));
  if (!QDir().mkpath(folder.path()) || !picture.save(path, "PNG")) {
    return Error{QCoreApplication::translate(
                     "Clipboard", "The picture of the clipboard could not be written to %1.")
                     .arg(path)
                     .toStdString()};
  }
  return toPath(path);
}

QString delimited(const Heatmap& map, QChar between) {
  QString text;
  for (int row = 0; row < map.values.rows; ++row) {
    for (int col = 0; col < map.values.cols; ++col) {
      if (col > 0) text += between;
      text += exact(map.values.at(row, col));
    }
    text += QLatin1Char('\n');
  }
  return text;
}

QString tabSeparated(const std::vector<Prediction>& predictions) {
  QString text = QStringLiteral("class\tname\tprobability\tlogit\n");
  for (const Prediction& prediction : predictions) {
    text += QStringLiteral("%1\t%2\t%3\t%4\n")
                .arg(QString::number(prediction.index), QString::fromStdString(prediction.name),
                     exact(prediction.probability), exact(prediction.logit));
  }
  return text;
}

}  // namespace filterlens
