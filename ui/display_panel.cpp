#include "ui/display_panel.h"

#include <QDoubleValidator>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QImage>
#include <QLocale>
#include <QPixmap>
#include <QSignalBlocker>
#include <algorithm>
#include <cmath>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr double kMostLeftOut = 45;  // percent, at either end
constexpr int kContours[] = {0, 3, 4, 5};

QIcon swatch(const Colormap& map, QSize size) {
  QImage image(size.width(), 1, QImage::Format_RGB32);
  auto* out = reinterpret_cast<QRgb*>(image.scanLine(0));
  for (int x = 0; x < size.width(); ++x) {
    const Rgb colour = map.at(static_cast<double>(x) / (size.width() - 1));
    *out++ = qRgb(colour[0], colour[1], colour[2]);
  }
  return QIcon(QPixmap::fromImage(image.scaled(size)));
}

/// An entry for each value of an enumeration.
template <class Value>
void addChoice(QComboBox* box, const QString& label, Value value, const QString& help) {
  box->addItem(label, static_cast<int>(value));
  box->setItemData(box->count() - 1, help, Qt::ToolTipRole);
}

/// A box whose entries may be wider than the panel.
QComboBox* narrowBox(QWidget* parent) {
  auto* box = new QComboBox(parent);
  box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  box->setMinimumContentsLength(4);
  return box;
}

/// Panes may have gone before the grid says which one is current now.
int existing(const Session& session, int pane) {
  return std::clamp(pane, 0, static_cast<int>(session.choices().layout.panes.size()) - 1);
}

void choose(QComboBox* box, int value) { box->setCurrentIndex(box->findData(value)); }

template <class Value>
Value chosen(const QComboBox* box) {
  return static_cast<Value>(box->currentData().toInt());
}

}  // namespace

DisplayPanel::DisplayPanel(Session& session, QWidget* parent)
    : Panel(tr("Display"), parent),
      session_(session),
      allPanes_(new QRadioButton(tr("All panes"), this)),
      thisPane_(new QRadioButton(tr("This one"), this)),
      colormap_(narrowBox(this)),
      range_(narrowBox(this)),
      ends_(new QWidget(this)),
      low_(new QLineEdit(ends_)),
      high_(new QLineEdit(ends_)),
      extremes_(new QWidget(this)),
      percentile_(new QDoubleSpinBox(extremes_)),
      percentileEnd_(new QLabel(extremes_)),
      locked_(new QCheckBox(tr("Lock ranges"), this)),
      opacity_(new QSlider(Qt::Horizontal, this)),
      opacityText_(new QLabel(this)),
      threshold_(new QSlider(Qt::Horizontal, this)),
      thresholdText_(new QLabel(this)),
      contours_(narrowBox(this)),
      tokens_(narrowBox(this)),
      smooth_(new QCheckBox(tr("Smooth"), this)) {
  constexpr QSize kSwatch(40, 12);
  colormap_->setIconSize(kSwatch);
  colormap_->addItem(tr("Automatic"), QString());
  for (const Colormap& map : colormaps()) {
    colormap_->addItem(swatch(map, kSwatch), fromUtf8(map.label), fromUtf8(map.id));
  }
  addChoice(range_, tr("One range per method"), RangeChoice::Method,
            tr("Panes of one method share their colours' range, so that they can be compared."));
  addChoice(range_, tr("Own range of each map"), RangeChoice::Map,
            tr("Each map uses all colours."));
  addChoice(range_, tr("Percentiles"), RangeChoice::Percentile,
            tr("Each map uses all colours for all but its lowest and highest values."));
  for (const int lines : kContours) {
    contours_->addItem(lines == 0 ? tr("No contours") : tr("%1 contours").arg(lines), lines);
  }
  addChoice(tokens_, tr("Tokens in colours"), TokenMarks::Colours,
            tr("Each cell in the colour of its rank, the rest dimmed."));
  addChoice(tokens_, tr("Tokens outlined"), TokenMarks::Outlines,
            tr("A frame in the colour of its rank around each cell."));
  addChoice(tokens_, tr("Tokens as dots"), TokenMarks::Dots,
            tr("A dot in the colour of its rank in the middle of each cell."));
  addChoice(tokens_, tr("Rest dimmed"), TokenMarks::Dimmed,
            tr("The selected cells show the photo, the rest is dark."));
  addChoice(tokens_, tr("Tokens numbered"), TokenMarks::Numbers,
            tr("Colours, and the rank in each cell where there is room for it: zoom in."));
  describe();
  arrange();
  connectAll();
  showDisplay();
}

