// SessionKeeper: saves what is open to a session file, and brings it back: files first, then, once
// they are there, how they were shown.
#pragma once

#include <QObject>
#include <filesystem>
#include <optional>

#include "ui/analyst.h"
#include "ui/session_file.h"

namespace filterlens {

class SessionKeeper : public QObject {
  Q_OBJECT

 public:
  SessionKeeper(Session&, ViewLink&, Analyst&, QObject* parent = nullptr);

  void save(const std::filesystem::path&);
  void open(const std::filesystem::path&);
  /// The file that the session was saved to or opened from; empty where there is none.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Saving asks for a file again.
  void forgetPath() { path_.clear(); }

 Q_SIGNALS:
  void failed(const QString& sentence);
  void done(const QString& sentence);

 private:
  void showAsSaved();

  Session& session_;
  ViewLink& link_;
  Analyst& analyst_;
  std::filesystem::path path_;
  std::optional<SavedSession> awaited_;  // being opened
  // What was there before: files of the same names are opened anew.
  std::shared_ptr<const OpenedPhoto> photoBefore_;
  std::shared_ptr<const Model> modelBefore_;
};

}  // namespace filterlens
