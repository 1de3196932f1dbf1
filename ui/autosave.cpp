#include "ui/autosave.h"

#include <QCoreApplication>
#include <QDir>
#include <QStandardPaths>

#include "ui/session_file.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kSoonMs = 2000;

QString lockName(const std::filesystem::path& file) {
  return fromPath(file) + QStringLiteral(".lock");
}

}  // namespace

Autosave::Autosave(Session& session, ViewLink& link, std::filesystem::path folder, QObject* parent)
    : QObject(parent), session_(session), link_(link), folder_(std::move(folder)) {
  static int windows = 0;
  file_ = folder_ / ("autosave-" + std::to_string(QCoreApplication::applicationPid()) + "-" +
                     std::to_string(++windows) + ".flens");
  soon_.setSingleShot(true);
  soon_.setInterval(kSoonMs);
  const auto startTimer = [this] { soon_.start(); };
  connect(&soon_, &QTimer::timeout, this, &Autosave::flush);
  for (const auto signal :
       {&Session::photosChanged, &Session::modelChanged, &Session::secondModelChanged}) {
    connect(&session_, signal, this, startTimer);
  }
  connect(&session_, &Session::chosen, this, startTimer);
  connect(&link_, &ViewLink::viewChanged, this, startTimer);
}

Autosave::~Autosave() {
  std::error_code ignored;
  if (lock_) std::filesystem::remove(file_, ignored);
}

// A folder that cannot be written to costs the user nothing but this.
void Autosave::flush() {
  soon_.stop();
  if (!session_.photo()) return;
  if (!lock_) {
    QDir().mkpath(fromPath(folder_));
    lock_ = std::make_unique<QLockFile>(lockName(file_));
    lock_->setStaleLockTime(0);
    if (!lock_->tryLock()) return lock_.reset();
  }
  (void)writeSession(file_, savedFrom(session_, link_.state())).ok();
}

std::vector<std::filesystem::path> Autosave::leftovers() const {
  std::vector<std::filesystem::path> found;
  const QDir folder(fromPath(folder_));
  for (const QString& name :
       folder.entryList({QStringLiteral("autosave-*.flens")}, QDir::Files, QDir::Time)) {
    const auto file = toPath(folder.filePath(name));
    QLockFile lock(lockName(file));
    lock.setStaleLockTime(0);
    if (file != file_ && lock.tryLock()) found.push_back(file);
  }
  return found;
}

void Autosave::remove(const std::filesystem::path& leftover) {
  std::error_code ignored;
  std::filesystem::remove(leftover, ignored);
}

std::filesystem::path autosaveFolder() {
  return toPath(QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                QStringLiteral("/filterlens"));
}

}  // namespace filterlens