void DisplayPanel::describe() {
  allPanes_->setToolTip(tr("Changes how all panes are drawn that have no display of their own."));
  thisPane_->setToolTip(tr("Gives the current pane a display of its own and changes that alone."));
  colormap_->setAccessibleName(tr("Colour map"));
  colormap_->setToolTip(tr("The colours of maps. Signed maps keep a diverging one."));
  range_->setAccessibleName(tr("Range"));
  range_->setToolTip(
      tr("Which values the colours run through. Drag the ends of a pane's colour bar "
         "to choose them by hand."));
  for (QLineEdit* end : {low_, high_}) {
    end->setValidator(new QDoubleValidator(end));
    end->setFont(theme::captionFont());
    end->setToolTip(tr("The range of the current pane's map. Another number fixes it."));
  }
  low_->setAccessibleName(tr("Lowest value"));
  high_->setAccessibleName(tr("Highest value"));
  percentile_->setRange(0, kMostLeftOut);
  percentile_->setDecimals(1);
  percentile_->setAccessibleName(tr("Lowest percentile"));
  percentile_->setToolTip(tr("How many percent of the values lie beyond either end."));
  locked_->setToolTip(
      tr("Keeps the ranges as they are now, for other photos and layers too. "
         "Without it they follow the maps."));
  opacity_->setRange(0, 100);
  opacity_->setAccessibleName(tr("Opacity"));
  opacity_->setToolTip(
      tr("How much the colours hide the photo. Hold Space to see the photo alone."));
  threshold_->setRange(0, 100);
  threshold_->setAccessibleName(tr("Threshold"));
  threshold_->setToolTip(
      tr("Values in this lowest part of the range are not painted; of signed "
         "maps, those next to zero."));
  contours_->setAccessibleName(tr("Contours"));
  contours_->setToolTip(
      tr("Lines of equal value. Their levels stand on the colour bar; those below "
         "zero are dashed."));
  tokens_->setAccessibleName(tr("Selected tokens"));
  tokens_->setToolTip(tr("How panes of selected tokens mark them."));
  smooth_->setToolTip(
      tr("Interpolates between the middles of cells. Without it each cell has one colour, which is "
         "all that the network has."));
}

