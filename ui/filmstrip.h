// Filmstrip: thumbnails of the photos that are open together; the one on show is framed, and a
// click or the arrow keys lead to another.
#pragma once

#include <QListView>
#include <QTimer>

#include "ui/filmstrip_model.h"
#include "ui/panel.h"

namespace filterlens {

class Filmstrip : public Panel {
  Q_OBJECT

 public:
  explicit Filmstrip(Session&, QWidget* parent = nullptr);

  [[nodiscard]] QListView* list() const { return list_; }
  [[nodiscard]] FilmstripModel* photos() const { return photos_; }

 Q_SIGNALS:
  /// Another photo of the list was asked for.
  void chosen(int index);

 protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

 private:
  void showCurrent();
  void lookAround();

  Session& session_;
  FilmstripModel* photos_;
  QListView* list_;
  QTimer rest_;  // until scrolling pauses
  bool following_ = false;
};

}  // namespace filterlens
