#include "core/kernels/kernels.h"

#include <array>
#include <initializer_list>

#include "core/kernels/kernel_parts_internal.h"

namespace filterlens {
namespace {

using Fill = void (*)(Kernels&);

Kernels makeTable(const char* name, std::initializer_list<Fill> parts) {
  Kernels table{};
  table.name = name;
  for (const Fill fill : parts) fill(table);
  return table;
}

struct Tables {
  std::array<Kernels, 3> tables;
  std::array<const Kernels*, 3> usable{};
  std::size_t count = 0;

  Tables() {
    std::size_t made = 0;
    const auto add = [&](const Kernels& table) {
      tables[made] = table;
      usable[count++] = &tables[made++];
    };
#ifdef FILTERLENS_X86_KERNELS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")) {
      add(makeTable("avx512", {avx512::fillMatrixKernels, avx512::fillNormKernels,
                               avx512::fillDepthwiseKernels, avx512::fillTokenKernels}));
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
      add(makeTable("avx2", {avx2::fillMatrixKernels, avx2::fillNormKernels,
                             avx2::fillDepthwiseKernels, avx2::fillTokenKernels}));
    }
#endif
    add(makeTable("portable", {portable::fillMatrixKernels, portable::fillNormKernels,
                               portable::fillDepthwiseKernels, portable::fillTokenKernels}));
  }
};

const Tables& tables() {
  static const Tables instance;
  return instance;
}

}  // namespace

const Kernels& kernels() { return *tables().usable[0]; }

const Kernels* const* kernelTables(std::size_t& count) {
  count = tables().count;
  return tables().usable.data();
}

}  // namespace filterlens
