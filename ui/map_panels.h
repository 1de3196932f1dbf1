// MapPanels: the panels of a figure that show one photo: bare, or with a map over it. The sheet of
// `filterlens explain` and the figures of the window are made of them.
#pragma once

#include "core/engine.h"
#include "core/image/geometry.h"
#include "core/image/image.h"
#include "ui/figure.h"
#include "ui/map_painting.h"

namespace filterlens {

class MapPanels {
 public:
  /// Pictures have as many pixels as a panel of so many columns needs at this resolution.
  MapPanels(const Image&, double dotsPerInch, int columns = 1);

  /// Figure::pictureAspect for these pictures.
  [[nodiscard]] double pictureAspect() const;
  /// The bare photo; framed where the network sees only a part of it. placement: none before an
  /// analysis.
  [[nodiscard]] FigurePanel photo(const QString& title, const std::optional<PhotoPlacement>&) const;
  /// The photo with a map over it, in its style's opacity, with its marks, its colour bar, how that
  /// is to be read, and its note. Without a range in the style, the map's own.
  [[nodiscard]] FigurePanel map(const QString& title, std::shared_ptr<const Heatmap>,
                                const MapStyle&, const PhotoPlacement&) const;

 private:
  [[nodiscard]] QRectF fraction(const RectF&) const;

  const Image& image_;
  double width_;  // of a panel, in points
  QImage photo_;  // as large as a panel shows it
};

/// The photo with a map over it, at the photo's own resolution; the bare photo without a map
/// (nullptr).
QImage pictureAtPhotoSize(const Image&, std::shared_ptr<const Heatmap>, const MapStyle&,
                          const PhotoPlacement&);

/// Program, network, model file and its hash, target class, and the seed where tokens are drawn.
QString figureFooter(const ModelInfo&, const Trace&);

}  // namespace filterlens
