// Session files (.flens): a small JSON of what was open and how it was shown. They hold paths, not
// pictures.
#pragma once

#include <filesystem>
#include <vector>

#include "core/result.h"
#include "ui/choices.h"
#include "ui/view_link.h"

namespace filterlens {

class Session;

struct SavedSession {
  std::vector<std::filesystem::path> photos;
  std::filesystem::path photo;        ///< the one on show
  std::filesystem::path model;        ///< empty: none
  std::filesystem::path secondModel;  ///< empty: none
  Choices choices;
  ViewState view;  ///< without its cursor
};

/// Whether a file's name is that of a session (by extension).
bool looksLikeSession(const std::filesystem::path&);

/// What is open now.
SavedSession savedFrom(const Session&, const ViewState&);

Result<void> writeSession(const std::filesystem::path&, const SavedSession&);
/// Files that are gone are looked for where they lay in relation to the session's file, so that
/// a folder can be moved as a whole.
Result<SavedSession> readSession(const std::filesystem::path&);

}  // namespace filterlens
