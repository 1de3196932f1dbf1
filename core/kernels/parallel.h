// Work on the photos of a batch by several threads, with results that do not depend on how many.
#pragma once

#include <algorithm>

#include "core/kernels/kernels.h"

namespace filterlens {

/// A batch is cut into this many groups of photos at most. Sums over a batch are made by group and
/// then added in the order of the groups, so that neither timing nor the number of threads changes
/// a bit of them.
inline KernelSize groupCount(KernelSize photos) { return std::min<KernelSize>(photos, 16); }

/// What overPhotos takes as begin where a task needs nothing to work in.
inline constexpr auto kNothing = [](KernelSize) { return 0; };

/// Calls task(begin(group), group, photo) for every photo, group by group, on OpenMP's threads: the
/// photos of a group in order and on one thread, with what begin(group) gave before its first.
/// Neither may throw.
template <class Begin, class Task>
void overPhotos(KernelSize photos, const Begin& begin, const Task& task) {
  const KernelSize groups = groupCount(photos);
#pragma omp parallel for schedule(dynamic)
  for (KernelSize group = 0; group < groups; ++group) {
    auto&& scratch = begin(group);
    for (KernelSize photo = photos * group / groups; photo < photos * (group + 1) / groups;
         ++photo) {
      task(scratch, group, photo);
    }
  }
}

}  // namespace filterlens
