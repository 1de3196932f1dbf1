// Thumbnails: small pictures of photos, made on a thread of their own that gives way to all other
// work.
#pragma once

#include <QImage>
#include <QObject>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

namespace filterlens {

class Thumbnails : public QObject {
  Q_OBJECT

 public:
  /// side: of a thumbnail's longer side, in pixels.
  explicit Thumbnails(int side, QObject* parent = nullptr);
  ~Thumbnails() override;

  /// What to make next, the first first, in place of what was wanted before: of that, nothing more
  /// is made but the one in work.
  void want(std::vector<std::filesystem::path>);

 Q_SIGNALS:
  /// A null image where the photo cannot be read.
  void made(const std::filesystem::path& photo, const QImage& thumbnail);

 private:
  void makeUntil(const std::stop_token&);

  int side_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::filesystem::path> wanted_;  // the next one last; guarded by mutex_
  std::jthread thread_;                        // last: it uses the others
};

}  // namespace filterlens
