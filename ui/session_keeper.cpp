#include "ui/session_keeper.h"

#include "ui/text.h"

namespace filterlens {

// The session's own answer to a new photo or model comes first, hence the queue.
SessionKeeper::SessionKeeper(Session& session, ViewLink& link, Analyst& analyst, QObject* parent)
    : QObject(parent), session_(session), link_(link), analyst_(analyst) {
  for (const auto signal : {&Session::photoChanged, &Session::modelChanged}) {
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
  awaited_ = *std::move(saved);
  if (!awaited_->model.empty()) analyst_.openModel(awaited_->model);
  if (!awaited_->photos.empty()) {
    PhotoList photos = PhotoList::from(awaited_->photos);
    photos.select(awaited_->photo);
    analyst_.showPhotos(std::move(photos));
  }
}

void SessionKeeper::showAsSaved() {
  if (!awaited_) return;
  const ModelInfo* info = session_.modelInfo();
  const auto& photo = session_.photo();
  const bool modelThere = awaited_->model.empty() || (info && info->path == awaited_->model);
  const bool photoThere = awaited_->photos.empty() || (photo && photo->path == awaited_->photo);
  if (!modelThere || !photoThere) return;
  const SavedSession saved = *std::exchange(awaited_, std::nullopt);
  session_.setChoices(saved.choices);
  link_.setView(saved.view.centre, saved.view.zoom);
}

}  // namespace filterlens
