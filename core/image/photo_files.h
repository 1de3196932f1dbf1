// Which files are pictures, and which of them lie below a folder.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace filterlens {

/// Whether a file's extension is one of these (".jpg"), in small letters or large ones.
bool hasExtension(const std::filesystem::path&, std::span<const std::string_view> known);

/// Whether a file's name is that of a photo (by extension).
bool looksLikePhoto(const std::filesystem::path&);

/// Whether a path's own name begins with a dot.
bool isHidden(const std::filesystem::path&);

/// Says yes or no to a file or a folder.
using PathRule = std::function<bool(const std::filesystem::path&)>;

/// The files in a folder and in its sub-folders that wanted says yes to, sorted by path; hidden
/// ones are passed over, and folders that passOver says yes to. Links to folders are not followed.
/// Fails where the folder cannot be read.
Result<std::vector<std::filesystem::path>> filesBelow(const std::filesystem::path& folder,
                                                      const PathRule& wanted,
                                                      const PathRule& passOver = {});

}  // namespace filterlens
