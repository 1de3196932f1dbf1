#!/bin/bash
# Renders the sample pictures from their scenes beside this script: render.sh [CLASS...], all of them where none is named.
# Needs povray and its include files (Debian: povray, povray-includes). THREADS is how many threads it may use.
set -eu
cd "$(dirname "$0")"
command -v povray >/dev/null || { echo "render.sh: povray is missing (apt-get install povray)" >&2; exit 1; }

if [ $# -eq 0 ]; then
    set -- *.pov
fi
for scene in "$@"; do
    scene=${scene%.pov}
    case $scene in
        truck | cassette_player) size="+W960 +H720" ;;
        *) size="+W900 +H900" ;;
    esac
    quality=82
    smooth="+A0.12 +AM2 +R2"
    case $scene in
        golf_ball) quality=72 smooth="-A" ;; # its camera blurs, which smooths too; the grass takes many bytes
        church | gas_pump | truck) quality=75 ;;
    esac
    # shellcheck disable=SC2086 # the options are words
    if ! povray "+I$scene.pov" "+O$scene.jpg" +FJ "Compression=$quality" $size $smooth "+WT${THREADS:-$(nproc)}" -D -GS -GR -GD -V 2>render.log; then
        cat render.log >&2
        exit 1
    fi
    rm -f render.log
    echo "$scene.jpg"
done
