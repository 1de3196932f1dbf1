#include "ui/network_panel.h"

#include <QEvent>
#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTimer>
#include <algorithm>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kThumbnail = 40;
constexpr int kLinesBesideIt = 3;  // grid, tokens, share

QString separator() { return QStringLiteral(" · "); }

/// For a layer its name, and below it its picture and its numbers; one quiet line for a stage
/// without attention.
class StageDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                               const QModelIndex& index) const override {
    const int line = option.fontMetrics.height();
    const int below = isLayer(index) ? std::max(kThumbnail, kLinesBesideIt * line) + line : 0;
    return {100, line + below + (isLayer(index) ? 2 : 1) * theme::kStep};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    painter->save();
    painter->setFont(option.font);
    if (chosen) painter->fillRect(option.rect, theme::accent(option.palette));
    if (chosen && option.state.testFlag(QStyle::State_HasFocus)) {
      painter->setPen(option.palette.color(QPalette::HighlightedText));
      painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
    }
    const QColor strong =
        option.palette.color(chosen ? QPalette::HighlightedText : QPalette::WindowText);
    const QColor quiet = chosen ? strong : theme::quietText(option.palette);
    const QRect inside = option.rect.adjusted(theme::kStep, theme::kStep / 2, -2, 0);
    painter->setPen(isLayer(index) ? strong : quiet);
    painter->drawText(inside, Qt::AlignLeft | Qt::AlignTop, index.data().toString());
    if (isLayer(index)) {
      painter->setPen(quiet);
      paintBelow(painter, inside.adjusted(0, option.fontMetrics.height() + 1, 0, 0), index);
    }
    painter->restore();
  }

 private:
  static bool isLayer(const QModelIndex& index) {
    return index.flags().testFlag(Qt::ItemIsSelectable);
  }

  static void paintBelow(QPainter* painter, const QRect& area, const QModelIndex& index) {
    const QRect picture(area.left(), area.top() + 1, kThumbnail, kThumbnail);
    const auto thumbnail = index.data(StageModel::ThumbnailRole).value<QImage>();
    painter->fillRect(picture, theme::kCanvas);
    if (!thumbnail.isNull()) {
      painter->setRenderHint(QPainter::SmoothPixmapTransform);
      painter->drawImage(picture, thumbnail);
    }
    const int height = painter->fontMetrics().height();
    QRect line = area.adjusted(kThumbnail + theme::kStep + 2, 0, 0, 0);
    QStringList words = index.data(StageModel::DetailRole).toString().split(separator());
    words << index.data(StageModel::KeptRole).toString();
    for (const QString& text : words) {
      painter->drawText(line, Qt::AlignLeft | Qt::AlignTop, text);
      line.setTop(line.top() + height);
    }
    paintNumbers(painter, area.adjusted(0, kLinesBesideIt * height, -2, 0), index);
  }

  /// Smallest, mean and largest, as under a colour bar; the mean half-way between the others.
  static void paintNumbers(QPainter* painter, const QRect& area, const QModelIndex& index) {
    const auto numbers = index.data(StageModel::NumbersRole).toStringList();
    if (numbers.size() != 3) return;
    painter->drawText(area, Qt::AlignLeft | Qt::AlignTop, numbers[0]);
    const QFontMetrics metrics = painter->fontMetrics();
    const QRect between = area.adjusted(metrics.horizontalAdvance(numbers[0]), 0,
                                        -metrics.horizontalAdvance(numbers[2]), 0);
    painter->drawText(between, Qt::AlignHCenter | Qt::AlignTop, numbers[1]);
    painter->drawText(area, Qt::AlignRight | Qt::AlignTop, numbers[2]);
  }
};

/// Keeps the chosen layer in sight when the list takes the focus or another size.
class ChosenInSight : public QObject {
 public:
  explicit ChosenInSight(QListView* list) : QObject(list), list_(list) {
    list->installEventFilter(this);
  }

  bool eventFilter(QObject*, QEvent* event) override {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::Resize) {
      QTimer::singleShot(0, list_, [list = list_] { list->scrollTo(list->currentIndex()); });
    }
    return false;
  }

 private:
  QListView* list_;
};

}  // namespace