void DisplayPanel::addSlider(QGridLayout* rows, int row, const QString& name, QSlider* slider,
                             QLabel* text) {
  rows->addWidget(new QLabel(name, this), row, 0);
  rows->addWidget(slider, row, 1);
  rows->addWidget(text, row, 2);
  text->setMinimumWidth(fontMetrics().horizontalAdvance(percentText(1)));
  text->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

void DisplayPanel::arrange() {
  auto* whose = new QHBoxLayout;
  whose->addWidget(allPanes_);
  whose->addWidget(thisPane_);
  whose->addStretch();
  auto* ends = new QHBoxLayout(ends_);
  ends->setContentsMargins(0, 0, 0, 0);
  ends->setSpacing(theme::kStep);
  ends->addWidget(low_);
  ends->addWidget(new QLabel(tr("to"), ends_));
  ends->addWidget(high_);
  auto* extremes = new QHBoxLayout(extremes_);
  extremes->setContentsMargins(0, 0, 0, 0);
  extremes->setSpacing(theme::kStep);
  extremes->addWidget(percentile_);
  extremes->addWidget(percentileEnd_);
  extremes->addStretch();

  auto* rows = new QGridLayout;
  rows->setHorizontalSpacing(theme::kStep);
  rows->setVerticalSpacing(theme::kStep);
  rows->setColumnStretch(1, 1);
  rows->addLayout(whose, 0, 0, 1, 3);
  rows->addWidget(colormap_, 1, 0, 1, 3);
  rows->addWidget(range_, 2, 0, 1, 3);
  rows->addWidget(ends_, 3, 0, 1, 3);
  rows->addWidget(extremes_, 4, 0, 1, 3);
  addSlider(rows, 5, tr("Opacity"), opacity_, opacityText_);
  addSlider(rows, 6, tr("Threshold"), threshold_, thresholdText_);
  rows->addWidget(contours_, 7, 0, 1, 3);
  rows->addWidget(tokens_, 8, 0, 1, 3);
  auto* switches = new QHBoxLayout;
  switches->addWidget(locked_);
  switches->addWidget(smooth_);
  switches->addStretch();
  rows->addLayout(switches, 9, 0, 1, 3);
  column()->addLayout(rows);
}

void DisplayPanel::connectAll() {
  for (QComboBox* box : {colormap_, range_, contours_, tokens_}) {
    connect(box, &QComboBox::currentIndexChanged, this, &DisplayPanel::change);
  }
  for (QSlider* slider : {opacity_, threshold_}) {
    connect(slider, &QSlider::valueChanged, this, &DisplayPanel::change);
  }
  connect(percentile_, &QDoubleSpinBox::valueChanged, this, &DisplayPanel::change);
  connect(smooth_, &QCheckBox::toggled, this, &DisplayPanel::change);
  for (QLineEdit* end : {low_, high_}) {
    connect(end, &QLineEdit::editingFinished, this, &DisplayPanel::changeRange);
  }
  connect(locked_, &QCheckBox::clicked, this, &DisplayPanel::lockRanges);
  connect(allPanes_, &QRadioButton::clicked, this,
          [this] { setOwnDisplay(session_, pane_, false); });
  connect(thisPane_, &QRadioButton::clicked, this,
          [this] { setOwnDisplay(session_, pane_, true); });
  for (const auto signal :
       {&Session::displayChanged, &Session::layoutChanged, &Session::comparisonChanged}) {
    connect(&session_, signal, this, &DisplayPanel::showDisplay);
  }
  for (const auto signal :
       {&Session::analysisChanged, &Session::mapsChanged, &Session::layerChanged}) {
    connect(&session_, signal, this, &DisplayPanel::showRange);
  }
}

void DisplayPanel::setPane(int index, ModelSlot model) {
  pane_ = index;
  model_ = model;
  showDisplay();
}

void DisplayPanel::showDisplay() {
  const auto& panes = session_.choices().layout.panes;
  pane_ = existing(session_, pane_);
  const DisplayChoices& display = displayIn(session_, scope());
  const QSignalBlocker blockers[] = {QSignalBlocker(colormap_),   QSignalBlocker(range_),
                                     QSignalBlocker(contours_),   QSignalBlocker(tokens_),
                                     QSignalBlocker(opacity_),    QSignalBlocker(threshold_),
                                     QSignalBlocker(percentile_), QSignalBlocker(smooth_)};
  const PaneSpec& pane = panes[static_cast<std::size_t>(pane_)];
  (scope().own ? thisPane_ : allPanes_)->setChecked(true);
  thisPane_->setEnabled(pane.method != kPhotoMethod && !session_.choices().comparison);
  colormap_->setCurrentIndex(colormap_->findData(QString::fromStdString(display.colormap)));
  choose(range_, static_cast<int>(display.range));
  percentile_->setValue(display.percentile);
  percentileEnd_->setText(tr("to %1 %").arg(QLocale().toString(100 - display.percentile)));
  opacity_->setValue(qRound(100 * display.opacity));
  opacityText_->setText(tr("%1 %").arg(opacity_->value()));
  threshold_->setValue(qRound(100 * display.threshold));
  thresholdText_->setText(tr("%1 %").arg(threshold_->value()));
  choose(contours_, display.contours);
  choose(tokens_, static_cast<int>(display.tokens));
  smooth_->setChecked(display.interpolation == Interpolation::Smooth);
  showRange();
}

/// The ends of the current pane's map, and whether ranges are fixed.
void DisplayPanel::showRange() {
  pane_ = existing(session_, pane_);
  const DisplayChoices& display = displayIn(session_, scope());
  const auto map = mapIn(session_, {pane_, model_});
  const bool hasRange = map && map->scale != HeatmapScale::Ranks;
  const bool fixed = map && display.fixedRanges.contains(rangeKey(*map));
  const bool leavesOut = display.range == RangeChoice::Percentile && !fixed;
  extremes_->setVisible(leavesOut);
  ends_->setVisible(!leavesOut);
  ends_->setEnabled(hasRange);
  const PaneSpec& pane = session_.choices().layout.panes[static_cast<std::size_t>(pane_)];
  const auto range = hasRange ? session_.styleOf(pane, map).overlay.range : std::nullopt;
  low_->setText(range ? numberText(range->low, 4) : QString());
  high_->setText(range ? numberText(range->high, 4) : QString());
  const DisplayChoices all = withRangesLocked(session_, scope());
  const bool some = !display.fixedRanges.empty();
  locked_->setCheckState(!some                                    ? Qt::Unchecked
                         : display.fixedRanges == all.fixedRanges ? Qt::Checked
                                                                  : Qt::PartiallyChecked);
}

void DisplayPanel::change() {
  DisplayChoices display = displayIn(session_, scope());
  display.colormap = colormap_->currentData().toString().toStdString();
  display.opacity = opacity_->value() / 100.0;
  display.interpolation = smooth_->isChecked() ? Interpolation::Smooth : Interpolation::Cells;
  display.range = chosen<RangeChoice>(range_);
  display.percentile = percentile_->value();
  display.threshold = threshold_->value() / 100.0;
  display.contours = contours_->currentData().toInt();
  display.tokens = chosen<TokenMarks>(tokens_);
  setDisplayIn(session_, scope(), display);
}

// Numbers that make no range are put back.
void DisplayPanel::changeRange() {
  if (!low_->isModified() && !high_->isModified()) return;
  const auto map = mapIn(session_, {pane_, model_});
  if (!map) return;
  const PaneSpec& pane = session_.choices().layout.panes[static_cast<std::size_t>(pane_)];
  ValueRange range = *session_.styleOf(pane, map).overlay.range;
  const auto take = [](const QLineEdit* edit, float& end) {
    if (edit->isModified()) end = static_cast<float>(QLocale().toDouble(edit->text()));
  };
  take(low_, range.low);
  take(high_, range.high);
  if (map->scale == HeatmapScale::Diverging) {
    const float reach = std::abs(low_->isModified() ? range.low : range.high);
    range = {-reach, reach};
  }
  if (range.low < range.high) setFixedRange(session_, {pane_, model_}, range);
  showRange();
}

void DisplayPanel::lockRanges(bool) {
  DisplayChoices display = withRangesLocked(session_, scope());
  const DisplayChoices& now = displayIn(session_, scope());
  if (display.fixedRanges == now.fixedRanges) display.fixedRanges.clear();
  setDisplayIn(session_, scope(), display);
  showRange();
}

}  // namespace filterlens
