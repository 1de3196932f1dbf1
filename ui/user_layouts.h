// UserLayouts: layouts that the user has given a name, kept in a small JSON file of the user's
// configuration. Every window reads it anew, so that several share it.
#pragma once

#include <QString>
#include <filesystem>
#include <vector>

#include "core/result.h"
#include "ui/choices.h"

namespace filterlens {

struct NamedLayout {
  QString name;
  PaneLayout layout;  ///< without a pane alone
};

class UserLayouts {
 public:
  explicit UserLayouts(std::filesystem::path file) : file_(std::move(file)) {}
  /// In the folder of the user's configuration.
  static std::filesystem::path usualFile();

  /// By name. None where the file is not there yet; an error where it holds something else.
  [[nodiscard]] Result<std::vector<NamedLayout>> read() const;
  /// Takes the place of one of the same name.
  [[nodiscard]] Result<void> save(const NamedLayout&) const;
  [[nodiscard]] Result<void> remove(const QString& name) const;

 private:
  [[nodiscard]] Result<void> write(const std::vector<NamedLayout>&) const;

  std::filesystem::path file_;
};

}  // namespace filterlens
