#!/usr/bin/env bash
# Makes FilterLens ready to use: installs the Debian packages that are missing, configures a preset
# and builds it. run.sh and test.sh call it; all it says goes to stderr.
#   packaging/build.sh PRESET [TARGET…]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
preset=${1:?usage: packaging/build.sh PRESET [TARGET…]}
shift

say() { echo "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

missing_packages() {
  local package
  while read -r package; do
    case $package in '' | '#'*) continue ;; esac
    if [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
      echo "$package"
    fi
  done <"$root/packaging/dependencies.txt"
}

install_missing() {
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "This is not a Debian system: FilterLens takes it that what packaging/dependencies.txt lists is here."
    return
  fi
  local missing=()
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} == 0)); then return; fi

  local as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "These packages are missing, and installing them takes root or sudo: ${missing[*]}"
    as_root=(sudo)
  fi
  say "Installing ${missing[*]}"
  {
    "${as_root[@]}" apt-get update -q &&
      "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qy --no-install-recommends "${missing[@]}"
  } >&2 || fail "These packages could not be installed: ${missing[*]}. Install them and run this again."
}

# A compiler process takes up to 1.5 GB on the files that include Torch.
parallel_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ {print int($2 / 1500000)}' /proc/meminfo)
  echo $((memory < 1 ? 1 : memory < cores ? memory : cores))
}

install_missing

build=$root/build/$preset
if [[ ! -f $build/build.ninja ]]; then
  launcher=()
  if command -v ccache >/dev/null; then launcher=(-D CMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  say "Building FilterLens in $build: some minutes the first time."
  (cd "$root" && cmake --preset "$preset" "${launcher[@]}") >&2
fi
targets=()
if (($# > 0)); then targets=(--target "$@"); fi
cmake --build "$build" --parallel "${CMAKE_BUILD_PARALLEL_LEVEL:-$(parallel_jobs)}" "${targets[@]}" >&2
