// Autosave: writes the session down while the window is open and removes it when the window is
// closed as it should be. What is left over is of a program that crashed.
#pragma once

#include <QLockFile>
#include <QObject>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <vector>

#include "ui/session.h"
#include "ui/view_link.h"

namespace filterlens {

class Autosave : public QObject {
  Q_OBJECT

 public:
  /// Writes into this folder, from the first change on.
  Autosave(Session&, ViewLink&, std::filesystem::path folder, QObject* parent = nullptr);
  ~Autosave() override;

  /// Sessions that no running window owns, the newest first.
  [[nodiscard]] std::vector<std::filesystem::path> leftovers() const;
  static void remove(const std::filesystem::path& leftover);
  /// Writes now what would be written in a moment.
  void flush();
  [[nodiscard]] const std::filesystem::path& file() const { return file_; }

 private:
  Session& session_;
  ViewLink& link_;
  std::filesystem::path folder_;
  std::filesystem::path file_;
  std::unique_ptr<QLockFile> lock_;
  QTimer soon_;
};

/// Where the program keeps such files.
std::filesystem::path autosaveFolder();

}  // namespace filterlens
