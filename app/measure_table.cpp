#include "app/measure_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace filterlens {
namespace {

/// What others are compared with; its own spread says little.
bool isBare(std::string_view measure) {
  return measure == "blank" || measure == "cells_in_boxes" || measure.ends_with("_by_chance") ||
         measure.starts_with("probability_");
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

/// Without spaces at the end.
std::string trimmed(std::string line) {
  line.resize(line.find_last_not_of(' ') + 1);
  return line;
}

std::string cell(const MeanInterval& value, bool bare) {
  std::array<char, 64> text{};
  if (bare) {
    std::snprintf(text.data(), text.size(), "%.3f", value.mean);
  } else {
    std::snprintf(text.data(), text.size(), "%.3f [%.3f, %.3f]", value.mean, value.low, value.high);
  }
  return text.data();
}

using Specs = std::vector<const MeasureSpec*>;

std::size_t width(const MeasureSpec& spec) {
  constexpr std::size_t kBare = 6;
  constexpr std::size_t kWithInterval = 23;
  return std::max(isBare(spec.id) ? kBare : kWithInterval, spec.label.size()) + 2;
}

/// "importance  leaky_att_network.1": what a line of a table is of.
struct Line {
  std::string method;
  std::string layer;
  bool operator==(const Line&) const = default;
};

std::string start(const Line& line) {
  constexpr std::size_t kWidth = 21;
  return padded(line.method, kWidth) + padded(line.layer, kWidth);
}

std::string textOf(const Line& line, const Specs& specs, const std::vector<MeasureRow>& rows) {
  std::string text = start(line);
  for (const auto* spec : specs) {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const MeasureRow& row) {
      return row.measure == spec->id && Line{row.method, row.layer} == line;
    });
    text += padded(found == rows.end() ? "-" : cell(found->value, isBare(spec->id)), width(*spec));
  }
  return trimmed(std::move(text));
}

Specs specsOf(MeasureFamily family) {
  Specs specs;
  for (const auto& spec : measureSpecs()) {
    if (spec.family == family) specs.push_back(&spec);
  }
  return specs;
}

std::vector<Line> linesOf(MeasureFamily family, const std::vector<MeasureRow>& rows) {
  std::vector<Line> lines;
  for (const auto& row : rows) {
    const auto* spec = isPointOfCurve(row.measure) ? nullptr : findMeasure(row.measure);
    const Line line{row.method, row.layer};
    const bool known = std::find(lines.begin(), lines.end(), line) != lines.end();
    if (spec && spec->family == family && !known) lines.push_back(line);
  }
  return lines;
}

std::string table(const MeasureFamilySpec& family, const std::vector<MeasureRow>& rows) {
  const auto lines = linesOf(family.family, rows);
  if (lines.empty()) return {};
  const auto specs = specsOf(family.family);
  std::string head = start({"method", "layer"});
  for (const auto* spec : specs) head += padded(std::string(spec->label), width(*spec));
  std::string text = "\n" + std::string(family.title) + "\n" + trimmed(std::move(head)) + "\n";
  for (const auto& line : lines) text += textOf(line, specs, rows) + "\n";
  return text;
}

/// Whether the model gets none of the photos right: then only tables over all of them say anything.
bool showsAll(const MeasureSummary& summary) { return summary.main.empty(); }

}  // namespace

std::string measureHeading(const MeasureSummary& summary) {
  std::string text = std::to_string(summary.photos) + (summary.photos == 1 ? " photo" : " photos");
  if (summary.labelled == 0) {
    text += "; nobody said what they show, so the most probable class is measured";
  } else {
    text += "; the model gets " + std::to_string(summary.right) + " of the " +
            std::to_string(summary.labelled) + " of known class right";
  }
  if (showsAll(summary)) {
    text += ", so the tables are over all photos";
  } else if (summary.right < summary.labelled) {
    text += ", and the tables are without the others (measures.csv has both)";
  }
  return text + ".\nMeans over photos, with 95 % bootstrap intervals.\n";
}

std::string measureTables(const MeasureSummary& summary) {
  std::string text = measureHeading(summary);
  const auto& rows = showsAll(summary) ? summary.all : summary.main;
  for (const auto& family : measureFamilies()) text += table(family, rows);
  if (!summary.notes.empty()) text += "\nNotes\n";
  for (const auto& note : summary.notes) text += note + "\n";
  return text;
}

}  // namespace filterlens
