/* libFuzzer: the first four bytes say how the rest is cut, and whether it
 * begins in mid-stream or has a gap; see talk_fuzz(). */
#include "testkit/talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	talk_fuzz(&dx_tls, p, n);
	return 0;
}
