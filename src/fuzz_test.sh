#!/bin/sh
# fuzz.sh passes what ends well, and of what does not it shows the input; a
# fuzzer without seeds or without a dictionary fails.
here=$(cd "$(dirname "$0")" && pwd) || exit 2
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT
trap 'exit 2' HUP INT TERM
cd "$tree" || exit 2
for noun in good bad unseeded empty wordless; do
	mkdir -p "fixtures/fuzz/$noun"
	echo seed >"fixtures/fuzz/$noun/seed"
	echo '"word"' >"fixtures/fuzz/$noun.dict"
done
rm -r fixtures/fuzz/unseeded fixtures/fuzz/empty/seed fixtures/fuzz/wordless.dict
cat >good_fuzz <<'END'
#!/bin/sh
echo "$@" >arguments
echo "Done 17 runs in 1 second(s)"
END
cat >bad_fuzz <<'END'
#!/bin/sh
printf 'the input' >fuzz/bad/crash-1
echo "why it crashed"
echo "artifact_prefix='fuzz/bad/'; Test unit written to fuzz/bad/crash-1"
exit 77
END
for noun in unseeded empty wordless; do
	cp good_fuzz ${noun}_fuzz
done
chmod +x ./*_fuzz
status=0

said=$(srcdir=. sh "$here/fuzz.sh" 3 good_fuzz) || {
	echo "a fuzzer that ends well fails: $said"
	status=1
}
expect() {
	case $said in
	*"$1"*) ;;
	*)
		echo "no \"$1\" in: $said"
		status=1
		;;
	esac
}
expect "PASS: good_fuzz (17 runs)"
expect "# TOTAL: 1"
for word in -max_total_time=3 -dict=./fixtures/fuzz/good.dict \
	"fuzz/good/corpus ./fixtures/fuzz/good"; do
	grep -q -e "$word" arguments || {
		echo "no $word among $(cat arguments)"
		status=1
	}
done

said=$(srcdir=. sh "$here/fuzz.sh" 3 good_fuzz bad_fuzz unseeded_fuzz empty_fuzz wordless_fuzz) && {
	echo "what fails passes: $said"
	status=1
}
expect "PASS: good_fuzz"
expect "why it crashed"
expect "$(printf 'the input' | base64)"
for noun in bad unseeded empty wordless; do
	expect "FAIL: ${noun}_fuzz"
done
expect "# TOTAL: 5"
expect "# PASS:  1"
expect "# FAIL:  4"
exit $status
