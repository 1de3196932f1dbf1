#include "tests/core/checkpoint/handmade.h"

#include <zlib.h>

#include <stdexcept>

namespace filterlens::test {

std::string littleEndian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}

namespace pickle {

std::string text(std::string_view text) {
  return "X" + littleEndian(text.size(), 4) + std::string(text);
}

std::string integer(std::int64_t value) {
  return "\x8a\x08" + littleEndian(static_cast<std::uint64_t>(value), 8);
}

std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}

namespace {
std::string joined(const std::vector<std::string>& pieces) {
  std::string all;
  for (const auto& piece : pieces) all += piece;
  return all;
}
}  // namespace

std::string tuple(const std::vector<std::string>& items) { return "(" + joined(items) + "t"; }

std::string integers(const std::vector<std::int64_t>& values) {
  std::vector<std::string> items;
  items.reserve(values.size());
  for (const auto value : values) items.push_back(integer(value));
  return tuple(items);
}

std::string list(const std::vector<std::string>& items) { return "](" + joined(items) + "e"; }

std::string dict(const std::vector<std::pair<std::string, std::string>>& items) {
  std::string all = "}(";
  for (const auto& [key, value] : items) all += text(key) + value;
  return all + "u";
}

std::string call(const std::string& function, const std::string& arguments) {
  return function + arguments + "R";
}

std::string whole(const std::string& value) { return std::string(kStart) + value + "."; }

std::string storage(const std::string& key, std::int64_t count,
                    const std::vector<std::string>& extra) {
  std::vector<std::string> parts = {text("storage"), global("torch", "FloatStorage"), text(key),
                                    text("cpu"), integer(count)};
  parts.insert(parts.end(), extra.begin(), extra.end());
  return tuple(parts) + "Q";
}

std::string tensor(const std::string& storage, std::int64_t offset,
                   const std::vector<std::int64_t>& shape,
                   const std::vector<std::int64_t>& strides) {
  const std::string hooks = call(global("collections", "OrderedDict"), ")");
  return call(global("torch._utils", "_rebuild_tensor_v2"),
              tuple({storage, integer(offset), integers(shape), integers(strides), "\x89", hooks}));
}

}  // namespace pickle

namespace {

std::string deflated(const std::string& content) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib cannot deflate");
  }
  std::string packed(deflateBound(&stream, content.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib cannot deflate");
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::uint32_t crcOf(const std::string& content) {
  return static_cast<std::uint32_t>(
      ::crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
}

/// What local and central headers have in common, from the version to the lengths of the names.
std::string sharedHeader(const ZipRecord& record, const std::string& packed) {
  const int method = record.method >= 0 ? record.method : (record.deflate ? 8 : 0);
  const auto size = static_cast<std::int64_t>(record.content.size()) + record.sizeChange;
  return littleEndian(20, 2) + littleEndian(record.flags, 2) +
         littleEndian(static_cast<std::uint64_t>(method), 2) + littleEndian(0, 4) +
         littleEndian(crcOf(record.content) ^ record.wrongCrc, 4) + littleEndian(packed.size(), 4) +
         littleEndian(static_cast<std::uint64_t>(size), 4) + littleEndian(record.name.size(), 2) +
         littleEndian(0, 2);
}

}  // namespace

std::string zipOf(const std::vector<ZipRecord>& records) {
  std::string file;
  std::string central;
  for (const ZipRecord& record : records) {
    const std::string packed = record.deflate ? deflated(record.content) : record.content;
    const std::string header = sharedHeader(record, packed);
    central += "PK\x01\x02" + littleEndian(20, 2) + header + littleEndian(0, 2) +
               littleEndian(0, 2) + littleEndian(0, 2) + littleEndian(0, 4) +
               littleEndian(file.size(), 4) + record.name;
    for (const std::string_view part : {std::string_view("PK\x03\x04"), std::string_view(header),
                                        std::string_view(record.name), std::string_view(packed)}) {
      file += part;
    }
  }
  const std::string count = littleEndian(records.size(), 2);
  return file + central + "PK\x05\x06" + littleEndian(0, 4) + count + count +
         littleEndian(central.size(), 4) + littleEndian(file.size(), 4) + littleEndian(0, 2);
}

std::string torchZip(const std::string& pickle,
                     const std::vector<std::pair<std::string, std::string>>& storages) {
  std::vector<ZipRecord> records = {{"archive/data.pkl", pickle}, {"archive/byteorder", "little"}};
  for (const auto& [key, content] : storages) records.push_back({"archive/data/" + key, content});
  return zipOf(records);
}

std::string torchLegacy(const std::string& pickle, const std::vector<std::string>& keys,
                        const std::string& storages) {
  std::vector<std::string> texts;
  texts.reserve(keys.size());
  for (const auto& key : keys) texts.push_back(pickle::text(key));
  const std::string magic = "\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
  return pickle::whole(magic) + pickle::whole(pickle::integer(1001)) +
         pickle::whole(pickle::dict({{"little_endian", "\x88"}})) + pickle +
         pickle::whole(pickle::list(texts)) + storages;
}

std::string legacyStorage(std::uint64_t count, const std::string& content) {
  return littleEndian(count, 8) + content;
}

}  // namespace filterlens::test
