#include "app/measure_report.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "app/measure_plots.h"
#include "app/measure_table.h"

namespace filterlens {
namespace {

using Json = nlohmann::json;

constexpr auto kStyle = R"(
:root { color-scheme: light dark; --back: #ffffff; --text: #1d2126; --soft: #5d6670; --line: #d8dde3;
  --head: #f3f5f7; --data: #0072b2; --base: #7b858f; --chance: #b4472b;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #56b4e9; --c5: #b08a00;
  --c6: #1d2126; --c7: #8a6d5c; }
@media (prefers-color-scheme: dark) { :root { --back: #16191d; --text: #e4e8ec; --soft: #9aa5b0;
  --line: #343b43; --head: #1f242a; --data: #56b4e9; --base: #8b96a1; --chance: #ff9a7a;
  --c0: #56b4e9; --c1: #ff8c42; --c2: #2fd0a0; --c3: #e89ac7; --c4: #9fd3f5; --c5: #f0e442;
  --c6: #e4e8ec; --c7: #c9a995; } }
body { margin: 0 auto; padding: 24px; max-width: 1180px; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; } h2 { font-size: 19px; margin: 36px 0 8px; }
p, li { max-width: 80ch; } .soft { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { padding: 3px 12px 3px 0; text-align: right; white-space: nowrap;
  border-bottom: 1px solid var(--line); }
th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; }
th { background: var(--head); vertical-align: bottom; padding-left: 6px; }
td { padding-left: 6px; } tr.base td { color: var(--soft); }
th button { all: unset; cursor: pointer; font-weight: 600; }
th button:focus-visible { outline: 2px solid var(--data); }
th[aria-sort=ascending] button::after { content: " \2191"; }
th[aria-sort=descending] button::after { content: " \2193"; }
td small, th small { display: block; color: var(--soft); font-weight: 400; }
dl { font-size: 13px; display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; }
dt { font-weight: 600; } dd { margin: 0; max-width: 90ch; }
details { margin: 6px 0 14px; }
.plots { display: flex; flex-wrap: wrap; gap: 24px 32px; }
svg { max-width: 100%; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--text); }
svg text.head { font-weight: 600; font-size: 13px; } svg text.small { font-size: 10px; fill: var(--soft); }
line.grid { stroke: var(--line); } line.chance { stroke: var(--chance); stroke-dasharray: 4 3; }
line.data { stroke: var(--data); stroke-width: 2; } line.base { stroke: var(--base); stroke-width: 2; }
line.range { stroke: var(--text); } circle.data, rect.data { fill: var(--data); }
circle.base, rect.base { fill: var(--base); }
.curve { fill: none; stroke-width: 2; } .dashed { stroke-dasharray: 6 3; }
.c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
.c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); } .c6 { stroke: var(--c6); } .c7 { stroke: var(--c7); }
.example { display: flex; flex-wrap: wrap; gap: 10px; margin: 4px 0 20px; }
figure { margin: 0; width: 150px; } figure img { width: 150px; height: auto; display: block; }
figcaption { font-size: 12px; color: var(--soft); overflow-wrap: anywhere; }
)";

// Sorts a table by the column whose head is pressed; numbers by their value, texts by the alphabet.
constexpr auto kScript = R"(
for (const button of document.querySelectorAll("th button")) button.onclick = () => {
  const head = button.closest("th"), body = head.closest("table").tBodies[0];
  const column = head.cellIndex, up = head.getAttribute("aria-sort") === "descending";
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const key = row => row.cells[column].dataset.v ?? row.cells[column].textContent;
  const order = (a, b) => a === "" || b === "" ? (a === "") - (b === "")
    : (isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b) * (up ? 1 : -1);
  body.append(...[...body.rows].sort((a, b) => order(key(a), key(b))));
};
)";

std::string formatted(const char* format, double value) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

std::string element(const std::string& name, const std::string& content) {
  return "<" + name + ">" + content + "</" + name + ">";
}

std::string cell(const MeasureRow* row) {
  if (!row || !std::isfinite(row->value.mean)) return "<td data-v=''>–</td>";
  const auto& value = row->value;
  return "<td data-v='" + formatted("%.9g", value.mean) + "'>" + formatted("%.3f", value.mean) +
         "<small>" + formatted("%.3f", value.low) + " to " + formatted("%.3f", value.high) +
         "</small></td>";
}

std::string headCell(const std::string& label, const std::string& hint,
                     const std::string& help = {}) {
  return "<th scope='col' title='" + escaped(help) + "'><button type='button'>" + escaped(label) +
         "</button>" + (hint.empty() ? "" : "<small>" + hint + "</small>") + "</th>";
}

std::string hintOf(Better better) {
  return better == Better::High ? "high is good" : better == Better::Low ? "low is good" : "&nbsp;";
}

/// The measures of a family that some row has.
std::vector<const MeasureSpec*> columnsOf(MeasureFamily family,
                                          const std::vector<MeasureRow>& rows) {
  std::vector<const MeasureSpec*> columns;
  for (const auto& spec : measureSpecs()) {
    const bool used = std::any_of(rows.begin(), rows.end(),
                                  [&](const MeasureRow& row) { return row.measure == spec.id; });
    if (spec.family == family && used) columns.push_back(&spec);
  }
  return columns;
}

