// TensorAssembly: makes tensors of the storages that they are views of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/checkpoint/pickle_value.h"
#include "core/checkpoint/saved_state_dict.h"

namespace filterlens {

/// Storages are given one at a time and are not kept: tensors that share one, or are only a part of
/// one, get copies of their own values, contiguous.
class TensorAssembly {
 public:
  /// Checks every tensor against the bounds of its storage, and charges all of them to the heap's
  /// budget. Throws ReadError. The heap must outlive this.
  TensorAssembly(const PickleHeap&, std::vector<NamedTensor>);

  /// Keys of the storages that tensors need, in the order of the tensors.
  [[nodiscard]] const std::vector<std::string>& neededStorages() const { return needed_; }
  [[nodiscard]] bool needs(const std::string& key) const { return users_.contains(key); }
  [[nodiscard]] std::uint64_t bytesOf(const std::string& key) const;  ///< of a needed storage

  /// The content of a needed storage, bytesOf(key) long.
  void provide(const std::string& key, std::vector<std::byte> content);

  /// All tensors, in order, once every needed storage was provided.
  std::vector<Tensor> take() && { return std::move(tensors_); }

 private:
  void addUser(std::size_t tensor);

  const PickleHeap& heap_;
  std::vector<NamedTensor> plan_;
  std::vector<Tensor> tensors_;
  std::vector<std::string> needed_;
  std::unordered_map<std::string, std::vector<std::size_t>> users_;  ///< tensors by storage
};

/// What a PyTorch file holds, once every needed storage was provided. Path and hash are left empty.
Checkpoint assembled(CheckpointFormat, const ChosenStateDict&, TensorAssembly&&);

/// Bytes of a storage of a known type. Throws a ReadError where they are too many to count.
std::uint64_t storageBytes(const StorageReference&);

}  // namespace filterlens
