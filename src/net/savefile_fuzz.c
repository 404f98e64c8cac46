/* libFuzzer: a capture file, packed or not; its packets, and what it says beside them,
 * are the same however it arrives. */
#include "base/remarks.h"
#include "net/input.h"
#include "net/savefile.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A small packed file may hold more than can be waited for. */
#define PACKETS_MAX 100000u

struct sum {
	uint64_t    packets, hash;
	struct diag damage, error;
};

static void
add(struct sum *sum, uint64_t v)
{
	sum->hash = (sum->hash ^ v) * 0x100000001b3u;
}

static void
add_bytes(struct sum *sum, struct bytes b)
{
	add(sum, b.n);
	for (size_t i = 0; i < b.n; i++)
		add(sum, b.p[i]);
}

static void
add_packet(struct sum *sum, const struct packet *p)
{
	if (p->wire_len < p->captured.n || p->time_digits > 9)
		__builtin_trap();
	add(sum, p->at_ns);
	add(sum, p->wire_len);
	add(sum, p->link_type);
	add(sum, p->interface);
	add_bytes(sum, p->captured);
	sum->packets++;
}

static void
add_remarks(struct sum *sum, const struct remarks *r)
{
	if (r->drops_known)
		add(sum, r->drops);
	for (const struct recorded_section *s = r->sections; s != NULL; s = s->next)
		add_bytes(sum, s->application);
	for (const struct recorded_interface *i = r->interfaces; i != NULL; i = i->next) {
		add_bytes(sum, i->name);
		add(sum, i->drops);
	}
	for (const struct recorded_name *n = r->names; n != NULL; n = n->next)
		add_bytes(sum, n->name);
	for (const struct recorded_comment *c = r->comments; c != NULL; c = c->next) {
		add(sum, c->number);
		add_bytes(sum, c->text);
	}
	for (const struct recorded_secret *s = r->secrets; s != NULL; s = s->next)
		add_bytes(sum, s->key_log);
}

static struct sum
read_all(const uint8_t *p, size_t n, size_t at_once)
{
	struct sum sum = { .packets = 0 };
	struct input *in = input_memory((struct bytes){ p, n }, at_once);
	struct source *s = in != NULL ? savefile_read(in, 0, &sum.error) : NULL;
	struct remarks remarks;
	struct batch b;
	enum got got = GOT_SOME;

	if (s == NULL)
		return sum;
	remarks_init(&remarks);
	s->remarks = &remarks;
	while (sum.packets < PACKETS_MAX && (got = source_next(s, &b, &sum.error)) == GOT_SOME) {
		if (b.n == 0 || b.n > BATCH_MAX)
			__builtin_trap();
		/* Only when the batch is whole: nothing in it may have moved. */
		for (unsigned i = 0; i < b.n && sum.packets < PACKETS_MAX; i++)
			add_packet(&sum, &b.v[i]);
	}
	if (got == GOT_END && sum.packets == 0 && diag_is_set(&sum.error))
		__builtin_trap();
	if (sum.packets < PACKETS_MAX) {
		sum.damage = s->damage;
		add_remarks(&sum, &remarks);
	}
	source_close(s);
	remarks_free(&remarks);
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
