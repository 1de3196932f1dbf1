#include "ui/workbench.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>

#include "core/export/provenance.h"
#include "ui/clipboard.h"
#include "ui/shown.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr double kCopyDotsPerInch = 150;
constexpr auto kReload = "reload";
constexpr auto kRestore = "restore";

QClipboard* clipboard() { return QApplication::clipboard(); }

/// The first number in the name of a file dialog's filter.
double dotsPerInchOf(const QString& filter) {
  for (const double dots : {150.0, 300.0, 600.0}) {
    if (filter.contains(QString::number(dots))) return dots;
  }
  return 300;
}

}  // namespace

Workbench::Workbench(const Parts& parts, QWidget* window)
    : QObject(window),
      parts_(parts),
      window_(window),
      history_(parts.session),
      keeper_(parts.session, parts.link, parts.analyst),
      autosave_(parts.session, parts.link, autosaveFolder()),
      exporter_(parts.session, parts.jobs),
      palette_(new CommandPalette(parts.actions, window)),
      log_(new MessageLog(window)) {
  connectMessages();
  connectEditActions();
  connectSessionActions();
  connectExportActions();
  fillRecentMenus();
  connect(&parts_.session, &Session::modelChanged, this, &Workbench::watchModel);
  connect(&watch_, &FileWatch::changed, this, [this] {
    const QString name = fileName(parts_.session.modelInfo()->path);
    parts_.messages.showOffer(QLatin1String(kReload),
                              {tr("%1 has changed on disk.").arg(name), tr("Open it again"),
                               [this] { parts_.analyst.reloadModel(); }});
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
  connect(&parts_.session, &Session::modelChanged, this, [this, models]() mutable {
    if (const ModelInfo* info = parts_.session.modelInfo()) models.add(info->path);
  });
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

void Workbench::watchModel() {
  delete parts_.messages.offer(QLatin1String(kReload));
  const ModelInfo* info = parts_.session.modelInfo();
  watch_.watch(info ? fromPath(info->path) : QString());
}

void Workbench::paste() {
  const QMimeData* data = clipboard()->mimeData();
  const auto files = filesIn(data);
  if (!files.empty()) return open(files);
  const auto picture = qvariant_cast<QImage>(data->imageData());
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
  const auto& panes = parts_.grid.panes();
  const auto found = std::find(panes.begin(), panes.end(), parts_.grid.currentPane());
  return static_cast<std::size_t>(found - panes.begin());
}

void Workbench::copyPane() {
  const Shown shown = shownIn(parts_.session);
  const ShownPane& pane = shown.panes[currentPane()];
  clipboard()->setImage(paneImage(shown, pane));
  parts_.messages.showResult(tr("Copied this pane: %1.").arg(pane.title));
}

void Workbench::copyGrid() {
  const Shown shown = shownIn(parts_.session);
  clipboard()->setImage(figureImage(gridFigure(shown, kCopyDotsPerInch), kCopyDotsPerInch));
  parts_.messages.showResult(tr("Copied all panes as one figure."));
}

void Workbench::copyValues() {
  const Shown shown = shownIn(parts_.session);
  const ShownPane& pane = shown.panes[currentPane()];
  clipboard()->setText(pane.map ? delimited(*pane.map, QLatin1Char('\t'))
                                : tabSeparated(shown.analysis->predictions));
  parts_.messages.showResult(pane.map ? tr("Copied the values of %1.").arg(pane.title)
                                      : tr("Copied the predictions of all classes."));
}

void Workbench::copyCommand() {
  clipboard()->setText(QString::fromStdString(explainCommand(shownIn(parts_.session))));
  parts_.messages.showResult(tr("Copied the command line that computes these maps."));
}

void Workbench::copyProvenance() {
  const auto& map = parts_.grid.currentPane()->map();
  if (!map) {
    parts_.messages.showResult(tr("This pane shows the photo as it is: nothing was made."));
    return;
  }
  const std::string sentence =
      provenance(*map, *parts_.session.modelInfo(), parts_.session.analysis()->trace.seed);
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
  const QStringList filters{tr("PNG, 300 dots per inch (*.png)"),
                            tr("PNG, 150 dots per inch (*.png)"),
                            tr("PNG, 600 dots per inch (*.png)"), tr("PDF (*.pdf)")};
  QString filter = filters.front();
  QString name = QFileDialog::getSaveFileName(window_, tr("Export figure"),
                                              suggested(QStringLiteral("-figure.png")),
                                              filters.join(QStringLiteral(";;")), &filter);
  if (name.isEmpty()) return;
  const QString ending = filter == filters.back() ? QStringLiteral(".pdf") : QStringLiteral(".png");
  auto path = toPath(name);
  if (path.extension() != toPath(ending)) path.replace_extension(toPath(ending));
  exporter_.exportFigure(path, dotsPerInchOf(filter));
}

void Workbench::choosePane() {
  const std::size_t pane = currentPane();
  const QString name = QFileDialog::getSaveFileName(
      window_, tr("Export pane"), suggested(QStringLiteral("-pane.png")), tr("PNG (*.png)"));
  if (!name.isEmpty()) exporter_.exportPane(pane, toPath(name).replace_extension(".png"));
}

void Workbench::chooseFolderFor(void (Exporter::*write)(const std::filesystem::path&),
                                const QString& title) {
  const auto& photos = parts_.session.photos();
  const QString start = photos.empty() ? QString() : fromPath(photos.current().parent_path());
  const QString name = QFileDialog::getExistingDirectory(window_, title, start);
  if (!name.isEmpty()) (exporter_.*write)(toPath(name));
}

}  // namespace filterlens
