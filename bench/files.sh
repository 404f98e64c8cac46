#!/bin/sh
# What `beamtap show -r` costs beside a bare libpcap loop on the same file. Not a test.
#
# usage: BEAMTAP=program files.sh [MEGABYTES of bulk data]

[ -x "${BEAMTAP:?is the program}" ] || exit 2
# Debian: gcc, gzip, libpcap-dev, pkg-config, python3, time, zstd
for tool in "${CC:=cc}" gzip pkg-config python3 /usr/bin/time zstd; do
	command -v "$tool" >/dev/null || {
		echo "files.sh: $tool is not installed" >&2
		exit 2
	}
done
here=$(dirname "$0")
tmp=$(mktemp -d "${TMPDIR:-/var/tmp}/beamtap-bench.XXXXXX") || exit 2
trap 'rm -rf "$tmp"' EXIT
trap 'exit 2' INT TERM
# shellcheck disable=SC2046 # words
"$CC" -O2 -o "$tmp/bare" "$here/bare.c" $(pkg-config --cflags --libs libpcap) || exit 2
python3 "$here/files.py" "$BEAMTAP" "$tmp" "$@"
