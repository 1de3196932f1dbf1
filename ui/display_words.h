// Words and limits of how maps are drawn, the same in session files and on command lines.
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "ui/choices.h"

namespace filterlens {

inline constexpr int kMostContours = 9;

inline constexpr std::array kTokenWords{
    std::pair{TokenMarks::Colours, "colours"}, std::pair{TokenMarks::Outlines, "outlines"},
    std::pair{TokenMarks::Dots, "dots"}, std::pair{TokenMarks::Dimmed, "dimmed"},
    std::pair{TokenMarks::Numbers, "numbers"}};

inline constexpr std::array kInterpolationWords{std::pair{Interpolation::Smooth, "smooth"},
                                                std::pair{Interpolation::Cells, "cells"}};

/// The word of a value in one of these tables, which hold every value.
template <class Words, class Value>
constexpr const char* wordOf(const Words& words, Value value) {
  for (const auto& [named, word] : words) {
    if (named == value) return word;
  }
  return "";
}

/// The value of a word in one of these tables.
template <class Words>
auto valueOf(const Words& words, std::string_view word) {
  std::optional<decltype(words.front().first)> value;
  for (const auto& [named, name] : words) {
    if (word == name) value = named;
  }
  return value;
}

}  // namespace filterlens
