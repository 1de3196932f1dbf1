#include "ui/analyst.h"

#include <QLocale>
#include <algorithm>

#include "ui/text.h"
#include "ui/what_if.h"

namespace filterlens {

Analyst::Analyst(Session& session, JobRunner& jobs, QObject* parent)
    : QObject(parent), session_(session), jobs_(jobs) {
  connect(&session_, &Session::photoChanged, this, &Analyst::analyseNow);
  connect(&session_, &Session::modelChanged, this, &Analyst::analyseNow);
  connect(&session_, &Session::secondModelChanged, this, &Analyst::analyseNow);
  connect(&session_, &Session::targetChanged, this, &Analyst::followTargets);
  connect(&session_, &Session::whatIfChanged, this, &Analyst::followWhatIf);
  connect(&session_, &Session::beforeShownChanged, this, &Analyst::followWhatIf);
  for (const auto signal :
       {&Session::layerChanged, &Session::inspectedChanged, &Session::layerMapChanged,
        &Session::layoutChanged, &Session::comparisonChanged}) {
    connect(&session_, signal, this, &Analyst::computeMaps);
  }
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

void Analyst::goToPhoto(int index) { stepPhoto(index - session_.photos().index()); }

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

void Analyst::openSecondModel(const std::filesystem::path& path) {
  readModel(path, ModelSlot::Second);
}

void Analyst::closeSecondModel() {
  jobs_.cancel(JobKind::SecondModel);
  session_.setSecondModel(nullptr);
}

void Analyst::keepAsSecondModel() { session_.setSecondModel(session_.model()); }

// The epochs are those of the first model: they end where it is none of them any more.
void Analyst::swapModels() {
  const auto& epochs = session_.epochs();
  session_.swapModels();
  if (epochs.empty() || epochs.current().file == session_.modelInfo()->path) return;
  RunEpochs others = epochs;
  const bool found = others.selectFile(session_.modelInfo()->path);
  session_.setEpochs(found ? std::move(others) : RunEpochs());
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

void Analyst::readModel(const std::filesystem::path& path, ModelSlot slot) {
  jobs_.start(
      slot == ModelSlot::First ? JobKind::Model : JobKind::SecondModel,
      tr("Opening %1…").arg(fileName(path)),
      [path](const Progress& progress) { return filterlens::openModel(path, progress); },
      [this, slot](const auto& model) { modelRead(model, slot); });
}

void Analyst::modelRead(const Result<std::shared_ptr<const Model>>& model, ModelSlot slot) {
  if (!model) {
    report(model.error());
    return;
  }
  if (slot == ModelSlot::Second && session_.model()) {
    session_.setSecondModel(*model);
  } else {
    session_.setModel(*model);  // a second one needs a first: that one could not be opened
  }
  if (session_.photo()) return;  // the analysis will have something to say
  const ModelInfo& info = (*model)->info();
  Q_EMIT done(tr("Opened %1: %2, classes: %3.")
                  .arg(fileName(info.path), fromUtf8(info.architecture->title),
                       QLocale().toString(info.classes)));
}

void Analyst::analyseAgain() {
  for (const ModelSlot slot : kModelSlots) session_.setProblem({}, slot);
  computeNext();
}

bool Analyst::canAnalyseAgain() const {
  if (!session_.photo() || jobs_.busyWith(JobKind::Analysis)) return false;
  const auto open = session_.openSlots();
  const bool lacks = std::any_of(open.begin(), open.end(), [this](ModelSlot slot) {
    return !session_.analysis(slot) || lacksTarget(slot);
  });
  return lacks || lacksWhatIf() || session_.missingMap();
}

void Analyst::analyseNow() {
  for (const JobKind kind : {JobKind::Analysis, JobKind::WhatIf, JobKind::Target, JobKind::Map}) {
    jobs_.cancel(kind);
  }
  for (const ModelSlot slot : kModelSlots) session_.setProblem({}, slot);
  computeNext();
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
  if (!lacksWhatIf()) return followTargets();
  for (const JobKind kind : {JobKind::Target, JobKind::Map}) jobs_.cancel(kind);
  const auto wanted = fittingInterventions(session_.choices().whatIf, *session_.modelInfo());
  if (!wanted.empty()) return runChanged(wanted);
  session_.setChanged(nullptr);
  followTargets();
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
        session_.setChanged(result->analysis, {result->maps.begin(), result->maps.end()});
        followWhatIf();
      });
}

bool Analyst::lacksAnalysis(ModelSlot slot) const {
  return !session_.analysis(slot) && session_.problem(slot).isEmpty();
}

bool Analyst::lacksTarget(ModelSlot slot) const {
  const auto& analysis = session_.analysis(slot);
  const int target = session_.target(slot);
  return analysis && target >= 0 && analysis->trace.targetClass != target;
}

// First what the first model says about the photo, then its target and maps, then the second model.
void Analyst::computeNext() {
  if (!session_.photo()) return;
  if (session_.model() && lacksAnalysis(ModelSlot::First)) return analyse(ModelSlot::First);
  followWhatIf();
}

/// Whether the second model is still to be asked.
bool Analyst::lacksSecondAnalysis() const {
  return session_.photo() && session_.hasSecondModel() && lacksAnalysis(ModelSlot::Second) &&
         !jobs_.busyWith(JobKind::Analysis);
}

void Analyst::analyse(ModelSlot slot) {
  const auto photo = session_.photo();
  const int target = session_.target(slot);
  jobs_.start(
      JobKind::Analysis, tr("Analysing %1…").arg(fileName(photo->path)),
      [photo, model = session_.model(slot), target](const Progress& progress) {
        return filterlens::analyse(*model, *photo,
                                   target < 0 ? std::nullopt : std::optional(target), progress);
      },
      [this, slot](const auto& analysis) { analysed(analysis, slot); });
}

void Analyst::analysed(const Result<std::shared_ptr<const Analysis>>& analysis, ModelSlot slot) {
  if (analysis) {
    session_.setAnalysis(*analysis, slot);
    const QString time = QLocale().toString((*analysis)->seconds * 1e3, 'f', 0);
    Q_EMIT done(slot == ModelSlot::First ? tr("Analysed in %1 ms").arg(time)
                                         : tr("Analysed by the second model in %1 ms").arg(time));
  } else {
    session_.setProblem(tr("This photo was not analysed."), slot);
    report(analysis.error());
  }
  computeNext();
}

// A change of the target while the network still runs: followed once that is done.
void Analyst::followTargets() {
  if (jobs_.busyWith(JobKind::Analysis) || jobs_.busyWith(JobKind::WhatIf)) return;
  for (const ModelSlot slot : session_.openSlots()) {
    if (lacksTarget(slot)) return followTarget(slot, session_.target(slot));
  }
  jobs_.cancel(JobKind::Target);
  computeMaps();
}

void Analyst::followTarget(ModelSlot slot, int target) {
  jobs_.start(
      JobKind::Target, tr("Following %1 back…").arg(session_.className(target, slot)),
      [analysis = session_.analysis(slot), model = session_.model(slot),
       target](const Progress& progress) { return retarget(*model, *analysis, target, progress); },
      [this, slot](const auto& retargeted) {
        if (!retargeted) return report(retargeted.error());
        session_.setRetargeted(*retargeted, slot);
        followTargets();
      });
}

// One map a job, so that panes fill one after the other and a newer choice need not wait for all.
void Analyst::computeMaps() {
  const auto request = session_.missingMap();
  // A method that runs the network itself may take minutes: the second model comes before it.
  if (lacksSecondAnalysis() && (!request || request->method->runsNetwork())) {
    return analyse(ModelSlot::Second);
  }
  if (!request) {
    jobs_.cancel(JobKind::Map);
    return;
  }
  const ModelSlot slot = request->slot;
  jobs_.start(
      JobKind::Map, tr("Computing %1…").arg(fromUtf8(request->method->label)),
      [model = session_.model(slot), analysis = session_.analysis(slot), request = *request, slot,
       this](const Progress& progress, const JobRunner::Show& show) {
        return mapOf(
            *model, *analysis, *request.method, request.layer, request.key.parameters, progress,
            [&](const Heatmap& map) {
              show([this, slot, key = request.key, map] { session_.setSketch(key, map, slot); });
            });
      },
      [this, slot, key = request->key](const auto& map) {
        // After a what-if, layers before the change have no gradients yet.
        const Trace& trace = session_.analysis(slot)->trace;
        if (!map && lacksGradients(trace)) return followTarget(slot, trace.targetClass);
        session_.setMap(key, map, slot);
        computeMaps();
      });
}

void Analyst::stopped() {
  for (const ModelSlot slot : session_.openSlots()) {
    if (session_.photo() && !session_.analysis(slot)) {
      session_.setProblem(tr("Cancelled. Press F5 to analyse this photo."), slot);
    }
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
