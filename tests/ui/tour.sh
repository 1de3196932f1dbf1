#!/usr/bin/env bash
# Walks through the main paths of the real program on a display of its own and writes numbered
# screenshots, to be looked at by a person:
#   tests/ui/tour.sh PHOTO FOLDER [PROGRAM]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
usage="usage: tests/ui/tour.sh PHOTO FOLDER [PROGRAM]"
photo=$(realpath "${1:?$usage}")
mkdir -p "${2:?$usage}"
folder=$(realpath "$2")
program=${3:-$root/build/release/bin/filterlens}
patience=60 # seconds to wait for the window
calm=2      # seconds after which a step has been drawn

home=$(mktemp -d)
pids=()
leave() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf "$home"
}
trap leave EXIT

mkfifo "$home/display"
Xvfb -displayfd 4 -screen 0 1280x800x24 4>"$home/display" 2>/dev/null &
pids+=($!)
read -r number <"$home/display"
export DISPLAY=:$number

shots=0
shoot() {
  shots=$((shots + 1))
  sleep "$calm"
  import -window root "$(printf '%s/%02d-%s.png' "$folder" "$shots" "$1")"
}
press() { xdotool key --clearmodifiers "$@"; }

start() { # each time as a user who has never started it
  local own
  own=$(mktemp -d -p "$home")
  HOME=$own XDG_CONFIG_HOME=$own XDG_DATA_HOME=$own "$program" "$@" 2>>"$folder/messages.txt" &
  pids+=($!)
  window=$(timeout "$patience" xdotool search --sync --onlyvisible --name FilterLens | tail -n 1)
  xdotool windowmove "$window" 0 0 windowsize "$window" "${size[@]}" windowfocus "$window"
}
quit() { # whatever window has the keyboard; there is no window manager
  kill "${pids[-1]}"
  wait "${pids[-1]}" 2>/dev/null || true
  unset 'pids[-1]'
}

size=(1280 800)
start
shoot start-page
quit

start "$photo"
sleep 10 # the engine loads and the photo is analysed
shoot analysed
xdotool mousemove 600 400
shoot cursor
press plus plus
shoot zoomed
press 0 n i
shoot panels-folded
press n i s
shoot cells
press ctrl+z
shoot undone
press ctrl+shift+p
xdotool type export
shoot palette
press Escape
xdotool mousemove 20 8 click 1
shoot file-menu
press Escape Escape
press Next
sleep 5
shoot next-photo
press ctrl+l
shoot log
xdotool windowfocus "$window"
press F1
shoot keys
quit

size=(1024 700)
start "$photo"
sleep 10
shoot small-window
quit
echo "$shots screenshots in $folder"
