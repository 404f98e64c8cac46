#include "ui/losses.h"

struct tally {
	struct text list;
	bool any, lost, unknown;
};

static void
add(struct tally *t, const char *what, uint64_t n)
{
	text_putf(&t->list, "%s%s ", t->any ? ", " : "", what);
	t->any = true;
	if (n == UNKNOWN_COUNT) {
		text_put(&t->list, "not known");
		t->unknown = true;
		return;
	}
	text_putf(&t->list, "%llu", (unsigned long long)n);
	t->lost = t->lost || n > 0;
}

static uint64_t
undecoded(const struct input_facts *in)
{
	uint64_t n = 0;

	for (size_t i = 0; i < in->n_link_types; i++)
		n += in->link_types[i].packets;
	return n;
}

bool
losses_put(struct text *t, const struct input_facts *in, bool live)
{
	char b[256];
	struct tally tally = { .list = TEXT(b) };

	if (live) {
		add(&tally, "kernel", in->lost_kernel);
		add(&tally, "interface", in->lost_interface);
	} else {
		add(&tally, "recorder", in->lost_recorded);
	}
	add(&tally, "gaps", in->gaps);
	add(&tally, "limits", in->limits);
	if (in->headless > 0)
		add(&tally, "cut off", in->headless);
	if (in->fragments > 0)
		add(&tally, "fragments", in->fragments);
	if (undecoded(in) > 0)
		add(&tally, "not decoded", undecoded(in));
	text_put(t, tally.lost ? "LOST: " : tally.unknown ? "losses: " : "nothing lost: ");
	text_put(t, b);
	return tally.lost;
}
