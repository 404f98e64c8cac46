#!/bin/sh
# floors.sh passes what the table allows and names every breach of it.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT
trap 'exit 2' HUP INT TERM
mkdir "$tree/dissectors"
for room in base net flow audit report ui testkit; do
	mkdir -p "$tree/src/$room"
	echo >"$tree/src/$room/door.h"
done
for file in dissector fact names etf; do
	echo >"$tree/dissectors/$file.h"
done
echo >"$tree/src/engine.h"
echo >"$tree/src/base/rd.h"
status=0

# with FILE HEADER: what floors.sh says of a tree in which FILE includes it.
with() {
	echo "#include $2" >"$tree/$1"
	said=$(sh "$here/floors.sh" "$tree")
	passed=$?
	rm "$tree/$1"
}

allowed() {
	with "$1" "$2"
	[ $passed -eq 0 ] && [ -z "$said" ] && return
	echo "$1 may include $2, but: $said"
	status=1
}

breach() {
	with "$1" "$2"
	case $said in
	"$1:1: "*) [ $passed -ne 0 ] && return ;;
	esac
	echo "$1 may not include $2, and nothing was said: $said"
	status=1
}

allowed src/base/a.c '"base/rd.h"'
allowed src/base/a.c '<stdio.h>'
allowed src/base/a.c '<net/if.h>'
allowed src/net/a.c '"base/rd.h"'
allowed src/net/live.c '<pcap/pcap.h>'
allowed src/net/filter.c '<pcap.h>'
allowed src/net/unpack.c '<zlib.h>'
allowed src/net/unpack.c '<zstd_errors.h>'
allowed src/net/unpack.c '<lz4frame.h>'
allowed src/net/a_test.c '<zlib.h>'
allowed src/net/a_fuzz.c '<zlib.h>'
allowed src/main_test.c '<cmocka.h>'
allowed dissectors/a.c '"dissectors/etf.h"'
allowed dissectors/x509.c '<openssl/x509.h>'
allowed dissectors/a_test.c '<openssl/x509.h>'
allowed dissectors/a_test.c '<cmocka.h>'
allowed dissectors/a_test.c '"testkit/door.h"'
allowed src/flow/a.c '"dissectors/dissector.h"'
allowed src/flow/a.h '"net/door.h"'
allowed src/audit/a.c '"dissectors/names.h"'
allowed src/audit/chain.c '<openssl/x509_vfy.h>'
allowed src/report/json.c '<jansson.h>'
allowed src/report/json_tls.c '<jansson.h>'
allowed src/report/sarif.c '<jansson.h>'
allowed src/report/junit.c '<mxml.h>'
allowed src/audit/ini.c '<ini.h>'
allowed src/audit/waivers.c '"audit/ini.h"'
allowed src/privs.c '<cap-ng.h>'
allowed src/confine.c '<seccomp.h>'
allowed src/report/a.c '"audit/door.h"'
allowed src/ui/term.c '<curses.h>'
allowed src/ui/term.c '"report/door.h"'
allowed src/testkit/a.c '"engine.h"'
allowed src/main.c '"engine.h"'
allowed src/main.c '"config.h"'
allowed src/main.c '"dissectors/etf.h"'

breach src/base/a.c '"net/door.h"'
breach src/base/a.c '<net/door.h>'
breach src/base/a.h '"dissectors/fact.h"'
breach src/base/a.c '"rd.h"'
breach src/net/a.c '"flow/door.h"'
breach src/net/a.c '"dissectors/fact.h"'
breach src/net/a.c '<pcap.h>'
breach src/net/savefile.c '<zlib.h>'
breach src/net/live.c '<zlib.h>'
breach dissectors/a.c '"net/door.h"'
breach dissectors/a.c '"flow/door.h"'
breach dissectors/a.c '"engine.h"'
breach dissectors/a.c '<openssl/evp.h>'
breach dissectors/a.c '"testkit/door.h"'
breach dissectors/a.c '<cmocka.h>'
breach src/flow/a.c '"dissectors/etf.h"'
breach src/flow/a.c '"dissectors/names.h"'
breach src/flow/a.c '"audit/door.h"'
breach src/flow/a_test.c '<openssl/evp.h>'
breach src/flow/a_test.c '<zlib.h>'
breach src/audit/a.c '"dissectors/dissector.h"'
breach src/audit/a.c '"net/door.h"'
breach src/audit/a.c '"flow/door.h"'
breach src/audit/a.c '"report/door.h"'
breach src/audit/a.c '<openssl/evp.h>'
breach src/report/a.c '"dissectors/fact.h"'
breach src/report/a.c '"flow/door.h"'
breach src/report/table.c '<jansson.h>'
breach src/report/tap.c '<mxml.h>'
breach src/audit/policy.c '<ini.h>'
breach src/check.c '<cap-ng.h>'
breach src/privs.c '<seccomp.h>'
breach src/report/table.c '<ncurses.h>'
breach src/ui/a.c '"net/door.h"'
breach src/ui/a.c '<jansson.h>'
breach src/ui/a.c '"dissectors/fact.h"'
breach src/testkit/a.c '"report/door.h"'
breach src/main.c '<pcap.h>'
breach src/main.c '"testkit/door.h"'
exit $status
