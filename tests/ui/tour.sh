#!/usr/bin/env bash
# Walks through the main paths of the real program on a display of its own and writes numbered
# screenshots, to be looked at by a person; prints how long the window's thread was ever kept from
# its events:
#   tests/ui/tour.sh PHOTO FOLDER [PROGRAM]
# The photos beside PHOTO become the filmstrip.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
usage="usage: tests/ui/tour.sh PHOTO FOLDER [PROGRAM]"
photo=$(realpath "${1:?$usage}")
mkdir -p "${2:?$usage}"
folder=$(realpath "$2")
program=${3:-$root/build/release/bin/filterlens}
patience=120 # seconds to wait for the window, or for a file
calm=2       # seconds after which a step has been drawn

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
say() { xdotool type --delay 20 "$1"; }
palette() { # runs a command by some letters of its name
  press ctrl+shift+p
  sleep 1
  say "$1"
  sleep 1
  press Return
}
settle() { # until nothing is being worked on, and has not been for a moment
  local quiet=0 second
  for ((second = 0; second < patience && quiet < 2; ++second)); do
    sleep 1
    if [[ $(head -n 1 "$home/heartbeat-$starts" 2>/dev/null) == idle ]]; then
      quiet=$((quiet + 1))
    else
      quiet=0
    fi
  done
}
save_as() { # answers the file dialog
  sleep "$calm"
  press ctrl+a
  say "$1"
  press Return
}
await() { # a file that the program writes
  local second
  for ((second = 0; second < patience; ++second)); do
    if [[ -e $1 ]]; then return; fi
    sleep 1
  done
  echo "$1 was not written" >&2
  exit 1
}

starts=0
start() { # each time as a user who has never started it
  local own
  own=$(mktemp -d -p "$home")
  starts=$((starts + 1))
  FILTERLENS_HEARTBEAT=$home/heartbeat-$starts HOME=$own XDG_CONFIG_HOME=$own XDG_DATA_HOME=$own \
    "$program" "$@" 2>>"$folder/messages.txt" &
  pids+=($!)
  window=$(timeout "$patience" xdotool search --sync --onlyvisible --name FilterLens | tail -n 1)
  xdotool windowmove "$window" 0 0 windowsize "$window" "${size[@]}" windowfocus "$window"
}
quit() { # whatever window has the keyboard; there is no window manager
  kill "${pids[-1]}"
  wait "${pids[-1]}" 2>/dev/null || true
  unset 'pids[-1]'
}
focus() { xdotool windowfocus "$window"; }

size=(1280 800)
start
shoot start-page
quit

start "$photo"
settle # the engine loads and the photo is analysed
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
say export
shoot palette
press Escape
xdotool mousemove 20 8 click 1
shoot file-menu
press Escape Escape
press Next
settle
shoot next-photo
press p
shoot filmstrip-folded
press p

# Comparing: the pane under the pointer and the next one.
xdotool mousemove 600 200 click 1
press c
shoot split
press d
shoot difference
press b
press alt+2
settle
shoot all-filter-masks
press alt+3
settle
shoot all-methods
press alt+1
settle

# Looking inside: the agreement of the panes, one cell's attention, the network changed.
press g
sleep "$calm"
shoot agreement
press g
press a
settle
xdotool mousemove 600 600 click 1
sleep "$calm"
shoot attention
press ctrl+z ctrl+z
press alt+1
settle
press q
sleep "$calm"
xdotool mousemove 1088 237 mousedown 1 mousemove 1076 237 mouseup 1
settle
shoot what-if
press ctrl+shift+r q
settle

# Writing files.
press ctrl+e
shoot export-dialog
save_as "$home/figure.png"
await "$home/figure.json"
focus
cp "$home/figure.png" "$folder/figure.png"
palette "every photo"
save_as "$home"
sleep "$calm"
shoot exporting
await "$home/$(basename "$photo").maps/figure.png"
press Escape
focus
press ctrl+l
shoot log
focus
press F1
shoot keys
quit

size=(1024 700)
start "$photo"
settle
shoot small-window
quit

echo "$shots screenshots in $folder"
for ((i = 1; i <= starts; ++i)); do
  echo "start $i: the longest that the window's thread was kept from its events"
  sed -n 's/^while/  while/p' "$home/heartbeat-$i"
done | tee "$folder/heartbeat.txt"
