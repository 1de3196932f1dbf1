// Reading photos and writing pictures. Reached from outside through Engine.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "core/image/image.h"
#include "core/result.h"

namespace filterlens {

/// A photo may not have more pixels than this (100 million), nor a side longer than that.
inline constexpr long long kMaxPhotoPixels = 100'000'000;
inline constexpr long long kMaxPhotoSide = 1'000'000;

/// Reads JPEG, PNG, WebP, TIFF, BMP or PNM, told apart by their content. 16-bit values are rounded
/// to 8, grey is replicated, alpha is composed over white, EXIF rotation is applied. What is
/// incomplete or damaged is refused rather than shown in part. The sentence of a failure names the
/// file and says what is wrong with it.
Result<Photo> readPhoto(const std::filesystem::path&);

/// The same, at most longerSide pixels wide and high: quick for JPEG, which is decoded no larger
/// than it has to be.
Result<Photo> readThumbnail(const std::filesystem::path&, int longerSide);

/// A picture as a PNG file's bytes.
Result<std::vector<std::byte>> encodePng(const Image&);

}  // namespace filterlens
