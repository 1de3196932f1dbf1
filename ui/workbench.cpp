#include "ui/workbench.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <array>

#include "core/export/provenance.h"
#include "ui/clipboard.h"
#include "ui/shown_command.h"
#include "ui/shown_figure.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr double kCopyDotsPerInch = 150;
constexpr auto kReload = "reload";
constexpr auto kReloadSecond = "reload-second";
constexpr auto kRestore = "restore";

QClipboard* clipboard() { return QApplication::clipboard(); }

/// What a figure can be written as. The resolution is that of the pictures in it.
struct FigureFormat {
  const char* filter;  ///< in the file dialog
  const char* ending;
  double dotsPerInch;
};
constexpr std::array kFigureFormats{
    FigureFormat{QT_TRANSLATE_NOOP("Workbench", "PNG, 300 dots per inch (*.png)"), ".png", 300},
    FigureFormat{QT_TRANSLATE_NOOP("Workbench", "PNG, 150 dots per inch (*.png)"), ".png", 150},
    FigureFormat{QT_TRANSLATE_NOOP("Workbench", "PNG, 600 dots per inch (*.png)"), ".png", 600},
    FigureFormat{QT_TRANSLATE_NOOP("Workbench", "PDF, text as text (*.pdf)"), ".pdf", 300},
    FigureFormat{QT_TRANSLATE_NOOP("Workbench", "SVG, text as text (*.svg)"), ".svg", 300},
};

/// The name with the ending of the format that was chosen, unless it has that of another vector
/// format: then that was typed. The dialog itself suggests a PNG.
std::filesystem::path figurePath(const QString& name, const char* ending) {
  auto path = toPath(name);
  if (path.extension() == ".pdf" || path.extension() == ".svg") return path;
  if (path.extension() == ".png") return path.replace_extension(ending);
  return path += ending;
}

}  // namespace

Workbench::Workbench(const Parts& parts, QWidget* window)
    : QObject(window),
      parts_(parts),
      window_(window),
      history_(parts.session),
      keeper_(parts.session, parts.link, parts.analyst),
      autosave_(parts.session, parts.link, autosaveFolder()),
      exporter_(parts.session, parts.jobs, [this] { return shown(); }),
      palette_(new CommandPalette(parts.actions, window)),
      log_(new MessageLog(window)) {
  connectMessages();
  connectEditActions();
  connectSessionActions();
  connectExportActions();
  fillRecentMenus();
  watchModels();
}

// Each model that is open: a training run writes over its last one.
void Workbench::watchModels() {
  const auto watch = [this](ModelSlot slot, FileWatch& file, const char* offer,
                            std::function<void()> reload) {
    const auto changed =
        slot == ModelSlot::First ? &Session::modelChanged : &Session::secondModelChanged;
    connect(&parts_.session, changed, this, [this, slot, &file, offer] {
      delete parts_.messages.offer(QLatin1String(offer));
      const ModelInfo* info = parts_.session.modelInfo(slot);
      file.watch(info ? fromPath(info->path) : QString());
    });
    connect(&file, &FileWatch::changed, this, [this, slot, offer, reload = std::move(reload)] {
      const QString name = fileName(parts_.session.modelInfo(slot)->path);
      parts_.messages.showOffer(QLatin1String(offer), {tr("%1 has changed on disk.").arg(name),
                                                       tr("Open it again"), reload});
    });
  };
  watch(ModelSlot::First, watch_, kReload, [this] { parts_.analyst.reloadModel(); });
  watch(ModelSlot::Second, secondWatch_, kReloadSecond, [this] {
    const auto path = parts_.session.modelInfo(ModelSlot::Second)->path;
    parts_.analyst.openSecondModel(path);
  });
}

void Workbench::connectMessages() {
  connect(&parts_.messages, &MessageBar::said, log_, &MessageLog::add);
  connect(&keeper_, &SessionKeeper::failed, &parts_.analyst, &Analyst::failed);
  connect(&exporter_, &Exporter::failed, &parts_.analyst, &Analyst::failed);
  connect(&keeper_, &SessionKeeper::done, &parts_.messages, &MessageBar::showResult);
  connect(&exporter_, &Exporter::done, &parts_.messages, &MessageBar::showResult);
}

