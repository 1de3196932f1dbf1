#include "ui/network_panel.h"

#include <QLocale>
#include <QPainter>
#include <QStyledItemDelegate>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

/// Two lines for a layer, one quiet line for a stage without attention.
class StageDelegate : public QStyledItemDelegate {
 public:
  using QStyledItemDelegate::QStyledItemDelegate;

  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                               const QModelIndex& index) const override {
    const int lines = isLayer(index) ? 2 : 1;
    return {100, lines * option.fontMetrics.height() + 2 * theme::kStep};
  }

  void paint(QPainter* painter, const QStyleOptionViewItem& option,
             const QModelIndex& index) const override {
    const bool chosen = option.state.testFlag(QStyle::State_Selected);
    const bool focused = option.state.testFlag(QStyle::State_HasFocus);
    painter->save();
    painter->setFont(option.font);
    if (chosen) painter->fillRect(option.rect, theme::accent(option.palette));
    if (chosen && focused) {
      painter->setPen(option.palette.color(QPalette::HighlightedText));
      painter->drawRect(option.rect.adjusted(1, 1, -2, -2));
    }
    const QRect text =
        option.rect.adjusted(2 * theme::kStep, theme::kStep, -theme::kStep, -theme::kStep);
    const QColor strong =
        option.palette.color(chosen ? QPalette::HighlightedText : QPalette::WindowText);
    const QColor quiet = chosen ? strong : theme::quietText(option.palette);
    const QString title = index.data().toString();
    const QString detail = index.data(StageModel::DetailRole).toString();
    painter->setPen(isLayer(index) ? strong : quiet);
    painter->drawText(text, Qt::AlignLeft | Qt::AlignTop, title);
    painter->setPen(quiet);
    if (isLayer(index)) painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom, detail);
    painter->restore();
  }

 private:
  static bool isLayer(const QModelIndex& index) {
    return index.flags().testFlag(Qt::ItemIsSelectable);
  }
};

}  // namespace

NetworkPanel::NetworkPanel(Session& session, QWidget* parent)
    : Panel(tr("Network"), parent),
      session_(session),
      stages_(new StageModel(session, this)),
      list_(new QListView(this)),
      summary_(new QLabel(this)),
      open_(new QPushButton(tr("Open model…"), this)) {
  summary_->setWordWrap(true);
  summary_->setFont(theme::captionFont());
  makeFlat(list_);
  list_->setModel(stages_);
  list_->setItemDelegate(new StageDelegate(list_));
  list_->setFont(theme::captionFont());
  list_->setAccessibleName(tr("Layers of the network"));
  column()->addWidget(summary_);
  column()->addWidget(open_);
  column()->addWidget(list_, 1);
  column()->addStretch();
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this,
          [this](const QModelIndex& current) {
            const auto module = current.data(StageModel::ModuleRole).toString();
            if (!module.isEmpty()) session_.chooseLayer(module.toStdString());
          });
  connect(&session_, &Session::modelChanged, this, &NetworkPanel::showModel);
  connect(&session_, &Session::layerChanged, this, &NetworkPanel::showChosenLayer);
  showModel();
}

void NetworkPanel::showModel() {
  const ModelInfo* info = session_.modelInfo();
  list_->setVisible(info != nullptr);
  open_->setVisible(info == nullptr);
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

void NetworkPanel::showChosenLayer() {
  const QModelIndex chosen = stages_->indexOf(session_.choices().layer);
  if (chosen.isValid() && chosen != list_->currentIndex()) list_->setCurrentIndex(chosen);
}

}  // namespace filterlens
