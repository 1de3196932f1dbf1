#include "ui/thumbnails.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>

#include "core/engine.h"

namespace filterlens {
namespace {

constexpr int kNice = 10;

QImage thumbnailOf(const std::filesystem::path& path, int side) {
  const auto engine = loadEngine();
  if (!engine) return {};
  const auto photo = (*engine)->readThumbnail(path, side);
  if (!photo) return {};
  const Image& image = photo->image;
  return QImage(image.data(), image.width(), image.height(),
                static_cast<qsizetype>(image.bytesPerLine()), QImage::Format_RGB888)
      .convertToFormat(QImage::Format_RGB32);
}

}  // namespace

Thumbnails::Thumbnails(int side, QObject* parent) : QObject(parent), side_(side) {}

Thumbnails::~Thumbnails() = default;

void Thumbnails::want(std::vector<std::filesystem::path> photos) {
  std::reverse(photos.begin(), photos.end());
  {
    const std::scoped_lock lock(mutex_);
    wanted_ = std::move(photos);
  }
  wake_.notify_one();
  if (!thread_.joinable()) {
    thread_ = std::jthread([this](const std::stop_token& end) { makeUntil(end); });
  }
}

void Thumbnails::makeUntil(const std::stop_token& end) {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);  // of this thread alone
  for (;;) {
    std::filesystem::path photo;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, end, [this] { return !wanted_.empty(); })) return;
      photo = std::move(wanted_.back());
      wanted_.pop_back();
    }
    const QImage thumbnail = thumbnailOf(photo, side_);
    QMetaObject::invokeMethod(
        this, [this, photo, thumbnail] { Q_EMIT made(photo, thumbnail); }, Qt::QueuedConnection);
  }
}

}  // namespace filterlens
