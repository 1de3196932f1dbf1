#include "ui/recent_files.h"

#include <QSettings>

#include "core/export/command_words.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr qsizetype kMost = 10;
constexpr int kFolderWidth = 320;

QSettings settings() {
  return QSettings(QStringLiteral("FilterLens"), QStringLiteral("FilterLens"));
}

}  // namespace

QString RecentFiles::key() const {
  return kind_ == Kind::Photos ? QStringLiteral("recent/photos") : QStringLiteral("recent/models");
}

std::vector<std::filesystem::path> RecentFiles::paths() const {
  std::vector<std::filesystem::path> found;
  for (const QString& name : settings().value(key()).toStringList()) {
    std::error_code ignored;
    if (std::filesystem::exists(toPath(name), ignored)) found.push_back(toPath(name));
  }
  return found;
}

void RecentFiles::add(const std::filesystem::path& path) {
  const auto full = fullPath(path);
  QSettings all = settings();
  QStringList names = all.value(key()).toStringList();
  names.removeAll(fromPath(full));
  names.prepend(fromPath(full));
  all.setValue(key(), names.mid(0, kMost));
}

void RecentFiles::clear() { settings().remove(key()); }

RecentMenu::RecentMenu(RecentFiles files, Open open, QWidget* parent)
    : QMenu(parent), files_(files), open_(std::move(open)) {
  setToolTipsVisible(true);
  connect(this, &QMenu::aboutToShow, this, &RecentMenu::fill);
}

void RecentMenu::fill() {
  QMenu::clear();
  const auto paths = files_.paths();
  for (const auto& path : paths) {
    const QString folder =
        fontMetrics().elidedText(fromPath(path.parent_path()), Qt::ElideMiddle, kFolderWidth);
    QString label = tr("%1  (%2)").arg(fileName(path), folder);
    label.replace(QLatin1Char('&'), QLatin1String("&&"));
    auto* entry = addAction(label, this, [this, path] { open_(path); });
    entry->setToolTip(fromPath(path));
  }
  if (paths.empty()) addAction(tr("Nothing yet"))->setEnabled(false);
  if (paths.empty()) return;
  addSeparator();
  addAction(tr("Forget these"), this, [this] { files_.clear(); });
}

}  // namespace filterlens
