#include <webp/decode.h>
#include <webp/demux.h>

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "core/image/decoders.h"

namespace filterlens {
namespace {

struct DemuxerDeleter {
  void operator()(WebPDemuxer* demuxer) const { WebPDemuxDelete(demuxer); }
};
using Demuxer = std::unique_ptr<WebPDemuxer, DemuxerDeleter>;

Demuxer openContainer(FileBytes bytes) {
  const WebPData data{bytes.data(), bytes.size()};
  WebPDemuxState state = WEBP_DEMUX_PARSE_ERROR;
  Demuxer demuxer(WebPDemuxPartial(&data, &state));
  if (state == WEBP_DEMUX_PARSE_ERROR) throw damagedError("WebP", "its container is invalid");
  if (state != WEBP_DEMUX_DONE) throw truncatedError("WebP");
  return demuxer;
}

int orientationOf(const WebPDemuxer* demuxer) {
  WebPChunkIterator chunk{};
  int orientation = 1;
  if (WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk) != 0) {
    FileBytes exif(chunk.chunk.bytes, chunk.chunk.size);
    // Some writers keep the prefix that the data have in JPEG files.
    constexpr std::string_view kPrefix("Exif\0\0", 6);
    const bool prefixed =
        exif.size() > kPrefix.size() && std::equal(kPrefix.begin(), kPrefix.end(), exif.begin());
    orientation = exifOrientation(prefixed ? exif.subspan(kPrefix.size()) : exif);
  }
  WebPDemuxReleaseChunkIterator(&chunk);
  return orientation;
}

std::vector<std::uint8_t> decodeFrame(const WebPIterator& frame, bool alpha) {
  const int rowBytes = frame.width * (alpha ? 4 : 3);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(rowBytes) * frame.height);
  const auto decode = alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (decode(frame.fragment.bytes, frame.fragment.size, pixels.data(), pixels.size(), rowBytes) ==
      nullptr) {
    throw damagedError("WebP", "its pixels cannot be decoded");
  }
  return pixels;
}

}  // namespace

Photo decodeWebp(FileBytes bytes) {
  const Demuxer demuxer = openContainer(bytes);
  WebPIterator frame{};
  if (WebPDemuxGetFrame(demuxer.get(), 1, &frame) == 0) {
    throw damagedError("WebP", "it holds no picture");
  }
  const std::unique_ptr<WebPIterator, void (*)(WebPIterator*)> release(&frame,
                                                                       WebPDemuxReleaseIterator);
  requireReadableSize(frame.width, frame.height);
  ImageSource source;
  source.hadAlpha = frame.has_alpha != 0;
  source.channels = source.hadAlpha ? 4 : 3;
  source.exifOrientation = orientationOf(demuxer.get());
  std::vector<std::uint8_t> pixels = decodeFrame(frame, source.hadAlpha);
  if (source.hadAlpha) composeOverWhite(pixels);
  return {Image(frame.width, frame.height, std::move(pixels)), source};
}

}  // namespace filterlens