void Workbench::connectEditActions() {
  Actions& actions = parts_.actions;
  actions.onTriggered(ActionId::Undo, [this] { history_.undo(); });
  actions.onTriggered(ActionId::Redo, [this] { history_.redo(); });
  actions.onTriggered(ActionId::Paste, [this] { paste(); });
  actions.onTriggered(ActionId::CopyPane, [this] { copyPane(); });
  actions.onTriggered(ActionId::CopyGrid, [this] { copyGrid(); });
  actions.onTriggered(ActionId::CopyValues, [this] { copyValues(); });
  actions.onTriggered(ActionId::CopyCommand, [this] { copyCommand(); });
  actions.onTriggered(ActionId::CopyProvenance, [this] { copyProvenance(); });
  actions.onTriggered(ActionId::CommandPalette, [this] { palette_->open(); });
  actions.onTriggered(ActionId::MessageLog, [this] {
    log_->show();
    log_->activateWindow();
  });
}

void Workbench::connectSessionActions() {
  Actions& actions = parts_.actions;
  actions.onTriggered(ActionId::OpenSession, [this] { chooseSession(); });
  actions.onTriggered(ActionId::SaveSession, [this] { saveSession(false); });
  actions.onTriggered(ActionId::SaveSessionAs, [this] { saveSession(true); });
}

void Workbench::connectExportActions() {
  Actions& actions = parts_.actions;
  actions.onTriggered(ActionId::ExportFigure, [this] { chooseFigure(); });
  actions.onTriggered(ActionId::ExportPane, [this] { choosePane(); });
  actions.onTriggered(ActionId::ExportMaps, [this] {
    chooseFolderFor(&Exporter::exportMaps, tr("Folder for the numbers of all maps"));
  });
  actions.onTriggered(ActionId::ExportAll, [this] {
    chooseFolderFor(&Exporter::exportAll, tr("Folder for the figures and numbers of all photos"));
  });
}

void Workbench::fillRecentMenus() {
  RecentFiles photos(RecentFiles::Kind::Photos);
  RecentFiles models(RecentFiles::Kind::Models);
  const auto openOne = [this](const std::filesystem::path& path) { open({path}); };
  parts_.actions.setMenu(ActionId::RecentPhotos, new RecentMenu(photos, openOne, window_));
  parts_.actions.setMenu(ActionId::RecentModels, new RecentMenu(models, openOne, window_));
  connect(&parts_.analyst, &Analyst::photosOpened, this,
          [photos](const auto& paths) mutable { photos.add(paths.front()); });
  for (const ModelSlot slot : kModelSlots) {
    const auto signal =
        slot == ModelSlot::First ? &Session::modelChanged : &Session::secondModelChanged;
    connect(&parts_.session, signal, this, [this, models, slot]() mutable {
      if (const ModelInfo* info = parts_.session.modelInfo(slot)) models.add(info->path);
    });
  }
}

void Workbench::open(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::filesystem::path> others;
  for (const auto& path : paths) {
    if (looksLikeSession(path)) {
      keeper_.open(path);
    } else {
      others.push_back(path);
    }
  }
  if (!others.empty()) parts_.analyst.open(others);
}

void Workbench::begin() {
  const auto left = autosave_.leftovers();
  if (left.empty()) return;
  parts_.messages.showOffer(
      QLatin1String(kRestore),
      {tr("FilterLens was not closed properly. What was open then can be opened again."),
       tr("Open it"),
       [this, left] {
         keeper_.open(left.front());
         keeper_.forgetPath();
         for (const auto& file : left) Autosave::remove(file);
       },
       [left] {
         for (const auto& file : left) Autosave::remove(file);
       }});
}

void Workbench::paste() {
  const QMimeData* data = clipboard()->mimeData();  // none where nothing was ever copied
  const auto files = data ? filesIn(data) : std::vector<std::filesystem::path>();
  if (!files.empty()) return open(files);
  const auto picture = data ? qvariant_cast<QImage>(data->imageData()) : QImage();
  if (picture.isNull()) {
    parts_.messages.showResult(tr("The clipboard holds no picture and no files."));
    return;
  }
  const auto kept = keepPicture(picture);
  if (kept) {
    open({*kept});
  } else {
    Q_EMIT parts_.analyst.failed(QString::fromStdString(kept.error().sentence));
  }
}

std::size_t Workbench::currentPane() const {
  return static_cast<std::size_t>(parts_.grid.currentIndex());
}

Shown Workbench::shown() const { return shownIn(parts_.session, parts_.compare.split()); }

void Workbench::copyPane() {
  const Shown shown = this->shown();
  if (shown.comparison) {
    return copyPicture([shown] { return comparisonImage(shown); }, tr("Copied the comparison."));
  }
  const ShownPane pane = shown.panesOf(parts_.grid.currentPane()->slot())[currentPane()];
  copyPicture([shown, pane] { return paneImage(shown, pane); },
              tr("Copied this pane: %1.").arg(pane.title));
}

