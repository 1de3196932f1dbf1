#include "ui/histogram_view.h"

#include <QPainter>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "ui/text.h"
#include "ui/theme.h"

namespace filterlens {
namespace {

constexpr int kBarsHeight = 44;

/// In the same digits as in the list above it.
QString brief(double value) { return numberText(value, 2); }

}  // namespace

HistogramView::HistogramView(QWidget* parent) : QWidget(parent) {
  setFont(theme::captionFont());
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void HistogramView::show(const QString& what, Histogram histogram, const LayerSummary& summary) {
  histogram_ = std::move(histogram);
  summary_ = summary;
  const int selected = std::accumulate(histogram_.selected.begin(), histogram_.selected.end(), 0);
  setAccessibleName(tr("Histogram: %1").arg(what));
  setAccessibleDescription(tr("Values from %1 to %2, on average %3.")
                               .arg(numberText(summary_.range.low), numberText(summary_.range.high),
                                    numberText(summary_.mean)));
  QString help = tr("How many cells have which value, %1.").arg(what);
  if (selected > 0) help += QLatin1Char(' ') + tr("Coloured: the selected cells.");
  setToolTip(help + QLatin1Char(' ') +
             tr("The line is the mean; heights are square roots, so that "
                "few cells are seen too."));
  update();
}

void HistogramView::clear() {
  histogram_ = {};
  setAccessibleName(tr("Histogram: nothing to show yet"));
  update();
}

QSize HistogramView::sizeHint() const {
  return {100, kBarsHeight + fontMetrics().height() + theme::kStep};
}

void HistogramView::paintEvent(QPaintEvent*) {
  const auto& all = histogram_.all;
  if (all.empty()) return;
  QPainter painter(this);
  const QRectF bars(0, 0, width(), kBarsHeight);
  const double tallest = std::sqrt(std::max(1, *std::max_element(all.begin(), all.end())));
  const double step = bars.width() / static_cast<double>(all.size());
  const auto fill = [&](const std::vector<int>& counts, const QColor& colour) {
    for (std::size_t bin = 0; bin < counts.size(); ++bin) {
      const double height = bars.height() * std::sqrt(counts[bin]) / tallest;
      painter.fillRect(QRectF(static_cast<double>(bin) * step, bars.bottom() - height,
                              std::max(1.0, step - 1), height),
                       colour);
    }
  };
  const QColor quiet = theme::quietText(palette());
  QColor faint = quiet;
  faint.setAlphaF(0.55F);
  fill(all, faint);
  fill(histogram_.selected, theme::accent(palette()));
  painter.fillRect(QRectF(0, bars.bottom(), width(), 1), quiet);

  const double width = static_cast<double>(summary_.range.high) - summary_.range.low;
  if (width > 0) {
    const double x = (summary_.mean - summary_.range.low) / width * bars.width();
    painter.fillRect(QRectF(x, 0, 1, bars.height()), palette().color(QPalette::WindowText));
  }
  painter.setPen(quiet);
  const QRect line(0, kBarsHeight + theme::kStep / 2, this->width(), fontMetrics().height());
  painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, brief(summary_.range.low));
  painter.drawText(line, Qt::AlignHCenter | Qt::AlignVCenter, brief(summary_.mean));
  painter.drawText(line, Qt::AlignRight | Qt::AlignVCenter, brief(summary_.range.high));
}

}  // namespace filterlens
