#include "ui/figure_file.h"

#include <QBuffer>
#include <QPdfWriter>
#include <QSvgGenerator>
#include <cmath>
#include <span>

#include "core/export/whole_file.h"

namespace filterlens {
namespace {

std::span<const std::byte> bytesOf(const QByteArray& data) {
  return std::as_bytes(std::span(data.constData(), static_cast<std::size_t>(data.size())));
}

Result<void> writePdf(const Figure& figure, const std::filesystem::path& path) {
  QBuffer pdf;
  pdf.open(QIODevice::WriteOnly);
  QPdfWriter writer(&pdf);
  writer.setCreator(QStringLiteral("FilterLens " FILTERLENS_VERSION));
  writer.setTitle(figure.title);
  writer.setPageMargins(QMarginsF());
  writer.setPageSize(QPageSize(figureSize(figure), QPageSize::Point, {}, QPageSize::ExactMatch));
  QPainter painter(&writer);
  painter.scale(writer.resolution() / 72.0, writer.resolution() / 72.0);
  paintFigure(painter, figure);
  painter.end();
  return writeWhole(path, bytesOf(pdf.data()));
}

/// A point is a unit of the drawing, so that it has the size of the PDF.
Result<void> writeSvg(const Figure& figure, const std::filesystem::path& path) {
  constexpr int kPointsPerInch = 72;
  const QSizeF size = figureSize(figure);
  QBuffer svg;
  svg.open(QIODevice::WriteOnly);
  QSvgGenerator generator;
  generator.setOutputDevice(&svg);
  generator.setResolution(kPointsPerInch);
  generator.setSize(
      QSize(static_cast<int>(std::ceil(size.width())), static_cast<int>(std::ceil(size.height()))));
  generator.setViewBox(QRectF(QPointF(), size));
  generator.setTitle(figure.title);
  generator.setDescription(figure.footer);
  QPainter painter(&generator);
  paintFigure(painter, figure);
  painter.end();
  return writeWhole(path, bytesOf(svg.data()));
}

}  // namespace

Result<void> writePng(const QImage& image, const std::filesystem::path& path) {
  QBuffer png;
  png.open(QIODevice::WriteOnly);
  if (!image.save(&png, "PNG")) {
    return Error{"The picture for " + path.string() +
                 " could not be encoded as PNG; there may not be enough memory."};
  }
  return writeWhole(path, bytesOf(png.data()));
}

Result<void> writeFigure(const Figure& figure, const std::filesystem::path& path,
                         double dotsPerInch) {
  if (path.extension() == ".pdf") return writePdf(figure, path);
  if (path.extension() == ".svg") return writeSvg(figure, path);
  return writePng(figureImage(figure, dotsPerInch), path);
}

}  // namespace filterlens
