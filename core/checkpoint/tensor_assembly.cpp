#include "core/checkpoint/tensor_assembly.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "core/checkpoint/limits.h"
#include "core/checkpoint/read_error.h"

namespace filterlens {
namespace {

[[noreturn]] void throwOutside(const std::string& tensor) {
  throwDamaged("its tensor " + inQuotes(tensor) + " reaches beyond the values that are stored");
}

/// Number of values. Throws where a tensor has negative sizes or strides, or where a value lies
/// outside of the storage.
std::uint64_t checkedCount(const NamedTensor& named, std::uint64_t stored) {
  const TensorReference& tensor = named.tensor;
  std::uint64_t count = 1;
  auto last = static_cast<std::uint64_t>(tensor.offset);
  bool inside = tensor.offset >= 0;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    if (tensor.shape[i] < 0 || tensor.strides[i] < 0) throwOutside(named.name);
    const auto extent = static_cast<std::uint64_t>(tensor.shape[i]);
    const auto stride = static_cast<std::uint64_t>(tensor.strides[i]);
    if (extent == 0) return 0;
    std::uint64_t reach = 0;
    inside = inside && !__builtin_mul_overflow(extent - 1, stride, &reach) &&
             !__builtin_add_overflow(last, reach, &last) &&
             !__builtin_mul_overflow(count, extent, &count);
  }
  if (!inside || last >= stored) throwOutside(named.name);
  return count;
}

bool isContiguous(const TensorReference& tensor) {
  std::int64_t expected = 1;
  for (std::size_t i = tensor.shape.size(); i-- > 0;) {
    if (tensor.shape[i] != 1 && tensor.strides[i] != expected) return false;
    expected *= tensor.shape[i];
  }
  return true;
}

/// Copies the values of a view that holds some, in row-major order.
void gather(const TensorReference& view, std::size_t valueBytes, const std::byte* storage,
            std::byte* out) {
  const std::byte* from = storage + static_cast<std::size_t>(view.offset) * valueBytes;
  std::vector<std::int64_t> position(view.shape.size(), 0);
  for (;;) {
    std::memcpy(out, from, valueBytes);
    out += valueBytes;
    std::size_t i = view.shape.size();
    for (; i > 0; --i) {  // step to the next position, the last dimension fastest
      const auto stride = static_cast<std::ptrdiff_t>(view.strides[i - 1]) *
                          static_cast<std::ptrdiff_t>(valueBytes);
      if (++position[i - 1] < view.shape[i - 1]) {
        from += stride;
        break;
      }
      from -= stride * (view.shape[i - 1] - 1);
      position[i - 1] = 0;
    }
    if (i == 0) return;
  }
}

void cut(const TensorReference& view, const std::vector<std::byte>& storage, Tensor& tensor) {
  const std::size_t valueBytes = bytesPerValue(tensor.dtype);
  tensor.data.resize(static_cast<std::size_t>(tensor.count()) * valueBytes);
  if (tensor.data.empty()) return;
  if (isContiguous(view)) {
    std::memcpy(tensor.data.data(),
                storage.data() + static_cast<std::size_t>(view.offset) * valueBytes,
                tensor.data.size());
  } else {
    gather(view, valueBytes, storage.data(), tensor.data.data());
  }
}

bool isWhole(const TensorReference& view, const Tensor& tensor, std::size_t storageSize) {
  return view.offset == 0 && isContiguous(view) &&
         static_cast<std::size_t>(tensor.count()) * bytesPerValue(tensor.dtype) == storageSize;
}

}  // namespace

std::uint64_t storageBytes(const StorageReference& storage) {
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(storage.count, storage.type->bytes, &bytes)) {
    throwDamaged("it speaks of a storage of " + std::to_string(storage.count) + " values");
  }
  return bytes;
}

TensorAssembly::TensorAssembly(const PickleHeap& heap, std::vector<NamedTensor> plan)
    : heap_(heap), plan_(std::move(plan)) {
  std::uint64_t total = 0;
  tensors_.reserve(plan_.size());
  for (const NamedTensor& named : plan_) {
    const StorageReference& storage = heap_.storage(named.tensor);
    const std::uint64_t count = checkedCount(named, storage.count);
    const DType dtype = storage.type->dtype.value();
    std::uint64_t bytes = 0;
    const bool fits = !__builtin_mul_overflow(count, bytesPerValue(dtype), &bytes) &&
                      !__builtin_add_overflow(total, bytes, &total) && total <= kMaxStateDictBytes;
    if (!fits) {
      throw ReadError(
          "its tensors take more than 2 GiB, far more than any network of this program.");
    }
    heap_.budget().charge(bytes + sizeof(Tensor) + named.name.size());
    addUser(tensors_.size());
    tensors_.push_back({named.name, dtype, named.tensor.shape, {}});
  }
}

void TensorAssembly::addUser(std::size_t tensor) {
  const StorageReference& storage = heap_.storage(plan_[tensor].tensor);
  auto& users = users_[storage.key];
  if (users.empty()) {
    needed_.push_back(storage.key);
  } else {
    const StorageReference& first = heap_.storage(plan_[users.front()].tensor);
    if (first.type != storage.type || first.count != storage.count) {
      throwDamaged("it describes storage " + inQuotes(storage.key) + " in two ways");
    }
  }
  users.push_back(tensor);
}

std::uint64_t TensorAssembly::bytesOf(const std::string& key) const {
  return storageBytes(heap_.storage(plan_[users_.at(key).front()].tensor));
}

void TensorAssembly::provide(const std::string& key, std::vector<std::byte> content) {
  assert(content.size() == bytesOf(key));
  const auto& users = users_.at(key);
  for (const std::size_t user : users) {
    const TensorReference& view = plan_[user].tensor;
    if (users.size() == 1 && isWhole(view, tensors_[user], content.size())) {
      tensors_[user].data = std::move(content);
      return;
    }
    cut(view, content, tensors_[user]);
  }
}

Checkpoint assembled(CheckpointFormat format, const ChosenStateDict& chosen,
                     TensorAssembly&& assembly) {
  Checkpoint checkpoint;
  checkpoint.format = format;
  checkpoint.stateDictKey = chosen.key;
  checkpoint.epoch = chosen.epoch;
  checkpoint.tensors = std::move(assembly).take();
  return checkpoint;
}

}  // namespace filterlens
