// FilmstripModel: the photos that next and previous walk through, with thumbnails of those that
// somebody looked at.
#pragma once

#include <QAbstractListModel>
#include <QCache>
#include <QImage>
#include <filesystem>
#include <vector>

#include "ui/session.h"
#include "ui/thumbnails.h"

namespace filterlens {

class FilmstripModel : public QAbstractListModel {
  Q_OBJECT

 public:
  enum Role {
    FailedRole = Qt::UserRole,  ///< bool: the photo cannot be read
  };

  /// side: of a thumbnail's longer side, in pixels.
  FilmstripModel(Session&, int side, QObject* parent = nullptr);

  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  /// Qt::DecorationRole: a QImage, null until it is made.
  [[nodiscard]] QVariant data(const QModelIndex&, int role) const override;

  /// Makes the thumbnails of these rows next; of no others.
  void setVisibleRows(int first, int last);
  /// How many were made since the list was opened.
  [[nodiscard]] int made() const { return made_; }

 private:
  void takeList();
  void keep(const std::filesystem::path&, const QImage&);

  Session& session_;
  Thumbnails thumbnails_;
  std::vector<std::filesystem::path> photos_;
  QCache<QString, QImage> kept_;  // by path
  int made_ = 0;
};

}  // namespace filterlens
