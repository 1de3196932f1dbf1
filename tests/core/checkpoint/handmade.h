// Checkpoints made by hand, byte by byte: also such as torch.save would never write.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace filterlens::test {

/// So many bytes of a number, little-endian.
std::string littleEndian(std::uint64_t, int bytes);

/// Pieces of a pickle; a pickle is pieces in a row between kPickleStart and ".".
namespace pickle {
inline constexpr std::string_view kStart = "\x80\x02";
std::string text(std::string_view);
std::string integer(std::int64_t);  ///< of any size, as LONG1
std::string global(const std::string& module, const std::string& name);
std::string tuple(const std::vector<std::string>&);
std::string integers(const std::vector<std::int64_t>&);  ///< a tuple
std::string list(const std::vector<std::string>&);
std::string dict(const std::vector<std::pair<std::string, std::string>>&);  ///< keys are texts
std::string call(const std::string& function, const std::string& arguments);
std::string whole(const std::string&);  ///< a pickle of one value

/// torch's FloatStorage; `extra` follows the number of values in its persistent id.
std::string storage(const std::string& key, std::int64_t count,
                    const std::vector<std::string>& extra = {});

/// A tensor as _rebuild_tensor_v2 makes it.
std::string tensor(const std::string& storage, std::int64_t offset,
                   const std::vector<std::int64_t>& shape,
                   const std::vector<std::int64_t>& strides);
}  // namespace pickle

/// A record of a zip archive, and how its headers lie.
struct ZipRecord {
  std::string name;
  std::string content;
  bool deflate = false;
  std::uint32_t wrongCrc = 0;   ///< XORed onto the right checksum
  std::uint16_t flags = 0;      ///< bit 0: encrypted
  int method = -1;              ///< announced compression method; -1: the right one
  std::int64_t sizeChange = 0;  ///< added to the announced unpacked size
};

std::string zipOf(const std::vector<ZipRecord>&);

/// A .pth archive of a pickle and storages, by key.
std::string torchZip(const std::string& pickle,
                     const std::vector<std::pair<std::string, std::string>>& storages);

/// A legacy .pth: the preamble, the pickle, the keys, and what follows.
std::string torchLegacy(const std::string& pickle, const std::vector<std::string>& keys,
                        const std::string& storages);
/// One of the storages that follow.
std::string legacyStorage(std::uint64_t count, const std::string& content);

}  // namespace filterlens::test