std::string tableRow(const MeasureRow& of, const std::vector<const MeasureSpec*>& columns,
                     const std::vector<MeasureRow>& rows) {
  const auto label = rowLabel(of);
  std::string text = isBaseline(of) ? "<tr class='base'>" : "<tr>";
  text += element("td", escaped(isBaseline(of) ? label : label.substr(0, label.rfind(", "))));
  text += element("td", escaped(of.layer));
  for (const auto* column : columns) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const MeasureRow& row) {
      return row.measure == column->id && row.method == of.method && row.layer == of.layer;
    });
    text += cell(found == rows.end() ? nullptr : &*found);
  }
  return text + "</tr>\n";
}

std::string familyTable(const MeasureFamilySpec& family, const std::vector<MeasureRow>& rows) {
  const auto columns = columnsOf(family.family, rows);
  if (columns.empty()) return {};
  std::string head = headCell("Map", "&nbsp;") + headCell("Layer", "&nbsp;");
  std::string help;
  for (const auto* column : columns) {
    head += headCell(std::string(column->label), hintOf(column->better), std::string(column->help));
    help += element("dt", escaped(column->label)) + element("dd", escaped(column->help));
  }
  std::string body;
  std::vector<const MeasureRow*> maps;  // a row of each
  for (const auto& row : rows) {
    const auto* spec = isPointOfCurve(row.measure) ? nullptr : findMeasure(row.measure);
    const bool known = std::any_of(maps.begin(), maps.end(), [&](const MeasureRow* map) {
      return map->method == row.method && map->layer == row.layer;
    });
    if (!spec || spec->family != family.family || known) continue;
    maps.push_back(&row);
    body += tableRow(row, columns, rows);
  }
  return element("h2", escaped(family.title)) + "\n<div class='wide'><table><thead><tr>" + head +
         "</tr></thead><tbody>\n" + body + "</tbody></table></div>\n" +
         "<details><summary>What the columns say</summary>" + element("dl", help) + "</details>\n";
}

std::string plotsOf(MeasureFamily family, const std::vector<MeasureRow>& rows) {
  using enum MeasureFamily;
  std::string plots;
  if (family == Faithfulness) plots += selectionPlot(rows);
  if (family == Randomisation) {
    plots += curvePlot("reinit_rank", rows) + curvePlot("reinit_ssim", rows);
  }
  for (const auto* measure : {"pointing", "energy_above_floor", "overlap", "deletion", "insertion",
                              "road", "average_drop", "fidelity", "max_sensitivity", "gini"}) {
    if (findMeasure(measure)->family == family) plots += intervalPlot(measure, rows);
  }
  return plots.empty() ? "" : "<div class='plots'>" + plots + "</div>\n";
}

std::string exampleSection(const std::vector<MeasureExample>& examples) {
  if (examples.empty()) return {};
  std::string text = element("h2", "Some of the photos") +
                     "<p class='soft'>Drawn by chance, each with one map of every method, in the "
                     "method's own scale.</p>\n";
  for (const auto& example : examples) {
    text += "<p><b>" + escaped(example.file) + "</b> <span class='soft'>" +
            escaped(example.caption) + "</span></p><div class='example'>\n";
    for (const auto& [caption, png] : example.tiles) {
      text += "<figure><img alt='" + escaped(caption) + "' src='data:image/png;base64," + png +
              "'><figcaption>" + escaped(caption) + "</figcaption></figure>\n";
    }
    text += "</div>\n";
  }
  return text;
}

std::string listOf(const Json& sentences) {
  std::string items;
  for (const auto& sentence : sentences) {
    items += element("li", escaped(sentence.get<std::string>()));
  }
  return element("ul", items);
}

std::string modelLine(const Json& settings) {
  const auto& model = settings["model"];
  return "Network " + escaped(model["architecture"].get<std::string>()) + ", model file SHA-256 " +
         escaped(model["sha256"].get<std::string>().substr(0, 16)) + "…; FilterLens " +
         escaped(settings["program"]["version"].get<std::string>()) + ".";
}

}  // namespace

std::string measureReport(const MeasureSummary& summary, const std::string& settings,
                          const std::vector<MeasureExample>& examples) {
  const auto json = Json::parse(settings);
  const auto& rows = summary.main.empty() ? summary.all : summary.main;
  std::string page =
      "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>\n"
      "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
      "<title>How far these maps can be believed</title>\n<style>" +
      std::string(kStyle) + "</style></head><body>\n";
  page += element("h1", "How far these maps can be believed");
  page += element("p", escaped(measureHeading(summary)));
  page += "<p class='soft'>" + modelLine(json) + "</p>\n";
  page +=
      element("p",
              "What a map does not beat, it does not show: compare every row with the random map, "
              "the map of the middle and the filter masks. Press a column's head to sort by it. "
              "The dashed line in a plot is the random map.");
  for (const auto& family : measureFamilies()) {
    const auto table = familyTable(family, rows);
    if (!table.empty()) page += table + plotsOf(family.family, rows);
  }
  page += exampleSection(examples);
  page += element("h2", "How it was measured") + listOf(json["protocol"]);
  if (!summary.notes.empty()) page += element("h2", "Notes") + listOf(Json(summary.notes));
  return page + "<script>" + kScript + "</script>\n</body></html>\n";
}

}  // namespace filterlens
