#include "ui/analyst.h"

#include <QLocale>

#include "ui/text.h"
#include "ui/what_if.h"

namespace filterlens {

Analyst::Analyst(Session& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), session_(session), jobs_(jobs) {
  connect(&session_, &Session::photoChanged, this, &Analyst::analyseNow);
  connect(&session_, &Session::modelChanged, this, &Analyst::analyseNow);
  connect(&session_, &Session::targetChanged, this, &Analyst::followTarget);
  connect(&session_, &Session::whatIfChanged, this, &Analyst::followWhatIf);
  connect(&session_, &Session::beforeShownChanged, this, &Analyst::followWhatIf);
  connect(&session_, &Session::layerChanged, this, &Analyst::computeMaps);
  connect(&session_, &Session::layoutChanged, this, &Analyst::computeMaps);
  connect(&jobs_, &JobRunner::failed, this, &Analyst::failed);
  connect(&jobs_, &JobRunner::cancelled, this, &Analyst::stopped);
}

void Analyst::begin() {
  jobs_.start(
      JobKind::Engine, tr("Loading the engine…"), [](const Progress&) { return loadEngine(); },
      [this](const auto& engine) {
        if (!engine) report(engine.error());
      });
  jobs_.begin();
}

void Analyst::open(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::filesystem::path> photos;
  for (const auto& path : paths) {
    if (looksLikeCheckpoint(path)) {
      openModel(path);
    } else if (isRunFolder(path)) {
      openRun(path);
    } else {
      photos.push_back(path);
    }
  }
  if (!photos.empty()) openPhotos(photos);
}

void Analyst::openPhotos(const std::vector<std::filesystem::path>& filesAndFolders) {
  auto photos = PhotoList::from(filesAndFolders);
  if (photos.empty()) {
    Q_EMIT failed(tr("There are no photos in %1. FilterLens reads JPEG, PNG, WebP, TIFF, BMP and "
                     "PNM files.")
                      .arg(fromPath(filesAndFolders.front())));
    return;
  }
  showPhotos(std::move(photos));
  Q_EMIT photosOpened(filesAndFolders);
}

void Analyst::showPhotos(PhotoList photos) {
  session_.setPhotos(std::move(photos));
  readPhoto();
}

void Analyst::stepPhoto(int by) {
  if (!session_.photos().canStep(by)) return;
  PhotoList photos = session_.photos();
  photos.step(by);
  showPhotos(std::move(photos));
}

void Analyst::readPhoto() {
  const auto path = session_.photos().current();
  jobs_.start(
      JobKind::Photo, tr("Reading %1…").arg(fileName(path)),
      [path](const Progress& progress) { return openPhoto(path, progress); },
      [this](const auto& photo) { photoRead(photo); });
}

void Analyst::photoRead(const Result<std::shared_ptr<const OpenedPhoto>>& photo) {
  if (photo) {
    session_.setPhoto(*photo);
    return;
  }
  report(photo.error());
  PhotoList left = session_.photos();
  const bool another = left.skipCurrent();
  if (!another) return returnToShownPhoto();
  session_.setPhotos(std::move(left));
  readPhoto();
}

void Analyst::openModel(const std::filesystem::path& path) {
  session_.setEpochs({});
  readModel(path);
}

void Analyst::reloadModel() {
  if (session_.model()) readModel(session_.modelInfo()->path);
}

void Analyst::openRun(const std::filesystem::path& folder) {
  RunEpochs epochs(RunFolder{folder});
  if (epochs.empty()) {
    Q_EMIT failed(tr("The training run in %1 has kept no model of an epoch yet. Open it again "
                     "when it has, or train with --keep-every 1.")
                      .arg(fromPath(folder)));
    return;
  }
  session_.setEpochs(std::move(epochs));
  readModel(session_.epochs().current().file);
}

void Analyst::chooseEpoch(int index) {
  RunEpochs epochs = session_.epochs();
  if (index < 0 || index >= epochs.size()) return;
  epochs.select(index);
  session_.setEpochs(std::move(epochs));
  readModel(session_.epochs().current().file);
}

void Analyst::readModel(const std::filesystem::path& path) {
  jobs_.start(
      JobKind::Model, tr("Opening %1…").arg(fileName(path)),
      [path](const Progress& progress) { return filterlens::openModel(path, progress); },
      [this](const auto& model) { modelRead(model); });
}

void Analyst::modelRead(const Result<std::shared_ptr<const Model>>& model) {
  if (!model) {
    report(model.error());
    return;
  }
  session_.setModel(*model);
  if (session_.photo()) return;  // the analysis will have something to say
  const ModelInfo& info = (*model)->info();
  Q_EMIT done(tr("Opened %1: %2, classes: %3.")
                  .arg(fileName(info.path), fromUtf8(info.architecture->title),
                       QLocale().toString(info.classes)));
}

void Analyst::analyseAgain() {
  if (!session_.analysis()) {
    analyseNow();
  } else {
    followWhatIf();
  }
}

bool Analyst::canAnalyseAgain() const {
  const auto& analysis = session_.analysis();
  return session_.photo() && session_.model() && !jobs_.busyWith(JobKind::Analysis) &&
         (!analysis || lacksWhatIf() || analysis->trace.targetClass != session_.target() ||
          session_.missingMap());
}

void Analyst::analyseNow() {
  for (const JobKind kind : {JobKind::Analysis, JobKind::WhatIf, JobKind::Target, JobKind::Map})
    jobs_.cancel(kind);
  const auto photo = session_.photo();
  const auto model = session_.model();
  session_.setProblem({});
  if (!photo || !model) return;
  jobs_.start(
      JobKind::Analysis, tr("Analysing %1…").arg(fileName(photo->path)),
      [photo, model, target = session_.choices().target](const Progress& progress) {
        return analyse(*model, *photo, target, progress);
      },
      [this](const auto& analysis) {
        if (!analysis) {
          session_.setProblem(tr("This photo was not analysed."));
          return report(analysis.error());
        }
        session_.setAnalysis(*analysis);
        Q_EMIT done(
            tr("Analysed in %1 ms").arg(QLocale().toString((*analysis)->seconds * 1e3, 'f', 0)));
        followWhatIf();
      });
}

bool Analyst::lacksWhatIf() const {
  if (!session_.plainAnalysis() || !session_.model()) return false;
  const auto& changed = session_.changedAnalysis();
  const auto wanted = fittingInterventions(session_.choices().whatIf, *session_.modelInfo());
  return wanted != (changed ? changed->trace.interventions : Interventions());
}

// A run in progress is waited for, not cancelled: so a dragged slider shows its way, and the newest
// change comes last.
void Analyst::followWhatIf() {
  if (jobs_.busyWith(JobKind::Analysis) || jobs_.busyWith(JobKind::WhatIf)) return;
  if (!lacksWhatIf()) return followTarget();
  for (const JobKind kind : {JobKind::Target, JobKind::Map}) jobs_.cancel(kind);
  const auto wanted = fittingInterventions(session_.choices().whatIf, *session_.modelInfo());
  if (!wanted.empty()) return runChanged(wanted);
  session_.setChanged({});
  followTarget();
}

void Analyst::runChanged(const Interventions& interventions) {
  const auto latest =
      session_.changedAnalysis() ? session_.changedAnalysis() : session_.plainAnalysis();
  WhatIfRequest request{interventions, session_.choices().target, {}};
  for (const PaneSpec& pane : session_.choices().layout.panes) {
    if (auto map = session_.requestFor(pane)) request.maps.push_back(*std::move(map));
  }
  jobs_.start(
      JobKind::WhatIf, tr("Running the changed network…"),
      [latest, model = session_.model(), request = std::move(request)](const Progress& progress) {
        return whatIf(*model, *latest, request, progress);
      },
      [this](const auto& result) {
        if (!result) return report(result.error());
        session_.setChanged({result->analysis, {result->maps.begin(), result->maps.end()}});
        followWhatIf();
      });
}

void Analyst::followTarget() {
  const auto analysis = session_.analysis();
  if (!analysis || analysis->trace.targetClass == session_.target()) {
    jobs_.cancel(JobKind::Target);
    computeMaps();
    return;
  }
  followBack(session_.target());
}

void Analyst::followBack(int target) {
  jobs_.start(
      JobKind::Target, tr("Following %1 back…").arg(session_.className(target)),
      [analysis = session_.analysis(), model = session_.model(), target](const Progress& progress) {
        return retarget(*model, *analysis, target, progress);
      },
      [this](const auto& retargeted) {
        if (!retargeted) return report(retargeted.error());
        session_.setRetargeted(*retargeted);
        computeMaps();
      });
}

// One map a job, so that panes fill one after the other and a newer choice need not wait for all.
void Analyst::computeMaps() {
  const auto request = session_.missingMap();
  if (!request) {
    jobs_.cancel(JobKind::Map);
    return;
  }
  jobs_.start(
      JobKind::Map, tr("Computing %1…").arg(fromUtf8(request->method->label)),
      [model = session_.model(), analysis = session_.analysis(),
       request = *request](const Progress& progress) {
        return mapOf(*model, *analysis, *request.method, request.layer, request.key.parameters,
                     progress);
      },
      [this, key = request->key](const auto& map) {
        // After a what-if, layers before the change have no gradients yet.
        const Trace& trace = session_.analysis()->trace;
        if (!map && lacksGradients(trace)) return followBack(trace.targetClass);
        session_.setMap(key, map);
        computeMaps();
      });
}

void Analyst::stopped() {
  if (session_.photo() && session_.model() && !session_.analysis()) {
    session_.setProblem(tr("Cancelled. Press F5 to analyse this photo."));
  }
  returnToShownPhoto();
  Q_EMIT done(tr("Cancelled."));
}

// The list says which photo is on show, whatever was asked for and did not come.
void Analyst::returnToShownPhoto() {
  const auto& shown = session_.photo();
  PhotoList photos = shown ? session_.photos() : PhotoList();
  if (shown && !photos.select(shown->path)) photos = PhotoList::from({shown->path});
  session_.setPhotos(std::move(photos));
}

void Analyst::report(const Error& error) {
  if (!error.cancelled) Q_EMIT failed(QString::fromStdString(error.sentence));
}

}  // namespace filterlens
