#include "core/checkpoint/input_file.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <system_error>

#include "core/checkpoint/read_error.h"

namespace filterlens {
namespace {

[[noreturn]] void throwSystemError(int code) {
  throw ReadError(std::generic_category().message(code) + ".");
}

}  // namespace

InputFile::InputFile(const std::filesystem::path& path) {
  // Without O_NONBLOCK the opening of a named pipe would wait for somebody to write to it.
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) {
    if (errno == ENOENT) throw ReadError("there is no such file.");
    throwSystemError(errno);
  }
  struct stat status {};
  const int failed = ::fstat(descriptor_, &status);
  if (failed == 0 && S_ISREG(status.st_mode)) {
    size_ = static_cast<std::uint64_t>(status.st_size);
    return;
  }
  const int code = errno;
  ::close(descriptor_);
  if (failed != 0) throwSystemError(code);
  if (S_ISDIR(status.st_mode)) throw ReadError("it is a folder; give a file in it.");
  throw ReadError("it is a device or a pipe, not a file.");
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  while (!bytes.empty()) {
    const auto got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throwSystemError(errno);
    if (got == 0) throwDamaged("it ends in the middle of a value");
    bytes = bytes.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
}

int InputFile::duplicate() const {
  const int copy = ::fcntl(descriptor_, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throwSystemError(errno);
  return copy;
}

void ReadProgress::advance(std::uint64_t bytes) {
  if (progress_.cancelled()) throw ReadCancelled();
  done_ = std::min(done_ + bytes, total_);
  if (total_ > 0) progress_.report(static_cast<double>(done_) / static_cast<double>(total_), text_);
}

std::vector<std::byte> readCounted(const InputFile& file, std::uint64_t offset, std::uint64_t bytes,
                                   ReadProgress& counter) {
  std::vector<std::byte> content(static_cast<std::size_t>(bytes));
  for (std::size_t done = 0; done < content.size();) {
    const std::size_t step = std::min(kReadChunk, content.size() - done);
    file.read(offset + done, std::span(content).subspan(done, step));
    done += step;
    counter.advance(step);
  }
  return content;
}

std::string sha256Of(const InputFile& file, const Progress& progress) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        &EVP_MD_CTX_free);
  bool good = context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1;
  ReadProgress counter(progress, file.size(), "Computing the file's checksum");
  std::vector<std::byte> chunk(
      static_cast<std::size_t>(std::min<std::uint64_t>(kReadChunk, file.size())));
  for (std::uint64_t offset = 0; offset < file.size(); offset += chunk.size()) {
    chunk.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kReadChunk, file.size() - offset)));
    file.read(offset, chunk);
    good = good && EVP_DigestUpdate(context.get(), chunk.data(), chunk.size()) == 1;
    counter.advance(chunk.size());
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  good = good && EVP_DigestFinal_ex(context.get(), digest.data(), &length) == 1;
  if (!good) throw ReadError("its SHA-256 checksum could not be computed (OpenSSL failed).");
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < length; ++i) {
    text += kDigits[digest[i] >> 4U];
    text += kDigits[digest[i] & 0xfU];
  }
  return text;
}

}  // namespace filterlens