void Workbench::copyGrid() {
  const Shown shown = this->shown();
  copyPicture(
      [shown] { return figureImage(shownFigure(shown, kCopyDotsPerInch), kCopyDotsPerInch); },
      shown.comparison ? tr("Copied the comparison as a figure.")
                       : tr("Copied all panes as one figure."));
}

// Large photos take a while to draw.
void Workbench::copyPicture(std::function<QImage()> draw, const QString& result) {
  parts_.jobs.start(
      JobKind::Export, tr("Drawing what is copied…"),
      [draw = std::move(draw)](const Progress&) { return draw(); },
      [this, result](const QImage& picture) {
        clipboard()->setImage(picture);
        parts_.messages.showResult(result);
      });
}

void Workbench::copyValues() {
  const Shown shown = this->shown();
  const auto& panes = shown.panesOf(parts_.grid.currentPane()->slot());
  const ShownPane& pane = shown.comparison ? shown.comparison->first : panes[currentPane()];
  if (!pane.analysis) {  // the second model's, while it is at work
    parts_.messages.showResult(tr("This model has not analysed the photo yet."));
    return;
  }
  clipboard()->setText(pane.map ? delimited(*pane.map, QLatin1Char('\t'))
                                : tabSeparated(pane.analysis->predictions));
  parts_.messages.showResult(pane.map ? tr("Copied the values of %1.").arg(pane.title)
                                      : tr("Copied the predictions of all classes."));
}

void Workbench::copyCommand() {
  clipboard()->setText(QString::fromStdString(explainCommand(shown())));
  parts_.messages.showResult(tr("Copied the command line that computes these maps."));
}

void Workbench::copyProvenance() {
  const auto& map = parts_.grid.currentPane()->map();
  const ModelSlot slot = parts_.grid.currentPane()->slot();
  if (!map) {
    parts_.messages.showResult(tr("This pane shows the photo as it is: nothing was made."));
    return;
  }
  const Trace& trace = parts_.session.analysis(slot)->trace;
  const std::string sentence =
      provenance(*map, *parts_.session.modelInfo(slot), trace.seed, trace.interventions);
  clipboard()->setText(QString::fromStdString(sentence));
  parts_.messages.showResult(tr("Copied how this pane was made."));
}

QString Workbench::suggested(const QString& ending) const {
  const auto& photos = parts_.session.photos();
  if (photos.empty()) return {};
  std::filesystem::path path = photos.current();
  return fromPath(path.replace_extension()) + ending;
}

void Workbench::chooseSession() {
  const auto name =
      QFileDialog::getOpenFileName(window_, tr("Open session"), suggested(QStringLiteral(".flens")),
                                   tr("Sessions (*.flens);;All files (*)"));
  if (!name.isEmpty()) keeper_.open(toPath(name));
}

void Workbench::saveSession(bool ask) {
  if (!ask && !keeper_.path().empty()) return keeper_.save(keeper_.path());
  QString name = QFileDialog::getSaveFileName(
      window_, tr("Save session"), suggested(QStringLiteral(".flens")), tr("Sessions (*.flens)"));
  if (name.isEmpty()) return;
  if (!looksLikeSession(toPath(name))) name += QStringLiteral(".flens");
  keeper_.save(toPath(name));
}

void Workbench::chooseFigure() {
  QStringList filters;
  for (const FigureFormat& format : kFigureFormats) filters << tr(format.filter);
  QString filter = filters.front();
  const QString name = QFileDialog::getSaveFileName(window_, tr("Export figure"),
                                                    suggested(QStringLiteral("-figure.png")),
                                                    filters.join(QStringLiteral(";;")), &filter);
  if (name.isEmpty()) return;
  const auto chosen = static_cast<std::size_t>(std::max<qsizetype>(0, filters.indexOf(filter)));
  const FigureFormat& format = kFigureFormats.at(chosen);
  exporter_.exportFigure(figurePath(name, format.ending), format.dotsPerInch);
}

void Workbench::choosePane() {
  const std::size_t pane = currentPane();
  const ModelSlot slot = parts_.grid.currentPane()->slot();
  const QString name = QFileDialog::getSaveFileName(
      window_, tr("Export pane"), suggested(QStringLiteral("-pane.png")), tr("PNG (*.png)"));
  if (!name.isEmpty()) exporter_.exportPane(pane, toPath(name).replace_extension(".png"), slot);
}

void Workbench::chooseFolderFor(void (Exporter::*write)(const std::filesystem::path&),
                                const QString& title) {
  const auto& photos = parts_.session.photos();
  const QString start = photos.empty() ? QString() : fromPath(photos.current().parent_path());
  const QString name = QFileDialog::getExistingDirectory(window_, title, start);
  if (!name.isEmpty()) (exporter_.*write)(toPath(name));
}

}  // namespace filterlens
