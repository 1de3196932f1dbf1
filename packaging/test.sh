#!/usr/bin/env bash
# Builds everything and runs all tests:
#   packaging/test.sh [--asan] [options of ctest, e.g. -R checkpoint]
# --asan: under the address and undefined-behaviour sanitizers.
set -euo pipefail

packaging=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
preset=release
if [[ ${1:-} == --asan ]]; then
  preset=asan
  shift
fi
"$packaging/build.sh" "$preset"
cd "$packaging/.."
exec ctest --preset "$preset" --parallel 2 "$@"
