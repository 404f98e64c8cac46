#!/bin/sh
# What `beamtap top` costs beside tcpdump, and how soon it answers with many connections.
# Needs root: network, mounts and processes of its own, which end with it. Not a test.
#
# usage: BEAMTAP=program top.sh [PACKETS-A-SECOND...]

[ -x "${BEAMTAP:?is the program}" ] || exit 2
# Debian: iproute2, ncurses-term, procps, python3, tcpdump, tcpreplay, tmux, util-linux
for tool in ip python3 sysctl tcpdump tcpreplay tmux unshare; do
	command -v "$tool" >/dev/null || {
		echo "top.sh: $tool is not installed" >&2
		exit 2
	}
done
exec unshare --net --mount --pid --fork --kill-child --mount-proc \
	python3 "$(dirname "$0")/top.py" "$BEAMTAP" "$@"
