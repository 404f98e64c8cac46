#!/bin/sh
# Every room includes only what it may know. With an argument: of that tree.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
cd "${1:-$here/..}" || exit 2
find src dissectors -name '*.[ch]' | sort | xargs awk -f "$here/floors.awk"
