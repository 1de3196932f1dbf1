#include "ui/session_keeper.h"

#include "ui/text.h"

namespace filterlens {

// The session's own answer to a new photo or model comes first, hence the queue.
SessionKeeper::SessionKeeper(Session& session, ViewLink& link, Analyst& analyst, QObject* parent)
    : QObject(parent), session_(session), link_(link), analyst_(analyst) {
  for (const auto signal :
       {&Session::photoChanged, &Session::modelChanged, &Session::secondModelChanged}) {
    connect(&session_, signal, this, &SessionKeeper::showAsSaved, Qt::QueuedConnection);
  }
}

void SessionKeeper::save(const std::filesystem::path& path) {
  const auto written = writeSession(path, savedFrom(session_, link_.state()));
  if (!written) {
    Q_EMIT failed(QString::fromStdString(written.error().sentence));
    return;
  }
  path_ = path;
  Q_EMIT done(tr("Saved the session as %1.").arg(fileName(path)));
}

void SessionKeeper::open(const std::filesystem::path& path) {
  auto saved = readSession(path);
  if (!saved) {
    Q_EMIT failed(QString::fromStdString(saved.error().sentence));
    return;
  }
  path_ = path;
  analyst_.closeSecondModel();
  photoBefore_ = session_.photo();
  modelBefore_ = session_.model();
  awaited_ = *std::move(saved);
  if (!awaited_->model.empty()) analyst_.openModel(awaited_->model);
  if (!awaited_->secondModel.empty()) analyst_.openSecondModel(awaited_->secondModel);
  if (!awaited_->photos.empty()) {
    PhotoList photos = PhotoList::from(awaited_->photos);
    photos.select(awaited_->photo);
    analyst_.showPhotos(std::move(photos));
  }
}

void SessionKeeper::showAsSaved() {
  if (!awaited_) return;
  const auto& photo = session_.photo();
  const bool photoThere = awaited_->photos.empty() ||
                          (photo && photo != photoBefore_ && photo->path == awaited_->photo);
  const auto isThere = [this](const std::filesystem::path& file, ModelSlot slot) {
    const auto& model = session_.model(slot);
    return file.empty() || (model && model != modelBefore_ && model->info().path == file);
  };
  if (!photoThere || !isThere(awaited_->model, ModelSlot::First) ||
      !isThere(awaited_->secondModel, ModelSlot::Second)) {
    return;
  }
  const SavedSession saved = *std::exchange(awaited_, std::nullopt);
  session_.setChoices(saved.choices);
  link_.setView(saved.view.centre, saved.view.zoom);
}

}  // namespace filterlens
