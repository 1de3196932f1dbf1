#include "ui/choices_json.h"

#include <QJsonArray>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "core/model/intervention_text.h"
#include "ui/display_words.h"
#include "ui/text.h"

namespace filterlens {
namespace {

constexpr int kMostColumns = 8;
constexpr double kHighestPercentile = 49;
const QLatin1String kFirst("first");
const QLatin1String kSecond("second");
const QLatin1String kSplit("split");
const QLatin1String kDifference("difference");

constexpr std::array kRanges{std::pair{RangeChoice::Method, "method"},
                             std::pair{RangeChoice::Map, "map"},
                             std::pair{RangeChoice::Percentile, "percentile"}};

std::string textOf(const QJsonValue& value) { return value.toString().toStdString(); }

/// Words that are not known leave the value as it is.
template <class Names, class Value>
void read(const Names& names, const QJsonValue& json, Value& value) {
  value = valueOf(names, textOf(json)).value_or(value);
}

QJsonObject parametersJson(const Parameters& parameters) {
  QJsonObject json;
  for (const auto& [id, number] : parameters.numbers()) json[fromUtf8(id)] = number;
  for (const auto& [id, choice] : parameters.choices()) json[fromUtf8(id)] = fromUtf8(choice);
  return json;
}

Parameters parametersFrom(const QJsonObject& json) {
  Parameters parameters;
  for (auto member = json.begin(); member != json.end(); ++member) {
    const std::string id = member.key().toStdString();
    if (member->isDouble()) parameters.set(id, member->toDouble());
    if (member->isString()) parameters.set(id, std::string_view(textOf(*member)));
  }
  return parameters;
}

QJsonObject rangesJson(const std::map<std::string, ValueRange>& ranges) {
  QJsonObject json;
  for (const auto& [key, range] : ranges) {
    json[fromUtf8(key)] = QJsonObject{{QStringLiteral("low"), double{range.low}},
                                      {QStringLiteral("high"), double{range.high}}};
  }
  return json;
}

std::map<std::string, ValueRange> rangesFrom(const QJsonObject& json) {
  std::map<std::string, ValueRange> ranges;
  for (auto member = json.begin(); member != json.end(); ++member) {
    const QJsonObject ends = member->toObject();
    const ValueRange range{static_cast<float>(ends[QLatin1String("low")].toDouble()),
                           static_cast<float>(ends[QLatin1String("high")].toDouble())};
    const bool usable = std::isfinite(range.low) && std::isfinite(range.high);
    if (usable && range.low < range.high) ranges[member.key().toStdString()] = range;
  }
  return ranges;
}

QJsonObject displayJson(const DisplayChoices& display) {
  return {{QStringLiteral("colormap"), fromUtf8(display.colormap)},
          {QStringLiteral("opacity"), display.opacity},
          {QStringLiteral("interpolation"),
           QLatin1String(wordOf(kInterpolationWords, display.interpolation))},
          {QStringLiteral("range"), QLatin1String(wordOf(kRanges, display.range))},
          {QStringLiteral("percentile"), display.percentile},
          {QStringLiteral("fixedRanges"), rangesJson(display.fixedRanges)},
          {QStringLiteral("threshold"), display.threshold},
          {QStringLiteral("contours"), display.contours},
          {QStringLiteral("tokens"), QLatin1String(wordOf(kTokenWords, display.tokens))}};
}

double numberFrom(const QJsonValue& json, double fallback, double low, double high) {
  return std::clamp(json.toDouble(fallback), low, high);
}

DisplayChoices displayFrom(const QJsonObject& json) {
  DisplayChoices display;
  display.colormap = textOf(json[QLatin1String("colormap")]);
  display.opacity = numberFrom(json[QLatin1String("opacity")], display.opacity, 0, 1);
  read(kInterpolationWords, json[QLatin1String("interpolation")], display.interpolation);
  // Files of the first version say only whether ranges are shared.
  if (!json[QLatin1String("sharedRange")].toBool(true)) display.range = RangeChoice::Map;
  read(kRanges, json[QLatin1String("range")], display.range);
  display.percentile =
      numberFrom(json[QLatin1String("percentile")], display.percentile, 0, kHighestPercentile);
  display.fixedRanges = rangesFrom(json[QLatin1String("fixedRanges")].toObject());
  display.threshold = numberFrom(json[QLatin1String("threshold")], display.threshold, 0, 1);
  display.contours = std::clamp(json[QLatin1String("contours")].toInt(), 0, kMostContours);
  read(kTokenWords, json[QLatin1String("tokens")], display.tokens);
  return display;
}

QJsonObject viewJson(const PaneView& view) {
  return {{QStringLiteral("follows"), view.follows},
          {QStringLiteral("x"), view.x},
          {QStringLiteral("y"), view.y},
          {QStringLiteral("zoom"), view.zoom}};
}

PaneView viewFrom(const QJsonObject& json) {
  PaneView view;
  view.follows = json[QLatin1String("follows")].toBool();
  view.x = json[QLatin1String("x")].toDouble(view.x);
  view.y = json[QLatin1String("y")].toDouble(view.y);
  const double zoom = json[QLatin1String("zoom")].toDouble(view.zoom);
  if (zoom > 0) view.zoom = zoom;
  return view;
}

QJsonObject paneJson(const PaneSpec& pane) {
  QJsonObject json{{QStringLiteral("method"), fromUtf8(pane.method)},
                   {QStringLiteral("layer"), fromUtf8(pane.layer)},
                   {QStringLiteral("parameters"), parametersJson(pane.parameters)}};
  if (pane.display) json[QLatin1String("display")] = displayJson(*pane.display);
  if (pane.view) json[QLatin1String("view")] = viewJson(*pane.view);
  return json;
}

PaneSpec paneFrom(const QJsonObject& json) {
  PaneSpec pane;
  pane.method = json[QLatin1String("method")].toString(fromUtf8(kPhotoMethod)).toStdString();
  pane.layer = textOf(json[QLatin1String("layer")]);
  pane.parameters = parametersFrom(json[QLatin1String("parameters")].toObject());
  const QJsonValue display = json[QLatin1String("display")];
  if (display.isObject()) pane.display = displayFrom(display.toObject());
  const QJsonValue view = json[QLatin1String("view")];
  if (view.isObject()) pane.view = viewFrom(view.toObject());
  return pane;
}

QJsonObject comparedJson(const ComparedPane& compared) {
  const bool second = compared.model == ModelSlot::Second;
  return {{QStringLiteral("pane"), paneJson(compared.pane)},
          {QStringLiteral("model"), second ? kSecond : kFirst}};
}

ComparedPane comparedFrom(const QJsonObject& json) {
  const bool second = json[QLatin1String("model")].toString() == kSecond;
  return {paneFrom(json[QLatin1String("pane")].toObject()),
          second ? ModelSlot::Second : ModelSlot::First};
}

QJsonObject comparisonJson(const Comparison& comparison) {
  const bool difference = comparison.mode == CompareMode::Difference;
  return {{QStringLiteral("first"), comparedJson(comparison.first)},
          {QStringLiteral("second"), comparedJson(comparison.second)},
          {QStringLiteral("mode"), difference ? kDifference : kSplit}};
}

std::optional<Comparison> comparisonFrom(const QJsonValue& value) {
  if (!value.isObject()) return std::nullopt;
  const QJsonObject json = value.toObject();
  const bool difference = json[QLatin1String("mode")].toString() == kDifference;
  return Comparison{comparedFrom(json[QLatin1String("first")].toObject()),
                    comparedFrom(json[QLatin1String("second")].toObject()),
                    difference ? CompareMode::Difference : CompareMode::Split};
}

constexpr std::array kLayerMaps{std::pair(LayerMap::Mask, "mask"),
                                std::pair(LayerMap::Response, "response"),
                                std::pair(LayerMap::Output, "output")};

QString layerMapText(LayerMap map) {
  for (const auto& [each, text] : kLayerMaps) {
    if (each == map) return QLatin1String(text);
  }
  return {};
}

LayerMap layerMapFrom(const QJsonValue& json) {
  for (const auto& [each, text] : kLayerMaps) {
    if (json.toString() == QLatin1String(text)) return each;
  }
  return LayerMap::Mask;
}

QJsonObject inspectedJson(const InspectedCell& inspected) {
  return {{QStringLiteral("layer"), fromUtf8(inspected.layer)},
          {QStringLiteral("cell"), inspected.cell}};
}

std::optional<InspectedCell> inspectedFrom(const QJsonObject& json) {
  InspectedCell inspected{textOf(json[QLatin1String("layer")]),
                          json[QLatin1String("cell")].toInt(-1)};
  if (inspected.layer.empty() || inspected.cell < 0) return std::nullopt;
  return inspected;
}

/// {"k": "64", "in": "12-14+40"}: a member for each setting of the command line.
QJsonObject interventionJson(const Intervention& change) {
  QJsonObject json;
  const QString text = fromUtf8(settingsText(change));
  for (const QString& setting : text.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
    const auto equals = setting.indexOf(QLatin1Char('='));
    json[setting.left(equals)] = setting.mid(equals + 1);
  }
  return json;
}

QJsonObject whatIfJson(const Interventions& all) {
  QJsonObject json;
  for (const auto& [layer, change] : all) json[fromUtf8(layer)] = interventionJson(change);
  return json;
}

/// Without settings that cannot be read.
Interventions whatIfFrom(const QJsonObject& json) {
  Interventions all;
  for (auto layer = json.begin(); layer != json.end(); ++layer) {
    Intervention change;
    const QJsonObject settings = layer->toObject();
    for (auto setting = settings.begin(); setting != settings.end(); ++setting) {
      Intervention next = change;
      const std::string text = setting.key().toStdString() + "=" + textOf(*setting);
      if (addSettings(text, next)) change = std::move(next);
    }
    all[layer.key().toStdString()] = std::move(change);
  }
  return withoutIdle(std::move(all));
}

using Leaves = std::map<QString, QJsonValue>;

/// What a value holds, member by member, by its path.
void collect(const QString& path, const QJsonValue& value, Leaves& leaves) {
  if (value.isObject()) {
    const QJsonObject object = value.toObject();
    for (auto member = object.begin(); member != object.end(); ++member) {
      collect(path.isEmpty() ? member.key() : path + QLatin1Char('.') + member.key(), *member,
              leaves);
    }
  } else if (value.isArray()) {
    const QJsonArray array = value.toArray();
    for (qsizetype i = 0; i < array.size(); ++i) {
      collect(path + QStringLiteral(".%1").arg(i), array.at(i), leaves);
    }
  } else {
    leaves.emplace(path, value);
  }
}

Leaves leavesOf(const Choices& choices) {
  Leaves leaves;
  collect({}, choicesJson(choices), leaves);
  return leaves;
}

}  // namespace

QJsonObject layoutJson(const PaneLayout& layout) {
  QJsonArray panes;
  for (const PaneSpec& pane : layout.panes) panes.append(paneJson(pane));
  QJsonObject json{{QStringLiteral("panes"), panes}, {QStringLiteral("columns"), layout.columns}};
  if (layout.alone) json[QLatin1String("alone")] = *layout.alone;
  return json;
}

PaneLayout layoutFrom(const QJsonObject& json) {
  PaneLayout layout;
  for (const QJsonValue pane : json[QLatin1String("panes")].toArray()) {
    if (layout.panes.size() < kMostPanes) layout.panes.push_back(paneFrom(pane.toObject()));
  }
  if (layout.panes.empty()) layout.panes.push_back({std::string(kPhotoMethod), {}});
  layout.columns = std::clamp(json[QLatin1String("columns")].toInt(1), 1, kMostColumns);
  const int alone = json[QLatin1String("alone")].toInt(-1);
  if (alone >= 0 && alone < static_cast<int>(layout.panes.size())) layout.alone = alone;
  return layout;
}

QJsonObject choicesJson(const Choices& choices) {
  QJsonObject json{{QStringLiteral("layout"), layoutJson(choices.layout)},
                   {QStringLiteral("layer"), fromUtf8(choices.layer)},
                   {QStringLiteral("display"), displayJson(choices.display)},
                   {QStringLiteral("layerMap"), layerMapText(choices.layerMap)},
                   {QStringLiteral("unsureBelow"), choices.unsureBelow}};
  if (choices.inspected) json[QLatin1String("inspected")] = inspectedJson(*choices.inspected);
  if (choices.target) json[QLatin1String("target")] = *choices.target;
  if (choices.comparison) json[QLatin1String("comparison")] = comparisonJson(*choices.comparison);
  json[QLatin1String("whatIf")] = whatIfJson(choices.whatIf);
  return json;
}

Choices choicesFrom(const QJsonObject& json) {
  Choices choices;
  choices.layout = layoutFrom(json[QLatin1String("layout")].toObject());
  choices.layer = textOf(json[QLatin1String("layer")]);
  const int target = json[QLatin1String("target")].toInt(-1);
  if (target >= 0) choices.target = target;
  choices.display = displayFrom(json[QLatin1String("display")].toObject());
  choices.comparison = comparisonFrom(json[QLatin1String("comparison")]);
  choices.layerMap = layerMapFrom(json[QLatin1String("layerMap")]);
  choices.inspected = inspectedFrom(json[QLatin1String("inspected")].toObject());
  choices.unsureBelow =
      std::clamp(json[QLatin1String("unsureBelow")].toDouble(choices.unsureBelow), 0.0, 1.0);
  choices.whatIf = whatIfFrom(json[QLatin1String("whatIf")].toObject());
  return choices;
}

QStringList differences(const Choices& a, const Choices& b) {
  const Leaves left = leavesOf(a);
  const Leaves right = leavesOf(b);
  QStringList paths;
  for (const auto& [path, value] : left) {
    const auto other = right.find(path);
    if (other == right.end() || other->second != value) paths << path;
  }
  for (const auto& [path, value] : right) {
    if (!left.contains(path)) paths << path;
  }
  return paths;
}

}  // namespace filterlens
