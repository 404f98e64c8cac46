#!/bin/sh
# mandoc has nothing to remark on the manual page. (Which other pages are
# installed here, it may remark on.)
command -v mandoc >/dev/null || {
	echo "mandoc is not installed (Debian: mandoc)"
	exit 77
}
cd "$(dirname "$0")" || exit 2
remarks=$(mandoc -T lint beamtap.1 2>&1 | grep -v -e 'referenced manual not found' -e 'outdated mandoc.db')
[ -z "$remarks" ] && exit
echo "$remarks"
exit 1
