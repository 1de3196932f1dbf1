#include "ui/shown.h"

#include <QCoreApplication>
#include <algorithm>
#include <set>

#include "core/export/command_words.h"
#include "core/model/intervention_text.h"
#include "ui/map_painting.h"
#include "ui/text.h"
#include "ui/what_if.h"

namespace filterlens {
namespace {

constexpr double kFlattestPicture = 0.4;  // height / width
constexpr double kTallestPicture = 1.6;
constexpr double kCanvasSide = 800;  // of a picture at the photo's size, for the width of its lines
constexpr int kHashDigits = 12;
constexpr auto kOutput = "filterlens-out";

QString say(const char* text) { return QCoreApplication::translate("Shown", text); }

QImage photoOf(const Shown& shown) {
  const Image& image = shown.photo->photo.image;
  return QImage(image.data(), image.width(), image.height(), image.bytesPerLine(),
                QImage::Format_RGB888);
}

ShownMap shownMapOf(const ShownPane& pane) {
  const bool ranks = pane.map->scale == HeatmapScale::Ranks;
  return {pane.map, pane.style, ranks ? 0 : pane.display.contours, pane.display.tokens};
}

/// The whole photo with a map's colours over it, in this size.
QImage drawn(const Shown& shown, const ShownPane& pane, const QSize& size) {
  const QImage photo = photoOf(shown);
  QImage picture =
      (photo.size() == size ? photo
                            : photo.scaled(size, Qt::IgnoreAspectRatio, Qt::SmoothTransformation))
          .convertToFormat(QImage::Format_RGB32);
  if (!pane.map) return picture;
  const PhotoRegion whole{
      {0, 0, double(photo.width()), double(photo.height())}, size.width(), size.height()};
  QPainter painter(&picture);
  painter.setOpacity(pane.style.opacity);
  painter.drawImage(0, 0, mapColours(shownMapOf(pane), shown.analysis->placement, whole));
  return picture;
}

/// Draws what lies over a map's colours into the place of the whole photo.
std::function<void(QPainter&, const QRectF&)> marksOn(const Shown& shown, const ShownPane& pane) {
  const QSizeF photo = photoOf(shown).size();
  return [photo, opacity = pane.style.opacity,
          marks = marksOf(shownMapOf(pane), shown.analysis->placement)](QPainter& painter,
                                                                        const QRectF& place) {
    const auto toPlace = QTransform::fromTranslate(place.x(), place.y())
                             .scale(place.width() / photo.width(), place.height() / photo.height());
    paintMarks(painter, marks, toPlace, opacity);
  };
}

FigurePanel panelOf(const Shown& shown, const ShownPane& pane, const QSize& size) {
  FigurePanel panel;
  panel.title = pane.title;
  panel.picture = drawn(shown, pane, size);
  if (!pane.map) return panel;
  panel.caption = QString::fromStdString(pane.map->note);
  panel.scale = FigureScale{pane.style.colormap, *pane.style.range};
  panel.marks = marksOn(shown, pane);
  return panel;
}

QString footerOf(const Shown& shown) {
  const QString program = QStringLiteral("FilterLens " FILTERLENS_VERSION);
  if (!shown.model || !shown.analysis) return program;
  const ModelInfo& info = shown.model->info();
  const QString made =
      say("%1 · %2 · %3 · sha256 %4 · target %5 · seed %6")
          .arg(program, fromUtf8(info.architecture->className), fileName(info.path),
               QString::fromStdString(info.sha256).left(kHashDigits),
               QString::fromStdString(info.className(shown.analysis->trace.targetClass)))
          .arg(shown.analysis->trace.seed);
  const QString changes =
      interventionsText(shown.analysis->trace.interventions, *info.architecture);
  return changes.isEmpty() ? made : say("%1 · what if: %2").arg(made, changes);
}

/// "Head: 3", for parameters that are not at their defaults.
QStringList chosenParameters(const Heatmap& map) {
  QStringList words;
  const Explainer* method = findExplainer(map.method);
  for (const ParameterSpec& spec : method->parameters) {
    const std::string id(spec.id);
    if (spec.isChoice()) {
      const auto found = map.parameters.choices().find(id);
      if (found == map.parameters.choices().end() || found->second == spec.choices.front())
        continue;
      words << say("%1: %2").arg(fromUtf8(spec.label).toLower(), fromUtf8(found->second));
    } else {
      const auto found = map.parameters.numbers().find(id);
      if (found == map.parameters.numbers().end() || found->second == spec.fallback) continue;
      words << say("%1: %2").arg(fromUtf8(spec.label).toLower(), numberText(found->second));
    }
  }
  return words;
}

void addParameters(CommandWords& words, const Heatmap& map, std::set<std::string>& said) {
  const Explainer* method = findExplainer(map.method);
  for (const ParameterSpec& spec : method->parameters) {
    const std::string id(spec.id);
    const std::string value =
        spec.isChoice() ? map.parameters.choice(id) : plainNumber(map.parameters.number(id));
    const std::string fallback =
        spec.isChoice() ? std::string(spec.choices.front()) : plainNumber(spec.fallback);
    const std::string assignment = map.method + "." + id + "=" + value;
    if (value != fallback && said.insert(assignment).second) words.add("--param", assignment);
  }
}

}  // namespace

Shown shownIn(const Session& session) {
  Shown shown{session.photo(),
              session.model(),
              session.analysis(),
              session.choices().display,
              session.choices().layout.columns,
              {}};
  for (const PaneSpec& spec : session.choices().layout.panes) {
    ShownPane pane{say("Photo"), nullptr, {}, session.displayOf(spec)};
    const MapResult* result = session.mapFor(spec);
    if (result && result->ok()) {
      pane.map = **result;
      pane.style = session.styleOf(spec, pane.map).overlay;
      pane.title = mapTitle(*pane.map, *session.modelInfo());
    }
    shown.panes.push_back(std::move(pane));
  }
  return shown;
}

Result<Shown> shownFor(const Shown& like, std::shared_ptr<const OpenedPhoto> photo,
                       std::shared_ptr<const Analysis> analysis, const Progress& progress) {
  Shown shown{std::move(photo), like.model, std::move(analysis), like.display, like.columns, {}};
  MapRanges ranges;
  for (const ShownPane& pane : like.panes) {
    ShownPane next = pane;
    if (pane.map) {
      const Explainer* method = findExplainer(pane.map->method);
      const int layer = pane.map->layer == "input"
                            ? kInputLayer
                            : shown.analysis->trace.findLayer(pane.map->layer);
      auto map =
          mapOf(*shown.model, *shown.analysis, *method, layer, pane.map->parameters, progress);
      if (!map) return map.error();
      next.map = *map;
      next.style = styleFor(next.map, pane.display, {}, ranges).overlay;
      next.title = mapTitle(**map, shown.model->info());
    }
    shown.panes.push_back(std::move(next));
  }
  return shown;
}

QString mapTitle(const Heatmap& map, const ModelInfo& info) {
  QStringList parts{fromUtf8(findExplainer(map.method)->label)};
  parts << blockLabel(*info.architecture, map.layer);
  if (map.targetClass >= 0) parts << QString::fromStdString(info.className(map.targetClass));
  return (parts + chosenParameters(map)).join(QStringLiteral(" · "));
}

QString provenance(const Heatmap& map, const ModelInfo& info, std::uint64_t seed) {
  const QStringList parameters = chosenParameters(map);
  return say("Made by %1 at %2%3, %4, with %5 (SHA-256 %6…), seed %7.")
      .arg(fromUtf8(findExplainer(map.method)->label), fromUtf8(map.layer),
           map.targetClass < 0
               ? QString()
               : say(" for class %1").arg(QString::fromStdString(info.className(map.targetClass))),
           parameters.isEmpty() ? say("all parameters at their defaults")
                                : parameters.join(QStringLiteral(", ")),
           fileName(info.path), QString::fromStdString(info.sha256).left(kHashDigits))
      .arg(seed);
}

QImage paneImage(const Shown& shown, const ShownPane& pane) {
  QImage picture = drawn(shown, pane, photoOf(shown).size());
  if (!pane.map) return picture;
  QPainter painter(&picture);
  const double scale = std::max(1.0, std::max(picture.width(), picture.height()) / kCanvasSide);
  painter.scale(scale, scale);
  marksOn(shown, pane)(painter, QRectF(QPointF(), QSizeF(picture.size()) / scale));
  return picture;
}

Figure gridFigure(const Shown& shown, double dotsPerInch) {
  const QSizeF photo = photoOf(shown).size();
  Figure figure;
  figure.title = fileName(shown.photo->path);
  if (shown.model) figure.detail = fromUtf8(shown.model->info().architecture->title);
  figure.footer = footerOf(shown);
  figure.pictureAspect =
      std::clamp(photo.height() / photo.width(), kFlattestPicture, kTallestPicture);
  const double width = kFigurePanelWidth * dotsPerInch / 72;
  const QSize size = photo.scaled(width, width * figure.pictureAspect, Qt::KeepAspectRatio)
                         .toSize()
                         .expandedTo({1, 1});
  for (std::size_t i = 0; i < shown.panes.size(); ++i) {
    if (i % static_cast<std::size_t>(shown.columns) == 0) figure.rows.emplace_back();
    figure.rows.back().panels.push_back(panelOf(shown, shown.panes[i], size));
  }
  return figure;
}

std::string explainCommand(const Shown& shown) {
  CommandWords words;
  words.add("filterlens");
  words.add("explain");
  words.addPath(shown.photo->path);
  words.add("--model");
  words.addPath(shown.model->info().path);
  words.add("--target", std::to_string(shown.analysis->trace.targetClass));
  std::set<std::string> methods;
  std::set<std::string> layers;
  std::set<std::string> parameters;
  for (const ShownPane& pane : shown.panes) {
    if (!pane.map) continue;
    if (methods.insert(pane.map->method).second) words.add("--method", pane.map->method);
    if (layers.insert(pane.map->layer).second) words.add("--layer", pane.map->layer);
    addParameters(words, *pane.map, parameters);
  }
  words.add("--seed", std::to_string(shown.analysis->trace.seed));
  for (const auto& [layer, change] : shown.analysis->trace.interventions) {
    words.add("--what-if", layer + ":" + settingsText(change));
  }
  if (!shown.display.colormap.empty()) words.add("--colormap", shown.display.colormap);
  words.add("--opacity", plainNumber(shown.display.opacity));
  if (shown.display.interpolation == Interpolation::Cells) words.add("--cells");
  words.add("--out");
  words.addPath(kOutput);
  return words.text();
}

}  // namespace filterlens
