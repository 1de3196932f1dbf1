// RecentFiles: what was opened lately, one list for photos and one for models; kept in the user's
// settings.
#pragma once

#include <QMenu>
#include <filesystem>
#include <functional>
#include <vector>

namespace filterlens {

class RecentFiles {
 public:
  enum class Kind { Photos, Models };
  explicit RecentFiles(Kind kind) : kind_(kind) {}

  /// The newest first; those that are gone are left out.
  [[nodiscard]] std::vector<std::filesystem::path> paths() const;
  void add(const std::filesystem::path&);
  void clear();

 private:
  [[nodiscard]] QString key() const;

  Kind kind_;
};

/// A menu of them, filled when it opens; open is called with what was chosen.
class RecentMenu : public QMenu {
  Q_OBJECT

 public:
  using Open = std::function<void(const std::filesystem::path&)>;
  RecentMenu(RecentFiles, Open, QWidget* parent = nullptr);

 private:
  void fill();

  RecentFiles files_;
  Open open_;
};

}  // namespace filterlens
