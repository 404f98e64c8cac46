#!/bin/sh
# fuzz.sh SECONDS PROGRAM...: runs each fuzzer in the build directory for that
# long. What it starts from is fixtures/fuzz/NOUN/ and fixtures/fuzz/NOUN.dict
# for a program noun_fuzz; what it finds stays in fuzz/NOUN/.
seconds=$1
shift
passed=0
failed=0
for program in "$@"; do
	noun=$(basename "$program" _fuzz)
	seeds=${srcdir:-.}/fixtures/fuzz/$noun
	found=fuzz/$noun
	mkdir -p "$found/corpus"
	set -- -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
		-artifact_prefix="$found/"
	[ -f "$seeds.dict" ] && set -- "$@" -dict="$seeds.dict"
	set -- "$@" "$found/corpus"
	[ -d "$seeds" ] && set -- "$@" "$seeds"
	if "./$program" "$@" >"$found/log" 2>&1; then
		passed=$((passed + 1))
		echo "PASS: $program ($(sed -n 's/^Done \([0-9]*\) runs.*/\1 runs/p' "$found/log"))"
	else
		failed=$((failed + 1))
		tail -n 40 "$found/log"
		echo "FAIL: $program (all of it: $found/log)"
	fi
done
echo "Testsuite summary for the fuzzers"
echo "# TOTAL: $((passed + failed))"
echo "# PASS:  $passed"
echo "# FAIL:  $failed"
[ "$failed" -eq 0 ]
