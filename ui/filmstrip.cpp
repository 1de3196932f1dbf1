#include "ui/filmstrip.h"

#include <QEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyledItemDelegate>

#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kCell = 56;           // two beside each other in a side column
constexpr int kThumbnail = 2 * 48;  // enough for displays of twice the density
constexpr int kRestMs = 60;

class PhotoDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override {
    return {kCell, kCell};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const QRect cell = option.rect.adjusted(1, 1, -1, -1);
    const QRect inside =
        cell.adjusted(theme::kStep - 1, theme::kStep - 1, 1 - theme::kStep, 1 - theme::kStep);
    const auto picture = index.data(Qt::DecorationRole).value<QImage>();
    painter->save();
    if (picture.isNull()) {
      painter->fillRect(inside, theme::kCanvas);
      const bool failed = index.data(FilmstripModel::FailedRole).toBool();
      painter->setPen(theme::kCanvasText);
      if (failed) painter->drawText(inside, Qt::AlignCenter, QStringLiteral("?"));
    } else {
      QRect place({}, picture.size().scaled(inside.size(), Qt::KeepAspectRatio));
      place.moveCenter(inside.center());
      painter->setRenderHint(QPainter::SmoothPixmapTransform);
      painter->drawImage(place, picture);
    }
    if (option.state.testFlag(QStyle::State_Selected)) {
      const int width = option.state.testFlag(QStyle::State_HasFocus) ? 3 : 2;
      painter->setPen(
          QPen(theme::accent(option.palette), width, Qt::SolidLine, Qt::SquareCap, Qt::MiterJoin));
      painter->drawRect(cell.adjusted(1, 1, -1, -1));
    }
    painter->restore();
  }
};

}  // namespace

Filmstrip::Filmstrip(Session& session, QWidget* parent)
    : Panel(tr("Photos"), parent),
      session_(session),
      photos_(new FilmstripModel(session, kThumbnail, this)),
      list_(new QListView(this)) {
  makeFlat(list_);
  list_->setViewMode(QListView::IconMode);
  list_->setMovement(QListView::Static);
  list_->setResizeMode(QListView::Adjust);
  list_->setUniformItemSizes(true);
  list_->setGridSize({kCell, kCell});
  list_->setModel(photos_);
  list_->setItemDelegate(new PhotoDelegate(list_));
  list_->setAccessibleName(tr("Photos that are open together"));
  list_->setMinimumHeight(kCell);
  column()->addWidget(list_, 1);
  rest_.setSingleShot(true);
  rest_.setInterval(kRestMs);
  list_->viewport()->installEventFilter(this);
  const auto moved = [this] { rest_.start(); };
  connect(&rest_, &QTimer::timeout, this, &Filmstrip::lookAround);
  connect(list_->verticalScrollBar(), &QScrollBar::valueChanged, this, moved);
  connect(list_->verticalScrollBar(), &QScrollBar::rangeChanged, this, moved);
  connect(photos_, &QAbstractItemModel::modelReset, this, moved);
  connect(&session_, &Session::photosChanged, this, &Filmstrip::showCurrent);
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& current) {
            if (!following_ && current.isValid()) Q_EMIT chosen(current.row());
          });
  showCurrent();
}

void Filmstrip::showCurrent() {
  following_ = true;
  list_->setCurrentIndex(session_.photos().empty() ? QModelIndex()
                                                   : photos_->index(session_.photos().index()));
  following_ = false;
}

bool Filmstrip::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::Resize || event->type() == QEvent::Show) rest_.start();
  return Panel::eventFilter(watched, event);
}

// Rows are laid out from left to right, so what is seen lies between two corners. Wherever nobody
// looks, nothing is made.
void Filmstrip::lookAround() {
  if (!list_->isVisible()) return photos_->setVisibleRows(0, -1);
  const QRect seen = list_->viewport()->rect();
  const QModelIndex first = list_->indexAt(seen.topLeft() + QPoint(kCell / 2, 1));
  const int columns = std::max(1, seen.width() / kCell);
  const int rows = seen.height() / kCell + 2;
  const int from = first.isValid() ? first.row() : 0;
  photos_->setVisibleRows(from, from + columns * rows - 1);
}

}  // namespace filterlens
