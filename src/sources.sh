#!/bin/sh
# Every source below src/ and dissectors/ is named in Makefile.am (a test or a
# fuzzer by its program), so that a tarball has all of them.
cd "$(dirname "$0")/.." || exit 2
status=0
for file in $(find src dissectors -name '*.[ch]' -o -name '*.inc' -o -name '*.py' | sort); do
	case $file in
	*_test.c | *_fuzz.c | *_bench.c) name=${file%.c} ;;
	*) name=$file ;;
	esac
	awk -v name="$name" '{ for (i = 1; i <= NF; i++) if ($i == name) found = 1 }
		END { exit !found }' Makefile.am || {
		echo "$name is not in Makefile.am"
		status=1
	}
done
exit $status
