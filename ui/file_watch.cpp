#include "ui/file_watch.h"

#include <QFileInfo>

namespace filterlens {
namespace {

constexpr int kSettleMs = 300;

}  // namespace

FileWatch::FileWatch(QObject* parent) : QObject(parent) {
  settle_.setSingleShot(true);
  settle_.setInterval(kSettleMs);
  connect(&settle_, &QTimer::timeout, this, &FileWatch::look);
  for (const auto signal :
       {&QFileSystemWatcher::fileChanged, &QFileSystemWatcher::directoryChanged}) {
    connect(&watcher_, signal, this, [this] { settle_.start(); });
  }
}

// The folder is watched too: a file that is replaced is another one, and the watch of the old one
// ends with it.
void FileWatch::watch(const QString& path) {
  const QStringList before = watcher_.files() + watcher_.directories();
  if (!before.isEmpty()) watcher_.removePaths(before);
  settle_.stop();
  path_ = path;
  if (path.isEmpty()) return;
  known_ = settling_ = stamp();
  const QFileInfo file(path);
  if (file.exists()) watcher_.addPaths({path, file.absolutePath()});
}

FileWatch::Stamp FileWatch::stamp() const {
  const QFileInfo file(path_);
  return file.exists() ? Stamp{file.lastModified(), file.size()} : Stamp{};
}

void FileWatch::look() {
  const Stamp now = stamp();
  if (now.bytes < 0 || now == known_) return;
  if (!watcher_.files().contains(path_)) watcher_.addPath(path_);
  if (now != std::exchange(settling_, now)) return settle_.start();
  known_ = now;
  Q_EMIT changed();
}

}  // namespace filterlens
