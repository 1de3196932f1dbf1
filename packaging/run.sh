#!/usr/bin/env bash
# Builds FilterLens where that is needed and runs it with the given arguments:
#   packaging/run.sh [PHOTO…] [--model FILE]      the window; without a photo it shows a sample
#   packaging/run.sh explain|train|info|…         a command; see packaging/run.sh --help
# Without a display, photos are explained into the folder filterlens-out instead.
set -euo pipefail

packaging=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$packaging/../build/release/bin/filterlens
"$packaging/build.sh" release filterlens
if (($# == 0)); then set -- "$packaging/../resources/samples/church.jpg"; fi

# What the program can do by itself: there is a display, or the arguments ask for no window.
if [[ -n ${DISPLAY:-} || -n ${WAYLAND_DISPLAY:-} || -n ${QT_QPA_PLATFORM:-} ]]; then
  exec "$program" "$@"
fi
case ${1:-} in
explain | info | convert | train | evaluate | measure | -h | --help | --help-all | --version) exec "$program" "$@" ;;
esac

output=(--out "$PWD/filterlens-out")
for argument in "$@"; do
  case $argument in --out | --out=* | --json) output=() ;; esac
done
if ((${#output[@]} > 0)); then
  echo "There is no display: the pictures go to ${output[1]}" >&2
fi
exec "$program" explain "$@" "${output[@]}"
