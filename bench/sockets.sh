#!/bin/sh
# What the sockets of a busy host cost beside a live capture: how soon connections from before
# are listed, and whether packets are lost for it. Needs root: network, mounts and processes of
# its own, which end with it. Not a test.
#
# usage: BEAMTAP=program sockets.sh [PACKETS-A-SECOND...]

[ -x "${BEAMTAP:?is the program}" ] || exit 2
# Debian: iproute2, procps, python3, tcpreplay, util-linux
for tool in ip python3 sysctl tcpreplay unshare; do
	command -v "$tool" >/dev/null || {
		echo "sockets.sh: $tool is not installed" >&2
		exit 2
	}
done
exec unshare --net --mount --pid --fork --kill-child --mount-proc \
	python3 "$(dirname "$0")/sockets.py" "$BEAMTAP" "$@"
