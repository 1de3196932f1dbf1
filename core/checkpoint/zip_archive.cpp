#include "core/checkpoint/zip_archive.h"

#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "core/checkpoint/read_error.h"

namespace filterlens {
namespace {

using namespace std::string_view_literals;

constexpr zip_flags_t kNameFlags = ZIP_FL_ENC_RAW;

/// libzip keeps some 400 bytes of each of an archive's records, which take 47 bytes in the file at
/// least. Archives with more records than the plain format can count announce their number at the
/// end; no checkpoint comes near that many.
constexpr std::uint64_t kMostRecords = 100000;

std::uint64_t littleEndian(const char* bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

void refuseTooManyRecords(const InputFile& file) {
  constexpr std::uint64_t kTail = 66000;  // the end record, its longest comment, the locator
  constexpr std::size_t kLocatorBytes = 20;
  constexpr std::size_t kEndBytes = 56;
  std::string tail(static_cast<std::size_t>(std::min(kTail, file.size())), '\0');
  file.read(file.size() - tail.size(), std::as_writable_bytes(std::span(tail)));
  for (auto at = tail.find("PK\x06\x07"sv);
       at != std::string::npos && at + kLocatorBytes <= tail.size();
       at = tail.find("PK\x06\x07"sv, at + 1)) {
    const std::uint64_t end = littleEndian(&tail[at + 8]);
    if (end > file.size() || file.size() - end < kEndBytes) continue;
    std::string record(kEndBytes, '\0');
    file.read(end, std::as_writable_bytes(std::span(record)));
    if (record.starts_with("PK\x06\x06"sv) &&
        std::max(littleEndian(&record[24]), littleEndian(&record[32])) > kMostRecords) {
      throw ReadError("it is a zip archive with more than 100,000 records, which no model has.");
    }
  }
}

struct CloseRecord {
  void operator()(zip_file_t* record) const { zip_fclose(record); }
};

[[noreturn]] void throwInRecord(const std::string& name, const std::string& what) {
  throwDamaged("its record " + inQuotes(name) + " " + what);
}

/// What the archive says of a record; none where it has no such record.
std::optional<zip_stat_t> statOf(zip_t* archive, const std::string& name) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat(archive, name.c_str(), kNameFlags, &stat) != 0) return std::nullopt;
  return stat;
}

void checkRecord(const zip_stat_t& stat, const std::string& name) {
  constexpr zip_uint64_t kNeeded = ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
  if ((stat.valid & kNeeded) != kNeeded) throwInRecord(name, "has no size");
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    throw ReadError("it is encrypted; unpack it and open what was inside.");
  }
  if (stat.comp_method == ZIP_CM_STORE) {
    if (stat.size != stat.comp_size) throwInRecord(name, "is stored with two sizes");
  } else if (stat.comp_method != ZIP_CM_DEFLATE) {
    throw ReadError("its record " + inQuotes(name) +
                    " is compressed by a method that this program does not know.");
  }
}

}  // namespace

void ZipArchive::Close::operator()(zip* archive) const { zip_discard(archive); }

ZipArchive::ZipArchive(const InputFile& file, MemoryBudget& budget) : budget_(budget) {
  refuseTooManyRecords(file);
  int error = 0;
  const int descriptor = file.duplicate();
  archive_.reset(zip_fdopen(descriptor, 0, &error));  // takes the descriptor where it succeeds

  if (!archive_) {
    ::close(descriptor);
    zip_error_t details;
    zip_error_init_with_code(&details, error);
    const std::string reason = zip_error_strerror(&details);
    zip_error_fini(&details);
    throwDamaged("its list of records cannot be read (" + reason + ")");
  }
}

ZipArchive::~ZipArchive() = default;

std::vector<std::string> ZipArchive::names() const {
  std::vector<std::string> names;
  const zip_int64_t count = zip_get_num_entries(archive_.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), kNameFlags);
    if (name != nullptr) names.emplace_back(name);
  }
  return names;
}

bool ZipArchive::has(const std::string& name) const {
  return zip_name_locate(archive_.get(), name.c_str(), kNameFlags) >= 0;
}

std::uint64_t ZipArchive::size(const std::string& name) const {
  const auto stat = statOf(archive_.get(), name);
  if (!stat) throwInRecord(name, "is missing");
  checkRecord(*stat, name);
  return stat->size;
}

std::vector<std::byte> ZipArchive::read(const std::string& name, ReadProgress& progress) {
  const std::uint64_t bytes = size(name);
  budget_.charge(bytes);
  const std::unique_ptr<zip_file_t, CloseRecord> record(
      zip_fopen(archive_.get(), name.c_str(), kNameFlags));
  if (!record) throwInRecord(name, "cannot be read");
  std::vector<std::byte> content(static_cast<std::size_t>(bytes));
  for (std::size_t done = 0; done < content.size();) {
    const auto got =
        zip_fread(record.get(), &content[done], std::min(kReadChunk, content.size() - done));
    if (got <= 0) throwInRecord(name, "cannot be unpacked, or is shorter than announced");
    done += static_cast<std::size_t>(got);
    progress.advance(static_cast<std::uint64_t>(got));
  }
  // libzip compares the checksum when it comes to the end.
  std::byte beyond{};
  const auto rest = zip_fread(record.get(), &beyond, 1);
  if (rest < 0) throwInRecord(name, "has another checksum than the archive says");
  if (rest > 0) throwInRecord(name, "is longer than announced");
  return content;
}

}  // namespace filterlens
