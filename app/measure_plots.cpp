#include "app/measure_plots.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "core/explain/explainer.h"

namespace filterlens {
namespace {

/// Printed with one decimal: positions in a drawing.
std::string at(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

std::string textAt(double x, double y, const std::string& anchor, const std::string& text,
                   const std::string& more = {}) {
  return "<text x='" + at(x) + "' y='" + at(y) + "' text-anchor='" + anchor + "'" + more + ">" +
         escaped(text) + "</text>";
}

std::string line(double x1, double y1, double x2, double y2, const std::string& style) {
  return "<line x1='" + at(x1) + "' y1='" + at(y1) + "' x2='" + at(x2) + "' y2='" + at(y2) +
         "' class='" + style + "'/>";
}

std::string drawing(double width, double height, const std::string& title,
                    const std::string& content) {
  return "<svg viewBox='0 0 " + at(width) + " " + at(height) + "' width='" + at(width) +
         "' role='img' aria-label='" + escaped(title) + "'><title>" + escaped(title) + "</title>" +
         content + "</svg>";
}

/// A straight scale with round marks.
class Axis {
 public:
  Axis(double low, double high, double from, double to)
      : low_(low), high_(high > low ? high : low + 1), from_(from), to_(to) {
    const double rough = (high_ - low_) / 4;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    step_ = power * (rough / power < 1.5   ? 1
                     : rough / power < 3.5 ? 2
                     : rough / power < 7.5 ? 5
                                           : 10);
  }
  [[nodiscard]] double operator()(double value) const {
    return from_ + (value - low_) / (high_ - low_) * (to_ - from_);
  }
  [[nodiscard]] std::vector<double> marks() const {
    std::vector<double> marks;
    for (double i = std::ceil(low_ / step_ - 1e-9); i * step_ <= high_ + 1e-9 * step_; ++i) {
      marks.push_back(i * step_ + 0.0);
    }
    return marks;
  }

 private:
  double low_;
  double high_;
  double from_;
  double to_;
  double step_ = 1;
};

constexpr double kLabels = 300;  // width of the names beside a plot
constexpr double kRow = 19;

std::vector<const MeasureRow*> rowsOf(std::string_view measure,
                                      const std::vector<MeasureRow>& rows) {
  std::vector<const MeasureRow*> found;
  for (const auto& row : rows) {
    if (row.measure == measure && std::isfinite(row.value.mean)) found.push_back(&row);
  }
  return found;
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '&':
        result += "&amp;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

bool isBaseline(const MeasureRow& row) { return findExplainer(row.method) == nullptr; }

std::string rowLabel(const MeasureRow& row) {
  const auto* method = findExplainer(row.method);
  return (method ? std::string(method->label) + ", " + row.layer : row.method + " map");
}

std::string intervalPlot(std::string_view measure, const std::vector<MeasureRow>& rows) {
  const auto found = rowsOf(measure, rows);
  if (found.size() < 2) return {};
  double low = 0;
  double high = 0;
  for (const auto* row : found) {
    low = std::min(low, row->value.low);
    high = std::max(high, row->value.high);
  }
  constexpr double kWidth = 570;
  constexpr double kTop = 26;
  const Axis x(low, high, kLabels, kWidth - 14);
  const double bottom = kTop + kRow * static_cast<double>(found.size());
  const auto& spec = *findMeasure(measure);
  const auto title = std::string(spec.label) + (spec.better == Better::High  ? " (high is good)"
                                                : spec.better == Better::Low ? " (low is good)"
                                                                             : "");
  std::string content = textAt(0, 13, "start", title, " class='head'");
  for (const double mark : x.marks()) {
    content += line(x(mark), kTop - 4, x(mark), bottom, "grid");
    content += textAt(x(mark), bottom + 14, "middle", number(mark));
  }
  for (const auto* row : found) {
    if (row->method == "random") {
      content += line(x(row->value.mean), kTop - 4, x(row->value.mean), bottom, "chance");
    }
  }
  double y = kTop + kRow / 2;
  for (const auto* row : found) {
    const std::string style = isBaseline(*row) ? "base" : "data";
    content += textAt(kLabels - 8, y + 4, "end", rowLabel(*row));
    content += line(x(row->value.low), y, x(row->value.high), y, style);
    content += "<circle cx='" + at(x(row->value.mean)) + "' cy='" + at(y) + "' r='4' class='" +
               style + "'><title>" + number(row->value.mean) + " [" + number(row->value.low) +
               ", " + number(row->value.high) + "]</title></circle>";
    y += kRow;
  }
  return drawing(kWidth, bottom + 20, title, content);
}

std::string curvePlot(std::string_view measure, const std::vector<MeasureRow>& rows) {
  const auto prefix = std::string(measure) + "@";
  std::vector<std::string> points;
  std::vector<const MeasureRow*> maps;  // the first row of each
  for (const auto& row : rows) {
    if (!row.measure.starts_with(prefix)) continue;
    const auto point = row.measure.substr(prefix.size());
    if (std::find(points.begin(), points.end(), point) == points.end()) points.push_back(point);
    const bool known = std::any_of(maps.begin(), maps.end(), [&](const MeasureRow* map) {
      return map->method == row.method && map->layer == row.layer;
    });
    if (!known) maps.push_back(&row);
  }
  if (points.empty()) return {};
  double low = 0;
  for (const auto& row : rows) {
    if (row.measure.starts_with(prefix)) low = std::min(low, row.value.mean);
  }
  constexpr double kLeft = 44;
  constexpr double kRight = 520;
  constexpr double kTop = 26;
  constexpr double kBottom = 250;
  constexpr double kUnder = 150;  // of the names of the stages, which stand upright
  constexpr std::size_t kColours = 8;
  const Axis y(low, 1, kBottom, kTop);
  const Axis x(0, std::max<double>(1, static_cast<double>(points.size())), kLeft, kRight);
  const std::string title = measure == "reinit_rank"
                                ? "Rank correlation with the trained network's map"
                                : "SSIM with the trained network's map";
  std::string content = textAt(0, 13, "start", title, " class='head'");
  for (const double mark : y.marks()) {
    content += line(kLeft, y(mark), kRight, y(mark), "grid");
    content += textAt(kLeft - 6, y(mark) + 4, "end", number(mark));
  }
  const auto addPoint = [&](double i, const std::string& name) {
    content += "<text transform='translate(" + at(x(i) + 4) + " " + at(kBottom + 10) +
               ") rotate(-60)' text-anchor='end'>" + escaped(name) + "</text>";
  };
  addPoint(0, "trained");
  for (std::size_t i = 0; i < points.size(); ++i) addPoint(static_cast<double>(i + 1), points[i]);
  double legend = kTop + 6;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    const auto style =
        "curve c" + std::to_string(i % kColours) + (i / kColours % 2 == 1 ? " dashed" : "");
    std::string path = at(x(0)) + "," + at(y(1));
    for (std::size_t point = 0; point < points.size(); ++point) {
      const auto found = std::find_if(rows.begin(), rows.end(), [&](const MeasureRow& row) {
        return row.measure == prefix + points[point] && row.method == maps[i]->method &&
               row.layer == maps[i]->layer;
      });
      if (found == rows.end() || !std::isfinite(found->value.mean)) continue;
      path += " " + at(x(static_cast<double>(point + 1))) + "," + at(y(found->value.mean));
    }
    content += "<polyline points='" + path + "' class='" + style + "'/>";
    content += line(kRight + 16, legend, kRight + 40, legend, style);
    content += textAt(kRight + 46, legend + 4, "start", rowLabel(*maps[i]));
    legend += kRow;
  }
  return drawing(kRight + 46 + kLabels, std::max(kBottom + kUnder, legend), title, content);
}

std::string selectionPlot(const std::vector<MeasureRow>& rows) {
  constexpr std::array<std::pair<const char*, const char*>, 4> kBars{
      {{"probability_own", "own K"},
       {"probability_next", "next K"},
       {"probability_random", "random K"},
       {"probability_bottom", "bottom K"}}};
  const auto own = rowsOf("probability_own", rows);
  if (own.empty()) return {};
  constexpr double kWidth = 570;
  constexpr double kTop = 26;
  constexpr double kBar = 12;
  constexpr double kGroup = 4 * kBar + 14;
  const double bottom = kTop + kGroup * static_cast<double>(own.size());
  const Axis x(0, 1, kLabels, kWidth - 14);
  const std::string title = "Probability of the class with other cells selected";
  std::string content = textAt(0, 13, "start", title, " class='head'");
  for (const double mark : x.marks()) {
    content += line(x(mark), kTop - 4, x(mark), bottom, "grid");
    content += textAt(x(mark), bottom + 14, "middle", number(mark));
  }
  double top = kTop;
  for (const auto* layer : own) {
    content += textAt(kLabels - 70, top + 2 * kBar + 4, "end",
                      layer->layer == kAllFilterLayers ? "all at once" : layer->layer);
    for (std::size_t i = 0; i < kBars.size(); ++i) {
      for (const auto* row : rowsOf(kBars.at(i).first, rows)) {
        if (row->layer != layer->layer) continue;
        const double y = top + kBar * static_cast<double>(i);
        content += textAt(kLabels - 6, y + 10, "end", kBars.at(i).second, " class='small'");
        content += "<rect x='" + at(kLabels) + "' y='" + at(y + 1) + "' width='" +
                   at(std::max(0.0, x(row->value.mean) - kLabels)) + "' height='" + at(kBar - 2) +
                   "' class='" + (i == 0 ? "data" : "base") + "'><title>" +
                   number(row->value.mean) + "</title></rect>";
        content += line(x(row->value.low), y + kBar / 2, x(row->value.high), y + kBar / 2, "range");
      }
    }
    top += kGroup;
  }
  return drawing(kWidth, bottom + 20, title, content);
}

}  // namespace filterlens
