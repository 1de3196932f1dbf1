// FileWatch: says when a file on disk is another one than it was: a checkpoint of a training run
// that goes on.
#pragma once

#include <QDateTime>
#include <QFileSystemWatcher>
#include <QObject>
#include <QTimer>

namespace filterlens {

class FileWatch : public QObject {
  Q_OBJECT

 public:
  explicit FileWatch(QObject* parent = nullptr);

  /// Watches this file from now on, and no other; empty: none.
  void watch(const QString& path);

 Q_SIGNALS:
  /// It has been written, and has not grown for a moment.
  void changed();

 private:
  struct Stamp {
    QDateTime time;
    qint64 bytes = -1;  ///< -1: it is not there
    bool operator==(const Stamp&) const = default;
  };
  [[nodiscard]] Stamp stamp() const;
  void look();

  QFileSystemWatcher watcher_;
  QTimer settle_;
  QString path_;
  Stamp known_;  // what was announced or opened
  Stamp settling_;
};

}  // namespace filterlens
