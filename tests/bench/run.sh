#!/usr/bin/env bash
# Builds the benchmarks and prints what the main job costs, what a training step costs, and how long
# the window takes to appear. Arguments go to Google Benchmark.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin="$root/build/release/bin"
cmake --preset release -S "$root" >/dev/null
cmake --build "$root/build/release" --target analysis_bench training_bench what_if_bench filterlens >/dev/null

# As in the program itself: threads that wait for each other sleep. Interleaved repetitions: a
# disturbance then hits all rows alike.
OMP_WAIT_POLICY=PASSIVE "$bin/analysis_bench" --benchmark_min_time=0.2 --benchmark_repetitions=9 \
  --benchmark_enable_random_interleaving=true "$@"

echo
OMP_WAIT_POLICY=PASSIVE "$bin/training_bench"

echo
OMP_WAIT_POLICY=PASSIVE "$bin/what_if_bench" ||
  echo "A what-if step costs more than is promised: is the machine busy?"

# The time from starting the program to a window on a bare X server, median of nine.
if ! command -v Xvfb >/dev/null || ! command -v xdotool >/dev/null; then
  echo "start to window: not measured (needs Xvfb and xdotool)"
  exit 0
fi
display=:$((RANDOM % 1000 + 100))
Xvfb "$display" -screen 0 1280x800x24 >/dev/null 2>&1 &
server=$!
trap 'kill "$server"' EXIT
export DISPLAY=$display
until xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.1; done
times=()
for _ in 1 2 3 4 5 6 7 8 9; do
  begin=$(date +%s%N)
  "$bin/filterlens" >/dev/null 2>&1 &
  program=$!
  while kill -0 "$program" && ! xdotool search --onlyvisible --pid "$program" >/dev/null 2>&1; do :; done
  times+=($((($(date +%s%N) - begin) / 1000000)))
  kill "$program"
  wait "$program" 2>/dev/null || true
done
echo "start to window: $(printf '%s\n' "${times[@]}" | sort -n | sed -n 5p) ms"
