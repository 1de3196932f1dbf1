// The engine itself: forwards to the parts that use Torch and OpenCV.
#include <algorithm>
#include <thread>

#include <ATen/Parallel.h>

#include "core/engine_entry.h"
#include "core/image/image_codec.h"
#include "core/model/torch_model_internal.h"

namespace filterlens {
namespace {

class TorchEngine : public Engine {
 public:
  TorchEngine() {
    // LibTorch takes half of the cores by itself, and leaves cores idle where each has one hardware
    // thread.
    setThreads(static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
  }

  Result<Photo> readPhoto(const std::filesystem::path& path) const override {
    return filterlens::readPhoto(path);
  }
  Result<Photo> readThumbnail(const std::filesystem::path& path, int longerSide) const override {
    return filterlens::readThumbnail(path, longerSide);
  }
  Result<std::vector<std::byte>> encodePng(const Image& image) const override {
    return filterlens::encodePng(image);
  }
  Result<std::shared_ptr<const Model>> openModel(const std::filesystem::path& path,
                                                 const OpenOptions& options,
                                                 const Progress& progress) const override {
    return openTorchModel(path, options, progress);
  }
  Result<TrainingResult> train(const TrainOptions& options, bool resume,
                               const TrainingReports& reports,
                               std::stop_token stop) const override {
    return filterlens::train(options, resume, reports, std::move(stop));
  }
  void setThreads(int count) override { at::set_num_threads(std::max(1, count)); }
};

}  // namespace
}  // namespace filterlens

filterlens::Engine* filterlensCreateEngine() { return new filterlens::TorchEngine(); }
