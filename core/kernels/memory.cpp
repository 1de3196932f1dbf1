#include "core/kernels/memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <mutex>
#include <new>

namespace filterlens {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;
constexpr std::size_t kSmallest = std::size_t{256} << 10;  // below it malloc reuses well enough

/// Idle blocks that were not wanted for so many requests belong to sizes of the past.
constexpr std::uint64_t kPatience = 4096;

class Store {
 public:
  float* take(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    ++requests_;
    const auto found = idle_.lower_bound(bytes);
    if (found != idle_.end() && found->first <= bytes + bytes / 4) {
      float* block = found->second.block;
      used_.emplace(block, found->first);
      idle_.erase(found);
      return block;
    }
    forgetOld();
    auto* block = static_cast<float*>(std::aligned_alloc(kHugePage, bytes));
    if (!block) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
    madvise(block, bytes, MADV_HUGEPAGE);  // a wish; nothing depends on it
#endif
    used_.emplace(block, bytes);
    return block;
  }

  /// False where the block is not one of the store's.
  bool giveBack(float* block) {
    const std::lock_guard lock(mutex_);
    const auto found = used_.find(block);
    if (found == used_.end()) return false;
    idle_.emplace(found->second, Idle{block, requests_});
    used_.erase(found);
    return true;
  }

 private:
  struct Idle {
    float* block;
    std::uint64_t since;
  };

  void forgetOld() {
    std::erase_if(idle_, [this](const auto& entry) {
      const bool old = requests_ - entry.second.since > kPatience;
      if (old) std::free(entry.second.block);
      return old;
    });
  }

  std::mutex mutex_;
  std::uint64_t requests_ = 0;
  std::multimap<std::size_t, Idle> idle_;
  std::map<float*, std::size_t> used_;
};

/// Never destroyed: tensors may outlive everything else.
Store& store() {
  static auto& instance = *new Store;
  return instance;
}

}  // namespace

void GiveRoomBack::operator()(float* block) const {
  if (!store().giveBack(block)) std::free(block);
}

Room takeRoom(KernelSize count) {
  const auto bytes = static_cast<std::size_t>(count) * sizeof(float);
  if (bytes >= kSmallest) {
    return Room(store().take((bytes + kHugePage - 1) / kHugePage * kHugePage));
  }
  constexpr std::size_t kLine = 64;
  auto* block = static_cast<float*>(std::aligned_alloc(kLine, (bytes + kLine) / kLine * kLine));
  if (!block) throw std::bad_alloc();
  return Room(block);
}

}  // namespace filterlens
