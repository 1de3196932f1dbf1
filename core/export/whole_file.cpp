#include "core/export/whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

namespace filterlens {
namespace {

namespace fs = std::filesystem;

/// Why a system call failed, and what to do about it.
std::string reason(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "there is no space left; free some, or choose another folder";
    case EACCES:
    case EPERM:
      return "you may not write there; choose another folder";
    case EROFS:
      return "the file system is read-only; choose another folder";
    case ENOTDIR:
      return "part of the path is a file, not a folder";
    case EISDIR:
      return "there is a folder of this name";
    default:
      return std::generic_category().message(error);
  }
}

Error writeError(const fs::path& path, const std::string& why) {
  return Error{"Cannot write " + path.string() + ": " + why + "."};
}

/// Closes the file, and removes it unless it was kept.
class OpenFile {
 public:
  OpenFile(int descriptor, fs::path removeLater)
      : descriptor_(descriptor), removeLater_(std::move(removeLater)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!removeLater_.empty()) ::unlink(removeLater_.c_str());
  }

  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// 0, or the error number.
  int write(std::span<const std::byte> bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) return errno;
      if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return 0;
  }

  /// Some file systems report a full disk only now. 0, or the error number.
  int close() { return ::close(std::exchange(descriptor_, -1)) == 0 ? 0 : errno; }

  void keep() { removeLater_.clear(); }

 private:
  int descriptor_;
  fs::path removeLater_;
};

/// A name in the target's folder that no other writer, here or in another process, uses.
fs::path temporaryName(const fs::path& target) {
  static std::atomic<std::uint64_t> counter = 0;
  return target.parent_path() /
         (".filterlens-" + std::to_string(::getpid()) + "-" + std::to_string(counter++) + ".part");
}

/// A device or a pipe: there is nothing to replace, so the bytes go straight in.
Result<void> writeThrough(const fs::path& path, std::span<const std::byte> bytes) {
  OpenFile file(::open(path.c_str(), O_WRONLY | O_CLOEXEC), {});
  if (file.descriptor() < 0) return writeError(path, reason(errno));
  if (const int error = file.write(bytes)) return writeError(path, reason(error));
  if (const int error = file.close()) return writeError(path, reason(error));
  return {};
}

Result<void> writeAndRename(const fs::path& path, std::span<const std::byte> bytes) {
  std::error_code failed;
  // Behind a symbolic link, the file is replaced and the link stays.
  const fs::path target = fs::is_symlink(path, failed) ? fs::weakly_canonical(path, failed) : path;
  if (target.has_parent_path()) fs::create_directories(target.parent_path(), failed);
  if (failed) return writeError(path, reason(failed.value()));

  const fs::path temporary = temporaryName(target);
  const int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) return writeError(path, reason(errno));
  OpenFile file(descriptor, temporary);
  // An old file's permissions stay, on file systems that have any.
  struct stat old {};
  if (::stat(target.c_str(), &old) == 0) ::fchmod(descriptor, old.st_mode & 07777);
  if (const int error = file.write(bytes)) return writeError(path, reason(error));
  if (const int error = file.close()) return writeError(path, reason(error));
  if (::rename(temporary.c_str(), target.c_str()) != 0) return writeError(path, reason(errno));
  file.keep();
  return {};
}

}  // namespace

Result<void> writeWhole(const fs::path& path, std::span<const std::byte> bytes) {
  std::error_code ignored;  // where the path cannot be examined, writing to it says why
  const fs::file_status status = fs::status(path, ignored);
  if (fs::is_directory(status)) return writeError(path, reason(EISDIR));
  if (fs::exists(status) && !fs::is_regular_file(status)) return writeThrough(path, bytes);
  return writeAndRename(path, bytes);
}

Result<void> writeWhole(const fs::path& path, std::string_view text) {
  return writeWhole(path, std::as_bytes(std::span(text)));
}

}  // namespace filterlens
