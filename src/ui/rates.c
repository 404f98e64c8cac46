#include "ui/rates.h"

#include <stdlib.h>

static const struct rate *
find(const struct rate *v, size_t n, uint32_t id)
{
	size_t low = 0;

	while (n > 0) {
		size_t half = n / 2;

		if (v[low + half].id == id)
			return &v[low + half];
		if (v[low + half].id < id) {
			low += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return NULL;
}

const struct rate *
rates_find(const struct rates *r, uint32_t id)
{
	const struct rate *rate = r != NULL ? find(r->v, r->n, id) : NULL;

	return rate != NULL && rate->known ? rate : NULL;
}

static double
per_second(uint64_t before, uint64_t now, double seconds)
{
	return now > before ? (double)(now - before) / seconds : 0;
}

static struct rate
look_at(const struct rates *r, const struct judgement *j, double seconds)
{
	const struct rate *before = find(r->v, r->n, j->id);
	struct rate now = { .id = j->id, .bytes = { j->bytes[0], j->bytes[1] },
		.known = before != NULL };

	for (unsigned side = 0; side < 2 && before != NULL; side++)
		now.per_second[side] = per_second(before->bytes[side], j->bytes[side], seconds);
	return now;
}

void
rates_look(struct rates *r, const struct snapshot *s, uint64_t now_ns)
{
	const struct scene scene = { .snapshot = s };
	size_t n = scene_n_connections(&scene);

	if (now_ns < r->at_ns)		/* the clock was set back */
		rates_free(r);
	bool is_first = r->at_ns == 0;
	if (!is_first && now_ns - r->at_ns < RATES_EVERY_NS)
		return;
	struct rate *v = calloc(n + 1, sizeof *v);
	double seconds = (double)(now_ns - r->at_ns) / 1e9;

	if (v == NULL) {
		rates_free(r);
		return;
	}
	for (size_t i = 0; i < n; i++)
		v[i] = look_at(r, scene_connection(&scene, i), seconds);
	free(r->v);
	*r = (struct rates){ .v = v, .n = n, .at_ns = now_ns, .packets = s->input.packets,
		.bytes = s->input.bytes, .known = !is_first,
		.packets_per_second = per_second(r->packets, s->input.packets, seconds),
		.bytes_per_second = per_second(r->bytes, s->input.bytes, seconds) };
}

void
rates_free(struct rates *r)
{
	free(r->v);
	*r = (struct rates){ 0 };
}
