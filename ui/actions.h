// Actions: every command of the window once: where it stands, its words, its keys, when it makes
// sense. Menus, the tool row and the page of shortcuts read this table.
#pragma once

#include <QAction>
#include <QMenuBar>
#include <QObject>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "ui/session.h"

namespace filterlens {

enum class ActionId {
  OpenPhotos,
  OpenFolder,
  OpenModel,
  RecentPhotos,
  RecentModels,
  OpenSession,
  SaveSession,
  SaveSessionAs,
  ExportFigure,
  ExportPane,
  ExportMaps,
  ExportAll,
  Quit,
  Undo,
  Redo,
  Paste,
  CopyPane,
  CopyGrid,
  CopyValues,
  CopyCommand,
  CopyProvenance,
  ZoomIn,
  ZoomOut,
  Fit,
  ActualSize,
  NetworkPanel,
  FilmstripPanel,
  InspectorPanel,
  SmoothMaps,
  PreviousPhoto,
  NextPhoto,
  PreviousEpoch,
  NextEpoch,
  PreviousLayer,
  NextLayer,
  FirstLayout,
  FilterMasksLayout,
  MethodsLayout,
  LayersLayout,
  OverlayLayout,
  UserLayoutsMenu,
  SaveLayout,
  AddPane,
  RemovePane,
  LinkPane,
  PaneAlone,
  PaneEarlier,
  PaneLater,
  CompareSplit,
  CompareDifference,
  CompareWith,
  BackToPanes,
  AgreementTable,
  OpenSecondModel,
  KeepAsSecondModel,
  SwapModels,
  CloseSecondModel,
  InspectAttention,
  EndInspection,
  MostProbableTarget,
  WhatIfPanel,
  BrushCells,
  ShowBefore,
  ResetWhatIf,
  AnalyseAgain,
  MeasureMap,
  Cancel,
  CommandPalette,
  MessageLog,
  Shortcuts,
  WhatsThis,
  About,
};

/// What decides whether a command makes sense now.
struct Situation {
  const Session& session;
  bool busy = false;             ///< work is in progress
  bool canAnalyseAgain = false;  ///< something is missing that F5 would compute
  bool canUndo = false;
  bool canRedo = false;
};

struct ActionSpec {
  ActionId id;
  const char* menu;       ///< its menu, as in QT_TRANSLATE_NOOP("Actions", …)
  const char* text;       ///< with its mnemonic
  const char* help;       ///< one sentence
  const char* shortcuts;  ///< "Ctrl++; +": all of them, the one to show first
  bool (*enabledWhen)(const Situation&);
  bool checkable = false;
  bool opensGroup = false;  ///< a line above it
};

std::span<const ActionSpec> actionSpecs();

/// What keys and mouse do on a picture, for the page of shortcuts: they are no commands.
struct Gesture {
  const char* keys;
  const char* what;
};
std::span<const Gesture> gestures();

class Actions : public QObject {
  Q_OBJECT

 public:
  explicit Actions(QWidget* window);

  [[nodiscard]] QAction* operator[](ActionId) const;
  void onTriggered(ActionId, std::function<void()>);
  void fill(QMenuBar*) const;
  /// Lists what has no fixed words: the action opens this menu.
  void setMenu(ActionId, QMenu*);
  void update(const Situation&);

  /// The text without its mnemonic, and the keys as the platform writes them.
  [[nodiscard]] QString plainText(ActionId) const;
  [[nodiscard]] QString keys(ActionId) const;

 private:
  std::map<ActionId, QAction*> actions_;
};

}  // namespace filterlens
