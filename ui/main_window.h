// MainWindow: puts the pieces together.
#pragma once

#include <QElapsedTimer>
#include <QMainWindow>
#include <QStackedWidget>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "ui/actions.h"
#include "ui/agreement_panel.h"
#include "ui/analyst.h"
#include "ui/class_comparison_panel.h"
#include "ui/compare_view.h"
#include "ui/display_panel.h"
#include "ui/drop_hint.h"
#include "ui/epoch_bar.h"
#include "ui/filmstrip.h"
#include "ui/heartbeat.h"
#include "ui/job_runner.h"
#include "ui/layout_presets.h"
#include "ui/measure_panel.h"
#include "ui/message_bar.h"
#include "ui/name_line.h"
#include "ui/network_panel.h"
#include "ui/photo_bar.h"
#include "ui/prediction_panel.h"
#include "ui/session.h"
#include "ui/start_page.h"
#include "ui/view_grid.h"
#include "ui/view_link.h"
#include "ui/what_if_panel.h"
#include "ui/workbench.h"

class QApplication;

namespace filterlens {

/// What the command line asked the window to open.
struct WindowArguments {
  std::vector<std::filesystem::path> photos;  ///< files and folders
  std::optional<std::filesystem::path> model;
  std::optional<std::filesystem::path> secondModel = {};  ///< needs a model
};

class MainWindow : public QMainWindow {
  Q_OBJECT

 public:
  /// The engine is loaded, and the arguments opened, after the first paint.
  explicit MainWindow(const WindowArguments& = {});
  ~MainWindow() override;

  /// Photos, folders and checkpoints in any mix.
  void open(const std::vector<std::filesystem::path>&);

  /// Whether the first paint is over and work has begun.
  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] Session& session() { return session_; }
  [[nodiscard]] ViewLink& link() { return link_; }
  [[nodiscard]] JobRunner& jobs() { return jobs_; }
  [[nodiscard]] const Actions& actions() const { return *actions_; }
  [[nodiscard]] Workbench& workbench() { return *workbench_; }
  [[nodiscard]] ViewGrid* grid() const { return grid_; }
  [[nodiscard]] CompareView* compareView() const { return compare_; }
  [[nodiscard]] AgreementPanel* agreementPanel() const { return agreement_; }
  [[nodiscard]] NameLine* nameLine() const { return nameLine_; }
  [[nodiscard]] StartPage* startPage() const { return startPage_; }
  [[nodiscard]] PhotoBar* photoBar() const { return photoBar_; }
  [[nodiscard]] EpochBar* epochBar() const { return epochBar_; }
  [[nodiscard]] NetworkPanel* networkPanel() const { return network_; }
  [[nodiscard]] Filmstrip* filmstrip() const { return filmstrip_; }
  [[nodiscard]] PredictionPanel* predictionPanel() const { return predictions_; }
  [[nodiscard]] ClassComparisonPanel* classComparison() const { return classes_; }
  [[nodiscard]] DisplayPanel* displayPanel() const { return display_; }
  [[nodiscard]] WhatIfPanel* whatIfPanel() const { return whatIf_; }
  [[nodiscard]] MessageBar* messageBar() const { return messages_; }
  [[nodiscard]] MeasurePanel* measurePanel() const { return measures_; }

 Q_SIGNALS:
  /// A sentence for the user: something could not be done.
  void failed(const QString& sentence);
  /// The window has been painted for the first time.
  void painted();

 protected:
  bool event(QEvent*) override;
  bool eventFilter(QObject*, QEvent*) override;
  void dragEnterEvent(QDragEnterEvent*) override;
  void dragLeaveEvent(QDragLeaveEvent*) override;
  void dropEvent(QDropEvent*) override;
  void resizeEvent(QResizeEvent*) override;

 private:
  void build();
  void begin();
  QWidget* makeInspector();
  QWidget* makeWhatIf();
  void connectFileActions();
  void connectModelActions();
  void connectViewActions();
  void connectMessages();
  void arrange();
  void setMapsHidden(bool);
  void updateActions();
  void updateTitle();
  void choosePhotos();
  void chooseFolder();
  void chooseModel(ModelSlot);
  void stepLayer(int by);
  [[nodiscard]] ImageView* currentView() const;
  [[nodiscard]] QString startFolder() const;
  [[nodiscard]] bool spaceIsFree() const;
  bool holdKey(int key, bool pressed);
  void followBefore(const QKeyEvent&);

  Session session_;
  ViewLink link_;
  JobRunner jobs_;
  std::unique_ptr<Heartbeat> heartbeat_;
  Analyst analyst_;
  Actions* actions_;
  QStackedWidget* centre_ = nullptr;
  StartPage* startPage_ = nullptr;
  PhotoBar* photoBar_ = nullptr;
  EpochBar* epochBar_ = nullptr;
  ViewGrid* grid_ = nullptr;
  CompareView* compare_ = nullptr;
  QWidget* side_ = nullptr;
  AgreementPanel* agreement_ = nullptr;
  NetworkPanel* network_ = nullptr;
  Filmstrip* filmstrip_ = nullptr;
  QWidget* inspector_ = nullptr;
  PredictionPanel* predictions_ = nullptr;
  ClassComparisonPanel* classes_ = nullptr;
  DisplayPanel* display_ = nullptr;
  NameLine* nameLine_ = nullptr;
  QWidget* whatIfColumn_ = nullptr;
  WhatIfPanel* whatIf_ = nullptr;
  MessageBar* messages_ = nullptr;
  MeasurePanel* measures_ = nullptr;
  LayoutPresets* presets_ = nullptr;
  DropHint* dropHint_ = nullptr;
  std::unique_ptr<Workbench> workbench_;
  QElapsedTimer beforeHeld_;  // since "before the change" was asked for
  bool painted_ = false;
  bool begun_ = false;
};

/// Shows the window and runs the event loop. What could not be done is said on stderr too. Returns
/// the program's exit code.
int runWindow(QApplication&, const WindowArguments&);

}  // namespace filterlens
