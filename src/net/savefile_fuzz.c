/* libFuzzer: a capture file; its packets are the same however it arrives. */
#include "net/input.h"
#include "net/savefile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct sum {
	uint64_t    packets, hash;
	struct diag damage, error;
};

static void
add(struct sum *sum, uint64_t v)
{
	sum->hash = (sum->hash ^ v) * 0x100000001b3u;
}

static struct sum
read_all(const uint8_t *p, size_t n, size_t at_once)
{
	struct sum sum = { .packets = 0 };
	struct input *in = input_memory((struct bytes){ p, n }, at_once);
	struct source *s = in != NULL ? savefile_read(in, 0, &sum.error) : NULL;
	struct batch b;
	enum got got;

	if (s == NULL)
		return sum;
	while ((got = source_next(s, &b, &sum.error)) == GOT_SOME) {
		if (b.n == 0 || b.n > BATCH_MAX)
			__builtin_trap();
		/* Only when the batch is whole: nothing in it may have moved. */
		for (unsigned i = 0; i < b.n; i++) {
			const struct packet *q = &b.v[i];

			if (q->wire_len < q->captured.n || q->time_digits > 9)
				__builtin_trap();
			add(&sum, q->at_ns);
			add(&sum, q->wire_len);
			add(&sum, q->link_type);
			add(&sum, q->interface);
			for (size_t j = 0; j < q->captured.n; j++)
				add(&sum, q->captured.p[j]);
			sum.packets++;
		}
	}
	if (got == GOT_END && sum.packets == 0 && diag_is_set(&sum.error))
		__builtin_trap();
	sum.damage = s->damage;
	source_close(s);
	return sum;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct sum whole = read_all(p, n, n > 0 ? n : 1), drops = read_all(p, n, 7);

	if (whole.packets != drops.packets || whole.hash != drops.hash ||
	    strcmp(whole.damage.line, drops.damage.line) != 0 ||
	    strcmp(whole.error.line, drops.error.line) != 0)
		__builtin_trap();
	return 0;
}
