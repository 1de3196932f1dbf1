// Workbench: what lets a user work with the window for a day: undo, sessions, recent files,
// clipboard, export, the command palette and the log. Connects each to its actions.
#pragma once

#include <QObject>
#include <filesystem>
#include <functional>
#include <vector>

#include "ui/actions.h"
#include "ui/analyst.h"
#include "ui/autosave.h"
#include "ui/command_palette.h"
#include "ui/compare_view.h"
#include "ui/exporter.h"
#include "ui/file_watch.h"
#include "ui/history.h"
#include "ui/message_bar.h"
#include "ui/message_log.h"
#include "ui/recent_files.h"
#include "ui/session_keeper.h"
#include "ui/view_grid.h"

namespace filterlens {

class Workbench : public QObject {
  Q_OBJECT

 public:
  /// What it works on.
  struct Parts {
    Session& session;
    ViewLink& link;
    JobRunner& jobs;
    Analyst& analyst;
    Actions& actions;
    ViewGrid& grid;
    CompareView& compare;
    MessageBar& messages;
  };
  Workbench(const Parts&, QWidget* window);

  /// Photos, folders, checkpoints and sessions in any mix.
  void open(const std::vector<std::filesystem::path>&);
  /// Offers what a crash has left behind. Called once the window has been painted.
  void begin();

  [[nodiscard]] History& history() { return history_; }
  [[nodiscard]] SessionKeeper& keeper() { return keeper_; }
  [[nodiscard]] Autosave& autosave() { return autosave_; }
  [[nodiscard]] Exporter& exporter() { return exporter_; }
  [[nodiscard]] CommandPalette* palette() const { return palette_; }
  [[nodiscard]] MessageLog* log() const { return log_; }

 private:
  void connectMessages();
  void connectEditActions();
  void connectSessionActions();
  void connectExportActions();
  void fillRecentMenus();
  void watchModels();
  void paste();
  void copyPane();
  void copyGrid();
  void copyPicture(std::function<QImage()> draw, const QString& result);
  void copyValues();
  void copyCommand();
  void copyProvenance();
  void chooseSession();
  void saveSession(bool ask);
  void chooseFigure();
  void choosePane();
  void chooseFolderFor(void (Exporter::*write)(const std::filesystem::path&), const QString& title);
  [[nodiscard]] std::size_t currentPane() const;
  /// The panes of the model that the current pane shows.
  [[nodiscard]] Shown shown() const;
  /// A file beside the photo.
  [[nodiscard]] QString suggested(const QString& ending) const;

  Parts parts_;
  QWidget* window_;
  History history_;
  SessionKeeper keeper_;
  Autosave autosave_;
  Exporter exporter_;
  FileWatch watch_;
  FileWatch secondWatch_;
  CommandPalette* palette_;
  MessageLog* log_;
};

}  // namespace filterlens