NetworkPanel::NetworkPanel(Session& session, QWidget* parent)
    : Panel(tr("Network"), parent),
      session_(session),
      stages_(new StageModel(session, this)),
      list_(new QListView(this)),
      summary_(new QLabel(this)),
      open_(new QPushButton(tr("Open model…"), this)),
      layerMap_(new QComboBox(this)),
      histogram_(new HistogramView(this)) {
  summary_->setWordWrap(true);
  summary_->setFont(theme::captionFont());
  makeFlat(list_);
  list_->setModel(stages_);
  list_->setItemDelegate(new StageDelegate(list_));
  list_->setFont(theme::captionFont());
  list_->setAccessibleName(tr("Layers of the network"));
  new ChosenInSight(list_);
  column()->addWidget(summary_);
  column()->addWidget(open_);
  column()->addWidget(list_, 1);
  column()->addWidget(layerMap_);
  column()->addWidget(histogram_);
  column()->addStretch();
  layerMap_->setFont(theme::captionFont());
  layerMap_->addItem(tr("Mask"), static_cast<int>(LayerMap::Mask));
  layerMap_->addItem(tr("Response"), static_cast<int>(LayerMap::Response));
  layerMap_->addItem(tr("Output"), static_cast<int>(LayerMap::Output));
  layerMap_->setAccessibleName(tr("What the list of layers shows"));
  layerMap_->setToolTip(
      tr("What pictures and numbers of the list are of. Mask: the filter mask, where a layer has "
         "one. Response: what the mask is made from. Output: the norm of the layer's features. "
         "Layers without a mask show the attention that their tokens receive."));
  connect(layerMap_, &QComboBox::currentIndexChanged, this, [this] {
    session_.setLayerMap(static_cast<LayerMap>(layerMap_->currentData().toInt()));
  });
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& current) {
            const auto module = current.data(StageModel::ModuleRole).toString();
            if (!module.isEmpty()) session_.chooseLayer(module.toStdString());
          });
  connect(&session_, &Session::modelChanged, this, &NetworkPanel::showModel);
  connect(&session_, &Session::layerChanged, this, &NetworkPanel::showChosenLayer);
  for (const auto signal : {&Session::layerChanged, &Session::analysisChanged,
                            &Session::mapsChanged, &Session::layerMapChanged}) {
    connect(&session_, signal, this, &NetworkPanel::showHistogram);
  }
  showModel();
}

void NetworkPanel::showModel() {
  const ModelInfo* info = session_.modelInfo();
  list_->setVisible(info != nullptr);
  open_->setVisible(info == nullptr);
  layerMap_->setVisible(info != nullptr);
  showHistogram();
  if (!info) {
    summary_->setText(tr("No model is open."));
    return;
  }
  const QLocale locale;
  summary_->setText(tr("%1\nParameters: %2\nClasses: %3")
                        .arg(fromUtf8(info->architecture->title),
                             locale.toString(static_cast<qlonglong>(info->parameters)),
                             locale.toString(info->classes)));
  showChosenLayer();
}

void NetworkPanel::showHistogram() {
  layerMap_->setCurrentIndex(layerMap_->findData(static_cast<int>(session_.choices().layerMap)));
  const QModelIndex chosen = stages_->indexOf(session_.choices().layer);
  histogram_->setVisible(chosen.isValid());
  if (!chosen.isValid()) return;
  const NetworkStage& stage = stages_->stages()[static_cast<std::size_t>(chosen.row())];
  const auto map = stages_->mapOf(stage);
  const LayerTrace* layer = stages_->traceOf(stage);
  if (!map || !layer) return histogram_->clear();
  const QString what = tr("%1 of block %2")
                           .arg(fromUtf8(findExplainer(map->method)->label).toLower())
                           .arg(stage.number);
  histogram_->show(what, histogramOf(*layer, *map, HistogramView::kBins), summaryOf(*layer, *map));
}

void NetworkPanel::showChosenLayer() {
  const QModelIndex chosen = stages_->indexOf(session_.choices().layer);
  if (chosen.isValid() && chosen != list_->currentIndex()) list_->setCurrentIndex(chosen);
}

}  // namespace filterlens
