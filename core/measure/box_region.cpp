#include "core/measure/box_region.h"

#include <algorithm>

namespace filterlens {
namespace {

/// Sorted, each once.
std::vector<double> horizontalEdges(std::span<const RectF> boxes) {
  std::vector<double> edges;
  for (const auto& box : boxes) {
    edges.push_back(box.y);
    edges.push_back(box.y + box.height);
  }
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

/// What the boxes cover between two heights where no box begins or ends: side by side, from the
/// left.
std::vector<RectF> strip(std::span<const RectF> boxes, double top, double bottom) {
  std::vector<RectF> across;
  for (const auto& box : boxes) {
    if (box.y <= top && box.y + box.height >= bottom) {
      across.push_back({box.x, top, box.width, bottom - top});
    }
  }
  std::sort(across.begin(), across.end(), [](const RectF& a, const RectF& b) { return a.x < b.x; });
  std::vector<RectF> joined;
  for (const auto& next : across) {
    if (joined.empty() || joined.back().x + joined.back().width < next.x) {
      joined.push_back(next);
    } else {
      auto& last = joined.back();
      last.width = std::max(last.x + last.width, next.x + next.width) - last.x;
    }
  }
  return joined;
}

}  // namespace

RectF intersection(const RectF& a, const RectF& b) {
  const double left = std::max(a.x, b.x);
  const double top = std::max(a.y, b.y);
  return {left, top, std::max(0.0, std::min(a.x + a.width, b.x + b.width) - left),
          std::max(0.0, std::min(a.y + a.height, b.y + b.height) - top)};
}

BoxRegion::BoxRegion(std::span<const RectF> boxes) {
  const auto edges = horizontalEdges(boxes);
  for (std::size_t i = 1; i < edges.size(); ++i) {
    const auto parts = strip(boxes, edges[i - 1], edges[i]);
    parts_.insert(parts_.end(), parts.begin(), parts.end());
  }
}

bool BoxRegion::contains(double x, double y) const {
  return std::any_of(parts_.begin(), parts_.end(), [&](const RectF& part) {
    return x >= part.x && x < part.x + part.width && y >= part.y && y < part.y + part.height;
  });
}

double BoxRegion::areaIn(const RectF& rect) const {
  double area = 0;
  for (const auto& part : parts_) {
    const RectF shared = intersection(rect, part);
    area += shared.width * shared.height;
  }
  return area;
}

}  // namespace filterlens
