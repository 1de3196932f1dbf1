#include "core/train/photo_store.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <mutex>
#include <thread>
#include <utility>

#include "core/image/image_codec.h"
#include "core/image/pil_resize.h"

namespace filterlens {
namespace {

namespace fs = std::filesystem;

/// An image whose short side is no longer than shortSide (0: any).
Image reduced(const Image& image, int shortSide) {
  const int shorter = std::min(image.width(), image.height());
  if (shortSide <= 0 || shorter <= shortSide) return image;
  const double scale = static_cast<double>(shortSide) / shorter;
  const auto scaled = [&](int side) {
    return std::max(1, static_cast<int>(std::lround(side * scale)));
  };
  return pilResize(image, scaled(image.width()), scaled(image.height()));
}

Result<Image> readImage(const fs::path& file, int shortSide) {
  auto photo = readPhoto(file);
  if (!photo) return photo.error();
  return reduced(photo->image, shortSide);
}

/// Reads photos on several threads, keeping those that fit.
class Reader {
 public:
  Reader(const std::vector<LabelledPhoto>& photos, const PhotoStoreOptions& options,
         const Progress& progress)
      : photos_(photos), options_(options), progress_(progress), outcomes_(photos.size()) {}

  struct Outcome {
    Image image;           ///< empty where it did not fit or could not be read
    std::string sentence;  ///< why it could not be read
  };

  /// One outcome for each photo; not complete when cancelled.
  std::vector<Outcome> run() {
    {
      std::vector<std::jthread> threads;
      for (int i = 0; i < std::max(1, options_.threads); ++i)
        threads.emplace_back([this] { work(); });
    }
    return std::move(outcomes_);
  }
  [[nodiscard]] std::uint64_t bytesKept() const { return kept_; }

 private:
  void work() {
    while (!progress_.cancelled()) {
      const std::size_t i = next_.fetch_add(1);
      if (i >= photos_.size()) return;
      auto image = readImage(photos_[i].file, options_.shortSide);
      if (!image) {
        outcomes_[i].sentence = image.error().sentence;
      } else if (claim(*image)) {
        outcomes_[i].image = std::move(*image);
      }
      reportOne();
    }
  }

  /// Whether there is memory left for an image.
  bool claim(const Image& image) {
    const std::uint64_t bytes = image.byteCount();
    if (kept_.fetch_add(bytes) + bytes <= options_.budgetBytes) return true;
    kept_.fetch_sub(bytes);
    return false;
  }

  void reportOne() {
    const std::scoped_lock lock(reporting_);
    ++done_;
    progress_.report(static_cast<double>(done_) / static_cast<double>(photos_.size()),
                     "Reading photos");
  }

  const std::vector<LabelledPhoto>& photos_;
  const PhotoStoreOptions& options_;
  const Progress& progress_;
  std::vector<Outcome> outcomes_;  ///< each written by one thread
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::uint64_t> kept_ = 0;
  std::mutex reporting_;
  std::size_t done_ = 0;
};

}  // namespace

Result<PhotoStore> PhotoStore::open(const std::vector<LabelledPhoto>& photos,
                                    const std::vector<std::string>& classNames,
                                    const PhotoStoreOptions& options, const Progress& progress) {
  Reader reader(photos, options, progress);
  auto outcomes = reader.run();
  if (progress.cancelled()) return cancelledError();
  PhotoStore store;
  store.shortSide_ = options.shortSide;
  store.bytesInMemory_ = reader.bytesKept();
  std::vector<int> readable(classNames.size());
  std::vector<int> given(classNames.size());
  for (std::size_t i = 0; i < photos.size(); ++i) {
    const auto label = static_cast<std::size_t>(photos[i].label);
    ++given[label];
    if (!outcomes[i].sentence.empty()) {
      store.unreadable_.push_back({photos[i].file, std::move(outcomes[i].sentence)});
      continue;
    }
    ++readable[label];
    store.entries_.push_back({photos[i].file, photos[i].label, std::move(outcomes[i].image)});
  }
  for (std::size_t label = 0; label < classNames.size(); ++label) {
    if (given[label] == 0 || readable[label] > 0) continue;
    return Error{"None of the " + std::to_string(given[label]) + " pictures of the class " +
                 classNames[label] + " can be read. " + store.unreadable_.front().sentence};
  }
  return store;
}

Result<Image> PhotoStore::image(int photo) const {
  const Entry& entry = at(photo);
  if (!entry.image.empty()) return entry.image;
  return readImage(entry.file, shortSide_);
}

int PhotoStore::photosInMemory() const {
  return static_cast<int>(std::count_if(entries_.begin(), entries_.end(),
                                        [](const Entry& entry) { return !entry.image.empty(); }));
}

}  // namespace filterlens
