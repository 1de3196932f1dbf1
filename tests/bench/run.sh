#!/usr/bin/env bash
# Builds the benchmarks and prints the table of what the main job costs. Arguments go to Google Benchmark.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
cmake --preset release -S "$root" >/dev/null
cmake --build "$root/build/release" --target analysis_bench >/dev/null
# Interleaved repetitions: a disturbance then hits all rows alike.
exec "$root/build/release/bin/analysis_bench" --benchmark_min_time=0.2 --benchmark_repetitions=9 \
  --benchmark_enable_random_interleaving=true "$@"
