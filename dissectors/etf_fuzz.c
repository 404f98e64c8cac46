/* libFuzzer: one term, with as many atoms in the cache as the first byte says;
 * then the rest as a frame. */
#include "dissectors/dist_frame.h"
#include "dissectors/etf.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct rd r = rd_of(p, n);
	unsigned n_refs = rd_u8(&r);
	struct rd frame = r;

	if (etf_skip(&r, 1, n_refs) != rd_ok(&r))
		__builtin_trap();
	struct frame f = frame_verify(frame);
	if (f.look == FRAME_SHORT && f.need <= rd_left(&frame))
		__builtin_trap();
	return 0;
}
