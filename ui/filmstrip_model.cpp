#include "ui/filmstrip_model.h"

#include <algorithm>

#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kMostKept = 600;

}  // namespace

FilmstripModel::FilmstripModel(Session& session, int side, QObject* parent)
    : QAbstractListModel(parent), session_(session), thumbnails_(side), kept_(kMostKept) {
  connect(&session_, &Session::photosChanged, this, &FilmstripModel::takeList);
  connect(&thumbnails_, &Thumbnails::made, this, &FilmstripModel::keep);
  takeList();
}

// Going from photo to photo changes the list's index alone.
void FilmstripModel::takeList() {
  if (session_.photos().paths() == photos_) return;
  beginResetModel();
  photos_ = session_.photos().paths();
  made_ = 0;
  thumbnails_.want({});
  endResetModel();
}

int FilmstripModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(photos_.size());
}

QVariant FilmstripModel::data(const QModelIndex& index, int role) const {
  if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
  const auto& photo = photos_[static_cast<std::size_t>(index.row())];
  switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
      return fileName(photo);
    case Qt::ToolTipRole:
      return data(index, FailedRole).toBool() ? tr("%1 cannot be read.").arg(fromPath(photo))
                                              : fromPath(photo);
    case Qt::DecorationRole: {
      const QImage* kept = kept_.object(fromPath(photo));
      return kept ? *kept : QImage();
    }
    case FailedRole: {
      const QImage* kept = kept_.object(fromPath(photo));
      return kept && kept->isNull();
    }
    default:
      return {};
  }
}

void FilmstripModel::setVisibleRows(int first, int last) {
  std::vector<std::filesystem::path> wanted;
  for (int row = std::max(first, 0); row <= last && row < rowCount(); ++row) {
    const auto& photo = photos_[static_cast<std::size_t>(row)];
    if (!kept_.contains(fromPath(photo))) wanted.push_back(photo);
  }
  thumbnails_.want(std::move(wanted));
}

void FilmstripModel::keep(const std::filesystem::path& photo, const QImage& thumbnail) {
  const auto found = std::find(photos_.begin(), photos_.end(), photo);
  if (found == photos_.end()) return;  // of a list before this one
  ++made_;
  kept_.insert(fromPath(photo), new QImage(thumbnail));
  const QModelIndex changed = index(static_cast<int>(found - photos_.begin()));
  Q_EMIT dataChanged(changed, changed);
}

}  // namespace filterlens
