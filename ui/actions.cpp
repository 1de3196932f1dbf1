#include "ui/actions.h"

#include <QCoreApplication>
#include <QMenu>
#include <array>

namespace filterlens {
namespace {

bool always(const Situation&) { return true; }
bool hasPhoto(const Situation& now) { return now.session.photo() != nullptr; }
bool hasManyPhotos(const Situation& now) { return now.session.photos().size() > 1; }
bool hasModel(const Situation& now) { return now.session.model() != nullptr; }
bool hasTarget(const Situation& now) { return now.session.choices().target.has_value(); }
bool hasNext(const Situation& now) { return now.session.photos().canStep(1); }
bool hasPrevious(const Situation& now) { return now.session.photos().canStep(-1); }
bool hasNextEpoch(const Situation& now) { return now.session.epochs().canStep(1); }
bool hasPreviousEpoch(const Situation& now) { return now.session.epochs().canStep(-1); }
bool hasAnalysis(const Situation& now) { return now.session.analysis() != nullptr; }
bool canUndo(const Situation& now) { return now.canUndo; }
bool canRedo(const Situation& now) { return now.canRedo; }
bool isBusy(const Situation& now) { return now.busy; }
bool hasPanes(const Situation& now) {
  return hasPhoto(now) && now.session.choices().layout.panes.size() > 1;
}
bool hasSecondModel(const Situation& now) { return now.session.hasSecondModel(); }
bool canCompare(const Situation& now) {
  return hasAnalysis(now) && (hasPanes(now) || hasSecondModel(now));
}
bool compares(const Situation& now) { return now.session.choices().comparison.has_value(); }
bool inspects(const Situation& now) { return now.session.choices().inspected.has_value(); }
bool isChanged(const Situation& now) { return !now.session.choices().whatIf.empty(); }
bool lacksAnalysis(const Situation& now) { return now.canAnalyseAgain; }

constexpr auto kFile = QT_TRANSLATE_NOOP("Actions", "&File");
constexpr auto kEdit = QT_TRANSLATE_NOOP("Actions", "&Edit");
constexpr auto kView = QT_TRANSLATE_NOOP("Actions", "&View");
constexpr auto kGo = QT_TRANSLATE_NOOP("Actions", "&Go");
constexpr auto kPanes = QT_TRANSLATE_NOOP("Actions", "&Panes");
constexpr auto kCompare = QT_TRANSLATE_NOOP("Actions", "&Compare");
constexpr auto kExplain = QT_TRANSLATE_NOOP("Actions", "&Explain");
constexpr auto kHelp = QT_TRANSLATE_NOOP("Actions", "&Help");

#define TEXT(words) QT_TRANSLATE_NOOP("Actions", words)

constexpr std::array kSpecs{
    ActionSpec{ActionId::OpenPhotos, kFile, TEXT("&Open photos…"),
               TEXT("Open one or more photos; one alone brings the others of its folder along."),
               "Ctrl+O", always},
    ActionSpec{ActionId::OpenFolder, kFile, TEXT("Open &folder…"),
               TEXT("Open all photos of a folder, or a training run."), "Ctrl+Shift+O", always},
    ActionSpec{ActionId::OpenModel, kFile, TEXT("Open &model…"),
               TEXT("Open a checkpoint: .safetensors, or .pth as PyTorch saves it."), "Ctrl+M",
               always},
    ActionSpec{ActionId::RecentPhotos, kFile, TEXT("&Recent photos"),
               TEXT("Photos and folders that were opened lately."), "", always, false, true},
    ActionSpec{ActionId::RecentModels, kFile, TEXT("Recent mo&dels"),
               TEXT("Models that were opened lately."), "", always},
    ActionSpec{ActionId::OpenSession, kFile, TEXT("Open s&ession…"),
               TEXT("Open photos, model and panes as they were saved."), "Ctrl+Alt+O", always,
               false, true},
    ActionSpec{ActionId::SaveSession, kFile, TEXT("&Save session"),
               TEXT("Save which photos, model and panes are open, and how they are shown."),
               "Ctrl+S", hasPhoto},
    ActionSpec{ActionId::SaveSessionAs, kFile, TEXT("Save session &as…"),
               TEXT("Save the session under another name."), "Ctrl+Shift+S", hasPhoto},
    ActionSpec{
        ActionId::ExportFigure, kFile, TEXT("Export &figure…"),
        TEXT("Write all panes, or the comparison, as one figure, PNG, PDF or SVG, with a JSON "
             "that repeats it."),
        "Ctrl+E", hasPhoto, false, true},
    ActionSpec{ActionId::ExportPane, kFile, TEXT("Export &pane…"),
               TEXT("Write this pane as PNG at the photo's own resolution."), "Ctrl+Shift+E",
               hasPhoto},
    ActionSpec{ActionId::ExportMaps, kFile, TEXT("Export &numbers…"),
               TEXT("Write the numbers of all maps into a folder: NPY, float TIFF and CSV."), "",
               hasAnalysis},
    ActionSpec{ActionId::ExportAll, kFile, TEXT("Export all p&hotos…"),
               TEXT("Write figure and numbers of every photo of the list, while you go on."), "",
               hasAnalysis},
    ActionSpec{ActionId::Quit, kFile, TEXT("&Quit"), TEXT("Close the window."), "Ctrl+Q", always,
               false, true},
    ActionSpec{ActionId::Undo, kEdit, TEXT("&Undo"),
               TEXT("Take back the last change of what is shown."), "Ctrl+Z", canUndo},
    ActionSpec{ActionId::Redo, kEdit, TEXT("&Redo"),
               TEXT("Make the change again that was taken back."), "Ctrl+Shift+Z; Ctrl+Y", canRedo},
    ActionSpec{ActionId::CopyPane, kEdit, TEXT("&Copy pane"),
               TEXT("Copy this pane as a picture at the photo's own resolution."), "Ctrl+C",
               hasPhoto, false, true},
    ActionSpec{ActionId::CopyGrid, kEdit, TEXT("Copy all &panes"),
               TEXT("Copy all panes as one figure."), "Ctrl+Shift+C", hasPhoto},
    ActionSpec{ActionId::CopyValues, kEdit, TEXT("Copy &values"),
               TEXT("Copy the numbers of this pane's map, or the predictions, as tab-separated "
                    "text."),
               "Ctrl+Alt+C", hasAnalysis},
    ActionSpec{ActionId::CopyCommand, kEdit, TEXT("Copy as co&mmand"),
               TEXT("Copy the command line that computes the same maps."), "", hasAnalysis},
    ActionSpec{ActionId::CopyProvenance, kEdit, TEXT("Copy &how it was made"),
               TEXT("Copy a sentence with this pane's method, layer, class, parameters, model and "
                    "seed."),
               "Ctrl+Alt+Shift+C", hasAnalysis},
    ActionSpec{ActionId::Paste, kEdit, TEXT("P&aste"),
               TEXT("Open the picture or the files of the clipboard."), "Ctrl+V", always},
    ActionSpec{ActionId::ZoomIn, kView, TEXT("Zoom &in"),
               TEXT("Show less of the photo, larger, in all panes."), "+; Ctrl++; =", hasPhoto},
    ActionSpec{ActionId::ZoomOut, kView, TEXT("Zoom &out"),
               TEXT("Show more of the photo, smaller, in all panes."), "-; Ctrl+-", hasPhoto},
    ActionSpec{ActionId::Fit, kView, TEXT("&Fit"), TEXT("Show the whole photo."), "F; 0; Ctrl+0",
               hasPhoto},
    ActionSpec{ActionId::ActualSize, kView, TEXT("&Actual size"),
               TEXT("Show one pixel of the photo as one pixel of the screen."), "1; Ctrl+1",
               hasPhoto},
    ActionSpec{ActionId::NetworkPanel, kView, TEXT("&Network panel"),
               TEXT("Show or fold away the list of layers."), "N", hasPhoto, true, true},
    ActionSpec{ActionId::FilmstripPanel, kView, TEXT("F&ilmstrip"),
               TEXT("Show or fold away the thumbnails of the photos that are open together."), "P",
               hasManyPhotos, true},
    ActionSpec{ActionId::InspectorPanel, kView, TEXT("I&nspector panel"),
               TEXT("Show or fold away predictions, values and display."), "I", hasPhoto, true},
    ActionSpec{ActionId::SmoothMaps, kView, TEXT("&Smooth between cells"),
               TEXT("Interpolate maps between the middles of their cells."), "S", hasPhoto, true,
               true},
    ActionSpec{ActionId::PreviousPhoto, kGo, TEXT("&Previous photo"),
               TEXT("Go to the photo before this one."), "PgUp; Backspace", hasPrevious},
    ActionSpec{ActionId::NextPhoto, kGo, TEXT("&Next photo"),
               TEXT("Go to the photo after this one."), "PgDown", hasNext},
    ActionSpec{ActionId::PreviousLayer, kGo, TEXT("Pre&vious layer"),
               TEXT("Choose the layer before the chosen one."), "Ctrl+Up", hasModel, false, true},
    ActionSpec{ActionId::NextLayer, kGo, TEXT("Ne&xt layer"),
               TEXT("Choose the layer after the chosen one."), "Ctrl+Down", hasModel},
    ActionSpec{ActionId::PreviousEpoch, kGo, TEXT("Previous &epoch"),
               TEXT("Open the model of an earlier epoch of the training run."), "Ctrl+Left",
               hasPreviousEpoch, false, true},
    ActionSpec{ActionId::NextEpoch, kGo, TEXT("Next ep&och"),
               TEXT("Open the model of a later epoch of the training run."), "Ctrl+Right",
               hasNextEpoch},
    ActionSpec{ActionId::FirstLayout, kPanes, TEXT("&First layout"),
               TEXT("Show the panes that this network is shown with at first."), "Alt+1", hasModel},
    ActionSpec{ActionId::FilterMasksLayout, kPanes, TEXT("All filter &masks"),
               TEXT("Show the photo and the mask of each layer that filters."), "Alt+2",
               hasAnalysis},
    ActionSpec{ActionId::MethodsLayout, kPanes, TEXT("All m&ethods on one layer"),
               TEXT("Show the photo and every method at the chosen layer."), "Alt+3", hasAnalysis},
    ActionSpec{ActionId::LayersLayout, kPanes, TEXT("One method on all &layers"),
               TEXT("Show this pane's method at every layer that it has a map for."), "Alt+4",
               hasAnalysis},
    ActionSpec{ActionId::OverlayLayout, kPanes, TEXT("&Photo beside one map"),
               TEXT("Show the photo alone, and beside it this pane's map."), "Alt+5", hasAnalysis},
    ActionSpec{ActionId::UserLayoutsMenu, kPanes, TEXT("M&y presets"),
               TEXT("Show the panes as you have saved them under a name."), "", hasPhoto},
    ActionSpec{ActionId::SaveLayout, kPanes, TEXT("&Save layout as preset…"),
               TEXT("Give these panes a name, to have them again for other photos and models."),
               "Alt+0", hasPhoto},
    ActionSpec{ActionId::AddPane, kPanes, TEXT("&Add a pane"),
               TEXT("Add a pane like this one, to show something else in it."), "Ctrl+T", hasPhoto,
               false, true},
    ActionSpec{ActionId::RemovePane, kPanes, TEXT("&Remove the pane"), TEXT("Take this pane away."),
               "Ctrl+W", hasPanes},
    ActionSpec{ActionId::PaneAlone, kPanes, TEXT("Show &one pane, or all"),
               TEXT("Give this pane the room of all, or bring the others back."), "M", hasPanes},
    ActionSpec{ActionId::LinkPane, kPanes, TEXT("&Linked zoom and pan"),
               TEXT("Let this pane show the place that the others show, or stay where it is."), "L",
               hasPhoto, true},
    ActionSpec{ActionId::PaneEarlier, kPanes, TEXT("Move &back"),
               TEXT("Let this pane change places with the one before it."), "Ctrl+Shift+Left",
               hasPanes, false, true},
    ActionSpec{ActionId::PaneLater, kPanes, TEXT("Move &on"),
               TEXT("Let this pane change places with the one after it."), "Ctrl+Shift+Right",
               hasPanes},
    ActionSpec{ActionId::CompareSplit, kCompare, TEXT("&Split"),
               TEXT("Lay this pane over the next one, or over the other model's, with a line to "
                    "drag."),
               "C", canCompare},
    ActionSpec{ActionId::CompareDifference, kCompare, TEXT("&Difference"),
               TEXT("Subtract the next pane's map, or the other model's, from this pane's."), "D",
               canCompare},
    ActionSpec{ActionId::CompareWith, kCompare, TEXT("Compare &with"),
               TEXT("Choose the pane that this one is compared with."), "", canCompare},
    ActionSpec{ActionId::BackToPanes, kCompare, TEXT("&Back to all panes"),
               TEXT("End the comparison."), "B", compares, false, true},
    ActionSpec{ActionId::AgreementTable, kCompare, TEXT("&Agreement table"),
               TEXT("Show or fold away how far each two of the panes' maps agree."), "G", hasPhoto,
               true},
    ActionSpec{ActionId::OpenSecondModel, kCompare, TEXT("Open second &model…"),
               TEXT("Show the same panes of another model below these."), "Ctrl+Alt+M", hasModel,
               false, true},
    ActionSpec{
        ActionId::KeepAsSecondModel, kCompare, TEXT("&Keep this model as second"),
        TEXT("Hold the model that is open, to compare another one or another epoch with it."),
        "Ctrl+K", hasModel},
    ActionSpec{ActionId::SwapModels, kCompare, TEXT("S&wap models"),
               TEXT("Let the two models change places."), "W", hasSecondModel},
    ActionSpec{ActionId::CloseSecondModel, kCompare, TEXT("&Close second model"),
               TEXT("Show the first model alone again."), "", hasSecondModel},
    ActionSpec{
        ActionId::InspectAttention, kExplain, TEXT("&Inspect attention"),
        TEXT("Show whom a cell attends to, who attends to it, and where in the photo it comes "
             "from. Click a cell, or move it with the arrow keys."),
        "A", hasAnalysis},
    ActionSpec{ActionId::EndInspection, kExplain, TEXT("&Forget the inspected cell"),
               TEXT("Take away the mark of the inspected cell."), "", inspects},
    ActionSpec{ActionId::MostProbableTarget, kExplain, TEXT("&Most probable class as target"),
               TEXT("Let class-specific methods show the class that the network finds most "
                    "probable."),
               "T", hasTarget, false, true},
    ActionSpec{ActionId::WhatIfPanel, kExplain, TEXT("W&hat-if panel"),
               TEXT("Show or fold away what can be changed in the network: K, a random choice, the "
                    "attention of a block."),
               "Q", hasAnalysis, true, true},
    ActionSpec{ActionId::BrushCells, kExplain, TEXT("&Brush cells"),
               TEXT("Paint on a pane of a filter layer which cells it must select, or must not."),
               "E", hasAnalysis, true},
    ActionSpec{
        ActionId::ShowBefore, kExplain, TEXT("Show be&fore the change"),
        TEXT("Show all panes as the network is without the changes, or with them again. Hold the "
             "key for a look."),
        "O", isChanged, true},
    ActionSpec{ActionId::ResetWhatIf, kExplain, TEXT("&Reset the network"),
               TEXT("Take back all changes in the network."), "Ctrl+Shift+R", isChanged},
    ActionSpec{ActionId::AnalyseAgain, kExplain, TEXT("&Analyse"),
               TEXT("Compute what is missing after work was cancelled."), "F5", lacksAnalysis,
               false, true},
    ActionSpec{ActionId::MeasureMap, kExplain, TEXT("&Measure this map…"),
               TEXT("Say how far this pane's map can be believed on this photo, beside maps that "
                    "know nothing of the network."),
               "Ctrl+Shift+M", hasAnalysis},
    ActionSpec{ActionId::Cancel, kExplain, TEXT("&Cancel"), TEXT("Stop the work in progress."),
               "Esc", isBusy},
    ActionSpec{ActionId::CommandPalette, kHelp, TEXT("&Find a command…"),
               TEXT("Type a few letters of what you want to do."), "Ctrl+Shift+P", always},
    ActionSpec{ActionId::MessageLog, kHelp, TEXT("&Messages"),
               TEXT("List what the program has said since it was started."), "Ctrl+L", always},
    ActionSpec{ActionId::Shortcuts, kHelp, TEXT("&Keys and mouse"),
               TEXT("List all keys and what the mouse does."), "F1", always},
    ActionSpec{ActionId::WhatsThis, kHelp, TEXT("&What is this?"),
               TEXT("Click on a part of the window to learn what it shows."), "Shift+F1", always},
    ActionSpec{ActionId::About, kHelp, TEXT("&About FilterLens"),
               TEXT("Version, licence and sources."), "", always, false, true},
};

constexpr std::array kGestures{
    Gesture{TEXT("Space (held)"), TEXT("Hide all maps and see the bare photo.")},
    Gesture{TEXT("X (held)"), TEXT("In a split view: see the second map alone.")},
    Gesture{TEXT("Mouse wheel"), TEXT("Zoom all panes about the pointer.")},
    Gesture{TEXT("Drag"), TEXT("Move the photo in all panes.")},
    Gesture{TEXT("Alt + drag, Alt + wheel"),
            TEXT("Move or zoom this pane alone; it stays that far from the others.")},
    Gesture{TEXT("Drag an end of a colour bar"),
            TEXT("Set the range of the colours by hand; double-click to undo that.")},
    Gesture{
        TEXT("Click, or Enter"),
        TEXT("Inspect the cell under the cursor; the arrow keys then move it, Esc lets it go.")},
    Gesture{TEXT("Double-click"), TEXT("Show this pane alone, or all panes again.")},
    Gesture{TEXT("Drag a title"), TEXT("Put the pane in another place.")},
    Gesture{TEXT("Tab"), TEXT("Go from pane to pane.")},
    Gesture{TEXT("Arrow keys"),
            TEXT("In a pane: move the cursor from cell to cell; with Shift, five at once.")},
    Gesture{TEXT("Drag, brushing cells"),
            TEXT("Force cells in; with Shift or the right button, out; with Ctrl, let them go. "
                 "Enter, Shift+Enter and Delete do the same at the cursor.")},
    Gesture{TEXT("Right click"), TEXT("On a pane: choose its method and layer.")},
    Gesture{TEXT("Enter"), TEXT("In the list of predictions: make a class the target.")},
};

#undef TEXT

QString translated(const char* text) { return QCoreApplication::translate("Actions", text); }

QList<QKeySequence> sequences(const char* shortcuts) {
  const QString all = QString::fromLatin1(shortcuts);
  return all.isEmpty() ? QList<QKeySequence>() : QKeySequence::listFromString(all);
}

const ActionSpec& specOf(ActionId id) {
  return *std::find_if(kSpecs.begin(), kSpecs.end(),
                       [id](const ActionSpec& spec) { return spec.id == id; });
}

}  // namespace

std::span<const ActionSpec> actionSpecs() { return kSpecs; }

std::span<const Gesture> gestures() { return kGestures; }

Actions::Actions(QWidget* window) : QObject(window) {
  for (const ActionSpec& spec : kSpecs) {
    auto* action = new QAction(translated(spec.text), this);
    action->setShortcuts(sequences(spec.shortcuts));
    action->setCheckable(spec.checkable);
    const QString help = translated(spec.help);
    action->setStatusTip(help);
    action->setWhatsThis(help);
    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
    action->setToolTip(keys.isEmpty() ? help : tr("%1 (%2)").arg(help, keys));
    actions_.emplace(spec.id, action);
    window->addAction(action);
  }
}

QAction* Actions::operator[](ActionId id) const { return actions_.at(id); }

void Actions::onTriggered(ActionId id, std::function<void()> run) {
  connect(actions_.at(id), &QAction::triggered, this, [run = std::move(run)] { run(); });
}

void Actions::fill(QMenuBar* bar) const {
  std::map<QString, QMenu*> menus;
  for (const ActionSpec& spec : kSpecs) {
    const QString title = translated(spec.menu);
    QMenu*& menu = menus[title];
    if (!menu) {
      menu = bar->addMenu(title);
      menu->setToolTipsVisible(true);
    }
    if (spec.opensGroup) menu->addSeparator();
    menu->addAction(actions_.at(spec.id));
  }
}

void Actions::setMenu(ActionId id, QMenu* menu) { actions_.at(id)->setMenu(menu); }

void Actions::update(const Situation& now) {
  for (const ActionSpec& spec : kSpecs) actions_.at(spec.id)->setEnabled(spec.enabledWhen(now));
}

QString Actions::plainText(ActionId id) const {
  return translated(specOf(id).text).remove(QLatin1Char('&')).remove(QChar(0x2026));
}

QString Actions::keys(ActionId id) const {
  return QKeySequence::listToString(actions_.at(id)->shortcuts(), QKeySequence::NativeText)
      .replace(QStringLiteral("; "), QStringLiteral(",  "));
}

}  // namespace filterlens
