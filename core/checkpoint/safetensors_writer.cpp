#include <algorithm>
#include <bit>
#include <cstring>
#include <numeric>
#include <unordered_set>

#include <nlohmann/json.hpp>

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/read_error.h"
#include "core/export/whole_file.h"

namespace filterlens {
namespace {

Result<void> checkTensors(const std::vector<Tensor>& tensors) {
  std::unordered_set<std::string_view> names;
  for (const Tensor& tensor : tensors) {
    if (tensor.name == "__metadata__" || !names.insert(tensor.name).second) {
      return Error{"Two tensors, or a tensor and the metadata, have the name " +
                   inQuotes(tensor.name) + ": the model cannot be written."};
    }
    const auto values = static_cast<std::size_t>(tensor.count());
    if (tensor.data.size() != values * bytesPerValue(tensor.dtype)) {
      return Error{"Tensor " + inQuotes(tensor.name) +
                   " holds fewer or more values than its shape says: the model cannot be written."};
    }
  }
  return {};
}

/// Where each tensor's bytes begin. Wide types come first, so that every tensor lies at a multiple
/// of its values' size (others map these files into memory and use them in place).
std::vector<std::size_t> layOut(const std::vector<Tensor>& tensors) {
  std::vector<std::size_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return bytesPerValue(tensors[a].dtype) > bytesPerValue(tensors[b].dtype);
  });
  std::vector<std::size_t> begins(tensors.size());
  std::size_t position = 0;
  for (const std::size_t i : order) {
    begins[i] = position;
    position += tensors[i].data.size();
  }
  return begins;
}

/// Written piece by piece, which keeps the tensors' order and takes linear time.
std::string headerText(const std::vector<Tensor>& tensors, const std::vector<std::size_t>& begins,
                       const std::map<std::string, std::string>& metadata) {
  using nlohmann::json;
  std::string text = "{";
  const auto add = [&text](const std::string& key, const json& value) {
    if (text.size() > 1) text += ',';
    text += json(key).dump() + ':' + value.dump();
  };
  if (!metadata.empty()) add("__metadata__", metadata);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& tensor = tensors[i];
    add(tensor.name, {{"dtype", name(tensor.dtype)},
                      {"shape", tensor.shape},
                      {"data_offsets", {begins[i], begins[i] + tensor.data.size()}}});
  }
  text += '}';
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the data begin at a multiple of 8
  return text;
}

}  // namespace

Result<void> writeSafetensors(const std::filesystem::path& path, const std::vector<Tensor>& tensors,
                              const std::map<std::string, std::string>& metadata) {
  if (auto checked = checkTensors(tensors); !checked) return checked;
  const auto begins = layOut(tensors);
  std::string header;
  try {
    header = headerText(tensors, begins, metadata);
  } catch (const nlohmann::json::exception&) {
    return Error{"A name of a tensor or a string of the metadata is not UTF-8 text: " +
                 path.string() + " cannot be written."};
  }
  const auto length = std::bit_cast<std::array<std::byte, 8>>(std::uint64_t{header.size()});
  const std::size_t start = length.size() + header.size();
  std::size_t bytes = start;
  for (const Tensor& tensor : tensors) bytes += tensor.data.size();
  std::vector<std::byte> file(bytes);
  std::copy(length.begin(), length.end(), file.begin());
  std::memcpy(file.data() + length.size(), header.data(), header.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    std::copy(tensors[i].data.begin(), tensors[i].data.end(),
              file.begin() + static_cast<std::ptrdiff_t>(start + begins[i]));
  }
  return writeWhole(path, file);
}

}  // namespace filterlens
