#include "core/checkpoint/file_format.h"

#include <algorithm>
#include <string_view>

#include "core/checkpoint/read_error.h"
#include "core/checkpoint/safetensors.h"

namespace filterlens {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kLooked = 512;  ///< bytes at the start of a file that tell what it is

struct Foreign {
  std::size_t at;
  std::string_view bytes;
  std::string_view sentence;
};

// Files that people take for checkpoints, or get instead of them.
constexpr Foreign kForeign[] = {
    {0, "\x89HDF\r\n\x1a\n"sv,
     "it is an HDF5 file (Keras, TensorFlow); this program reads .safetensors and PyTorch files."},
    {0, "version https://git-lfs"sv,
     "it is a Git LFS pointer, not the model itself; fetch the model with \"git lfs pull\"."},
    {0, "<!DOCTYPE"sv, "it is a web page; download the model file itself."},
    {0, "<!doctype"sv, "it is a web page; download the model file itself."},
    {0, "<html"sv, "it is a web page; download the model file itself."},
    {0, "\x1f\x8b"sv, "it is a gzip archive; unpack it first."},
    {0, "BZh"sv, "it is a bzip2 archive; unpack it first."},
    {0, "\xfd\x37zXZ\0"sv, "it is an xz archive; unpack it first."},
    {0, "7z\xbc\xaf\x27\x1c"sv, "it is a 7-Zip archive; unpack it first."},
    {257, "ustar"sv, "it is a tar archive; unpack it first."},
    {0, "GGUF"sv, "it is a GGUF file (a language model); this program shows FilterViT networks."},
    {0, "\x93NUMPY"sv, "it is a NumPy array, not a model."},
    {0, "\x89PNG"sv, "it is a picture, not a model."},
    {0, "\xff\xd8\xff"sv, "it is a picture, not a model."},
    {0, "%PDF"sv, "it is a PDF document, not a model."},
};

bool holdsAt(std::string_view head, std::size_t at, std::string_view bytes) {
  return head.size() >= at && head.substr(at).starts_with(bytes);
}

/// ONNX: a protocol buffer whose first field is the version and whose second is text (the
/// producer's name, a domain) or an operator set.
bool looksLikeOnnx(std::string_view head) {
  return head.size() > 3 && head[0] == '\x08' && head[1] > 0 && head[1] < 0x40 &&
         (head[2] == '\x12' || head[2] == '\x1a' || head[2] == '\x22' || head[2] == '\x3a' ||
          head[2] == '\x42');
}

bool looksLikeText(std::string_view head) {
  return std::none_of(head.begin(), head.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x09 || (byte > 0x0d && byte < 0x20) || byte == 0x7f;
  });
}

[[noreturn]] void throwForeign(std::string_view head) {
  if (head.empty()) throw ReadError("it is empty.");
  for (const Foreign& foreign : kForeign) {
    if (holdsAt(head, foreign.at, foreign.bytes)) throw ReadError(std::string(foreign.sentence));
  }
  if (looksLikeOnnx(head)) {
    throw ReadError("it is an ONNX model; this program reads .safetensors and PyTorch files.");
  }
  if (looksLikeText(head)) throw ReadError("it is a text file, not a model.");
  throw ReadError("it is neither a safetensors file nor one that torch.save wrote.");
}

}  // namespace

CheckpointFormat recogniseFormat(const InputFile& file) {
  std::string head(static_cast<std::size_t>(std::min<std::uint64_t>(kLooked, file.size())), '\0');
  file.read(0, std::as_writable_bytes(std::span(head)));
  if (holdsAt(head, 0, "PK\x03\x04"sv) || holdsAt(head, 0, "PK\x05\x06"sv)) {
    return CheckpointFormat::TorchZip;
  }
  if (looksLikeSafetensors(file)) return CheckpointFormat::Safetensors;
  // The mark of a pickle, and its protocol; whether torch.save wrote it is seen when it is read.
  if (head.size() > 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5) {
    return CheckpointFormat::TorchLegacy;
  }
  throwForeign(head);
}

}  // namespace filterlens
