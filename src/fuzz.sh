#!/bin/sh
# fuzz.sh SECONDS PROGRAM...: runs each fuzzer in the build directory for that
# long, as many at once as there are processors. What it starts from and tries
# are fixtures/fuzz/NOUN/ and fixtures/fuzz/NOUN.dict for a program noun_fuzz:
# one that lacks either is hardly tried, and fails. What it finds stays in
# fuzz/NOUN/; the bytes of a failure are printed, in base64.

# run SECONDS PROGRAM: prints nothing before it is over.
run() {
	program=$2
	noun=$(basename "$program" _fuzz)
	seeds=${srcdir:-.}/fixtures/fuzz/$noun
	found=fuzz/$noun
	mkdir -p "$found/corpus"
	if [ -z "$(ls "$seeds" 2>/dev/null)" ] || ! [ -f "$seeds.dict" ]; then
		echo "FAIL: $program (it needs $seeds/ and $seeds.dict)"
		return 1
	fi
	if "./$program" -max_total_time="$1" -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="$found/" -dict="$seeds.dict" \
		"$found/corpus" "$seeds" >"$found/log" 2>&1; then
		echo "PASS: $program ($(sed -n 's/^Done \([0-9]*\) runs.*/\1 runs/p' "$found/log"))"
		return 0
	fi
	tail -n 40 "$found/log"
	sed -n 's/.*Test unit written to //p' "$found/log" | while read -r input; do
		echo "$input, for $program, in base64:"
		base64 "$input"
	done
	echo "FAIL: $program (all of it: $found/log)"
	return 1
}

if [ "$1" = --run ]; then
	said=$(run "$2" "$3")
	status=$?
	echo "$said"
	exit $status
fi
seconds=$1
shift
mkdir -p fuzz
printf '%s\n' "$@" |
	xargs -P "$(nproc 2>/dev/null || echo 1)" -I '{}' sh "$0" --run "$seconds" '{}' |
	tee fuzz/results
passed=$(grep -c '^PASS: ' fuzz/results)
echo "Testsuite summary for the fuzzers"
echo "# TOTAL: $#"
echo "# PASS:  $passed"
echo "# FAIL:  $(($# - passed))"
[ "$passed" -eq $# ]
