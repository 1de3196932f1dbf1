#include "ui/display_panel.h"

#include <QGridLayout>
#include <QImage>
#include <QPixmap>
#include <QSignalBlocker>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

QIcon swatch(const Colormap& map, QSize size) {
  QImage image(size, QImage::Format_RGB32);
  for (int x = 0; x < size.width(); ++x) {
    const Rgb colour = map.at(static_cast<double>(x) / (size.width() - 1));
    for (int y = 0; y < size.height(); ++y) {
      image.setPixel(x, y, qRgb(colour[0], colour[1], colour[2]));
    }
  }
  return QIcon(QPixmap::fromImage(image));
}

}  // namespace

DisplayPanel::DisplayPanel(Session& session, QWidget* parent)
    : Panel(tr("Display"), parent),
      session_(session),
      colormap_(new QComboBox(this)),
      opacity_(new QSlider(Qt::Horizontal, this)),
      opacityText_(new QLabel(this)),
      smooth_(new QCheckBox(tr("Smooth between cells"), this)),
      sharedRange_(new QCheckBox(tr("One range per method"), this)) {
  constexpr QSize kSwatch(40, 12);
  colormap_->setIconSize(kSwatch);
  colormap_->addItem(tr("Automatic"), QString());
  for (const Colormap& map : colormaps()) {
    colormap_->addItem(swatch(map, kSwatch), fromUtf8(map.label), fromUtf8(map.id));
  }
  colormap_->setAccessibleName(tr("Colour map"));
  colormap_->setToolTip(tr("The colours of all maps. Signed maps keep a diverging one."));
  opacity_->setRange(0, 100);
  opacity_->setAccessibleName(tr("Opacity"));
  opacity_->setToolTip(
      tr("How much the colours hide the photo. Hold Space to see the photo alone."));
  smooth_->setToolTip(
      tr("Interpolates between the middles of cells. Without it each cell has one colour, which is "
         "all that the network has."));
  sharedRange_->setToolTip(
      tr("Panes of one method share their colours' range, so that they can be compared. Without it "
         "each map uses all colours."));

  auto* rows = new QGridLayout;
  rows->setHorizontalSpacing(2 * theme::kStep);
  rows->setVerticalSpacing(theme::kStep);
  rows->addWidget(colormap_, 0, 0, 1, 3);
  rows->addWidget(new QLabel(tr("Opacity"), this), 1, 0);
  rows->addWidget(opacity_, 1, 1);
  rows->addWidget(opacityText_, 1, 2);
  rows->addWidget(smooth_, 2, 0, 1, 3);
  rows->addWidget(sharedRange_, 3, 0, 1, 3);
  rows->setColumnStretch(1, 1);
  opacityText_->setMinimumWidth(fontMetrics().horizontalAdvance(percentText(0.999)));
  opacityText_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  column()->addLayout(rows);

  connect(colormap_, &QComboBox::currentIndexChanged, this, &DisplayPanel::change);
  connect(opacity_, &QSlider::valueChanged, this, &DisplayPanel::change);
  connect(smooth_, &QCheckBox::toggled, this, &DisplayPanel::change);
  connect(sharedRange_, &QCheckBox::toggled, this, &DisplayPanel::change);
  connect(&session_, &Session::displayChanged, this, &DisplayPanel::showDisplay);
  showDisplay();
}

void DisplayPanel::showDisplay() {
  const DisplayChoices& display = session_.choices().display;
  const QSignalBlocker blockers[] = {QSignalBlocker(colormap_), QSignalBlocker(opacity_),
                                     QSignalBlocker(smooth_), QSignalBlocker(sharedRange_)};
  colormap_->setCurrentIndex(colormap_->findData(QString::fromStdString(display.colormap)));
  opacity_->setValue(qRound(100 * display.opacity));
  opacityText_->setText(tr("%1 %").arg(opacity_->value()));
  smooth_->setChecked(display.interpolation == Interpolation::Smooth);
  sharedRange_->setChecked(display.sharedRange);
}

void DisplayPanel::change() {
  DisplayChoices display;
  display.colormap = colormap_->currentData().toString().toStdString();
  display.opacity = opacity_->value() / 100.0;
  display.interpolation = smooth_->isChecked() ? Interpolation::Smooth : Interpolation::Cells;
  display.sharedRange = sharedRange_->isChecked();
  session_.setDisplay(display);
}

}  // namespace filterlens
