#include "flow/stream.h"

#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"

#define WINDOW_MAX (1 << 30)		/* RFC 7323 2.3 */
#define FAR_AHEAD  (16u << 20)		/* more than windows are on real links */

struct held {
	struct held *after;
	uint64_t     at;
	uint32_t     len;	/* on the wire; b.n or more */
	struct stamp when;
	struct bytes b;		/* in block, from at on */
	size_t       size;	/* of block */
	uint8_t      block[];
};

void
stream_init(struct stream *s, struct stream_port out)
{
	*s = (struct stream){ .out = out };
}

static void
forget_past(struct stream *s)
{
	*s->out.memory -= s->past_size;
	free(s->past);
	s->past = NULL;
	s->n_past = s->past_size = s->past_at = 0;
}

static struct held *
take_first_held(struct stream *s)
{
	struct held *h = s->held;

	s->held = h->after;
	s->n_held--;
	s->held_bytes -= h->size;
	*s->out.memory -= sizeof *h + h->size;
	return h;
}

/* By offset, and behind those at the same. */
static void
put_held(struct stream *s, struct held *h)
{
	struct held **place = &s->held;

	while (*place != NULL && (*place)->at <= h->at)
		place = &(*place)->after;
	h->after = *place;
	*place = h;
	s->n_held++;
	s->held_bytes += h->size;
	*s->out.memory += sizeof *h + h->size;
}

static void
forget_held(struct stream *s)
{
	while (s->held != NULL)
		free(take_first_held(s));
}

void
stream_free(struct stream *s)
{
	forget_held(s);
	forget_past(s);
}

/* Nothing was delivered yet: offsets may still count from elsewhere. */
static void
move_base(struct stream *s, uint32_t seq)
{
	int32_t earlier = s->based ? (int32_t)(s->base - seq) : 0;

	/* Who acknowledged up to the old base has all that lies before it. */
	s->acked = earlier > 0 ? s->acked + (uint64_t)earlier : 0;
	s->fin_at = (uint64_t)((int64_t)s->fin_at + earlier);
	s->based = true;
	s->base = seq;
}

void
stream_base(struct stream *s, uint32_t seq, bool from_start)
{
	if (s->based && s->base == seq)
		s->from_start |= from_start;	/* the SYN came late, and agrees */
	if (s->based && (s->from_start || !from_start || s->high > 0))
		return;
	move_base(s, seq);
	s->from_start = from_start;
}

/* The offset of seq, which is nearer than 2^31 to offset near; RFC 9293 3.4. */
static int64_t
position(const struct stream *s, uint64_t near, uint32_t seq)
{
	return (int64_t)near + (int32_t)(seq - (s->base + (uint32_t)near));
}

uint64_t
stream_length(const struct stream *s)
{
	uint64_t length = s->high > s->acked ? s->high : s->acked;

	return s->finished && s->fin_at > length ? s->fin_at : length;
}

uint64_t
stream_offset(const struct stream *s, uint32_t seq)
{
	int64_t at = position(s, stream_length(s), seq);

	return at > 0 ? (uint64_t)at : 0;
}

/* Room for n bytes of the past, or for as many as are ever kept. Only what is full to that
 * bound begins anywhere but at the front. */
static bool
grow_past(struct stream *s, size_t n)
{
	size_t size = n < 2048 ? 4096 : 2 * n;
	uint8_t *p;

	if (n <= s->past_size || s->past_size == LIMIT_PAST_BYTES)
		return true;
	if (size > LIMIT_PAST_BYTES)
		size = LIMIT_PAST_BYTES;
	if ((p = realloc(s->past, size)) == NULL)
		return false;
	*s->out.memory += size - s->past_size;
	s->past = p;
	s->past_size = size;
	return true;
}

/* How much of n bytes at this place of the past lies before its buffer's end; the rest is
 * at its front. */
static size_t
before_wrap(const struct stream *s, size_t place, size_t n)
{
	return n < s->past_size - place ? n : s->past_size - place;
}

/* Keep delivered bytes, the newest LIMIT_PAST_BYTES of them, as long as the
 * stream is listened to. Out of memory only costs the comparison. */
static void
remember(struct stream *s, uint64_t at, struct bytes b)
{
	if (s->past_end != at || b.n > LIMIT_PAST_BYTES)
		s->n_past = s->past_at = 0;
	if (b.n == 0 || b.n > LIMIT_PAST_BYTES)
		return;
	if (!grow_past(s, s->n_past + b.n)) {
		s->n_past = s->past_at = 0;
		return;
	}
	if (s->n_past + b.n > s->past_size) {
		size_t drop = s->n_past + b.n - s->past_size;
		s->past_at = (s->past_at + drop) % s->past_size;
		s->n_past -= drop;
	}
	size_t place = (s->past_at + s->n_past) % s->past_size, n = before_wrap(s, place, b.n);
	memcpy(s->past + place, b.p, n);
	memcpy(s->past, b.p + n, b.n - n);
	s->n_past += b.n;
	s->past_end = at + b.n;
}

/* Are b, which lie at offset at, the bytes that were delivered there? Bytes
 * no longer remembered are taken to be. */
static void
compare_with_past(struct stream *s, uint64_t at, struct bytes b)
{
	uint64_t from = s->past_end - s->n_past;
	uint64_t end = at + b.n < s->past_end ? at + b.n : s->past_end;
	uint64_t start = at > from ? at : from;

	if (s->n_past == 0 || start >= end)
		return;
	const uint8_t *p = b.p + (start - at);
	size_t place = (s->past_at + (size_t)(start - from)) % s->past_size;
	size_t n = before_wrap(s, place, (size_t)(end - start));
	if (memcmp(s->past + place, p, n) != 0 ||
	    memcmp(s->past, p + n, (size_t)(end - start) - n) != 0)
		s->out.blind(s->out.owner, s->out.side, start, BLIND_OVERLAP);
}

/* Nobody listens any more: what waits is compared a last time, and dropped. */
static void
drop_held_if_deaf(struct stream *s)
{
	if (!s->deaf)
		return;
	for (const struct held *h = s->held; h != NULL; h = h->after)
		compare_with_past(s, h->at, h->b);
	forget_held(s);
}

static void
give_up_until(struct stream *s, uint64_t at, enum blind why)
{
	if (at <= s->next || s->deaf)
		return;
	uint64_t n = at - s->next;
	s->next = at;
	s->deaf = !s->out.gap(s->out.owner, s->out.side, n, why);
}

/* b starts at or before next: deliver what is new of it, and compare the rest. What is left
 * of a segment when its listener quits is remembered all the same. */
static void
deliver(struct stream *s, uint64_t at, struct bytes b, uint32_t len, struct stamp when)
{
	uint64_t known = s->next - at;

	compare_with_past(s, at, b);
	if (known < b.n) {
		struct bytes fresh = { b.p + known, b.n - (size_t)known };
		remember(s, s->next, fresh);
		s->next += fresh.n;
		if (!s->deaf) {
			s->last = when;
			s->deaf = !s->out.bytes(s->out.owner, s->out.side, fresh, when);
		}
	}
	if (b.n < len)
		give_up_until(s, at + len, BLIND_SNAPLEN);
}

/* [RFC 9293 3.8.4] its byte is garbage. */
static bool
is_keep_alive(const struct stream *s, uint64_t at, uint32_t len)
{
	return len <= 1 && s->next == at + 1;
}

/* A segment up to where others that wait begin or end: those have stamps of their own.
 * Whatever a copy acknowledges, its bytes were first sent before all that lies behind. */
static uint32_t
deliver_first_part(struct stream *s, uint64_t at, struct bytes b, uint32_t len,
    struct stamp when)
{
	uint64_t end = at + len;

	for (const struct held *h = s->held; h != NULL; h = h->after) {
		uint64_t h_end = h->at + h->len;
		if (h_end <= s->next)
			continue;
		if (h->at > s->next && h->at < end)
			end = h->at;
		if (h_end < end)
			end = h_end;
		if ((int32_t)(h->when.ack - when.ack) < 0)
			when.ack = h->when.ack;
	}
	uint32_t n = (uint32_t)(end - at);
	deliver(s, at, (struct bytes){ b.p, b.n < n ? b.n : n }, n, when);
	return n;
}

static struct bytes
without_first(struct bytes b, uint32_t n)
{
	size_t drop = b.n < n ? b.n : n;

	return (struct bytes){ drop ? b.p + drop : b.p, b.n - drop };
}

static void
deliver_held(struct stream *s)
{
	while (s->held != NULL && s->held->at <= s->next && !s->deaf) {
		struct held *h = take_first_held(s);
		bool untouched = h->b.p == h->block;
		s->hole_since_ns = h->when.at_ns;
		if (untouched && is_keep_alive(s, h->at, h->len)) {
			free(h);
			continue;
		}
		uint32_t n = deliver_first_part(s, h->at, h->b, h->len, h->when);
		h->at += n;
		h->len -= n;
		h->b = without_first(h->b, n);
		if (s->deaf && h->at <= s->next)
			deliver(s, h->at, h->b, h->len, h->when);
		if (h->len > 0 && !s->deaf)
			put_held(s, h);
		else
			free(h);
	}
}

/* A segment that starts at or before next, and what waits behind it. */
static void
deliver_all(struct stream *s, uint64_t at, struct bytes b, uint32_t len, struct stamp when)
{
	if (is_keep_alive(s, at, len))
		return;
	while (len > 0 && at <= s->next) {
		uint32_t n = deliver_first_part(s, at, b, len, when);
		deliver_held(s);
		at += n;
		len -= n;
		b = without_first(b, n);
	}
	drop_held_if_deaf(s);
}

static void
give_up_first_hole(struct stream *s)
{
	if (s->held == NULL)
		return;
	give_up_until(s, s->held->at, BLIND_GAP);
	deliver_held(s);
	drop_held_if_deaf(s);
}

/* What waits so far ahead that a sender hardly is there yet must not decide
 * that all before it is lost. */
static bool
drop_far_held(struct stream *s)
{
	struct held **last = &s->held;

	while (*last != NULL && (*last)->after != NULL)
		last = &(*last)->after;
	if (*last == NULL || (*last)->at < s->next + FAR_AHEAD)
		return false;
	struct held *far = *last;
	*last = NULL;
	s->n_held--;
	s->held_bytes -= far->size;
	*s->out.memory -= sizeof *far + far->size;
	free(far);
	return true;
}

static bool
holds_already(const struct held *h, uint64_t at, struct bytes b, uint32_t len)
{
	return h->at == at && h->len == len && h->b.n == b.n && memcmp(h->b.p, b.p, b.n) == 0;
}

static void
hold(struct stream *s, uint64_t at, struct bytes b, uint32_t len, struct stamp when)
{
	for (const struct held *h = s->held; h != NULL && h->at <= at; h = h->after)
		if (holds_already(h, at, b, len))
			return;
	struct held *h = malloc(sizeof *h + b.n);
	if (h == NULL)
		return;		/* the same as a packet that was never captured */
	*h = (struct held){ .at = at, .len = len, .when = when, .b = { h->block, b.n }, .size = b.n };
	if (b.n > 0)
		memcpy(h->block, b.p, b.n);
	if (s->held == NULL)
		s->hole_since_ns = when.at_ns;
	put_held(s, h);
	while (s->n_held > LIMIT_HELD_SEGMENTS || s->held_bytes > LIMIT_HELD_BYTES)
		if (!drop_far_held(s))
			give_up_first_hole(s);
}

/* Nothing was delivered, and this lies before where it should begin: the base
 * was guessed from an acknowledgement, or a SYN was not this connection's
 * [RFC 5961 4]. One byte is a keep-alive's. */
static bool
base_was_wrong(const struct stream *s, uint32_t seq, uint32_t len)
{
	int64_t at = position(s, 0, seq);

	return s->high == 0 && at < 0 && (!s->from_start || (len > 1 && at + len <= 0));
}

bool
stream_cares(const struct stream *s, uint32_t seq)
{
	return !s->deaf || (s->n_past > 0 && position(s, s->high, seq) < (int64_t)s->past_end);
}

void
stream_put(struct stream *s, uint32_t seq, struct bytes b, uint32_t len, struct stamp when)
{
	assert(b.n <= len);
	stream_base(s, seq, false);
	if (base_was_wrong(s, seq, len)) {
		bool forged = s->from_start;
		move_base(s, seq);
		s->from_start = false;
		if (forged)
			s->acked = 0;
	}
	int64_t at = position(s, s->high, seq), end = at + len;

	if (at < 0 && len > 1 && !s->missed) {
		s->missed = true;
		s->out.blind(s->out.owner, s->out.side, 0, BLIND_GAP);
	}
	if (end <= 0)
		return;			/* before we joined */
	if (at > (int64_t)s->high + WINDOW_MAX)
		return;			/* no receiver takes it */
	if (at < 0) {
		size_t before = (size_t)-at < b.n ? (size_t)-at : b.n;
		b = (struct bytes){ b.p + before, b.n - before };
		len = (uint32_t)end;
		at = 0;
	}
	if ((uint64_t)end > s->high)
		s->high = (uint64_t)end;
	if (s->deaf) {
		if (len > 1)
			compare_with_past(s, (uint64_t)at, b);
		return;
	}
	if ((uint64_t)at > s->next) {
		hold(s, (uint64_t)at, b, len, when);
		return;
	}
	deliver_all(s, (uint64_t)at, b, len, when);
}

void
stream_fin(struct stream *s, uint32_t seq)
{
	stream_base(s, seq, false);
	s->finished = true;
	s->fin_at = stream_offset(s, seq);
	if (s->acked == s->fin_at + 1)
		s->acked--;		/* the acknowledgement came before the FIN itself */
}

void
stream_acked(struct stream *s, uint32_t ack, uint64_t at_ns)
{
	stream_base(s, ack, false);
	if (!s->from_start && s->high == 0 && position(s, 0, ack) < 0)
		move_base(s, ack);	/* an earlier acknowledgement, come later */
	uint64_t at = stream_offset(s, ack);

	if (s->finished && at == s->fin_at + 1)
		at--;			/* the FIN itself */
	if (at > s->acked && at <= s->high + WINDOW_MAX)
		s->acked = at;
	if (s->held != NULL && s->acked >= s->held->at &&
	    at_ns > s->hole_since_ns + STREAM_PATIENCE_NS)
		give_up_first_hole(s);
}

void
stream_end(struct stream *s)
{
	while (s->held != NULL)
		give_up_first_hole(s);
	give_up_until(s, stream_length(s), BLIND_GAP);	/* told of, and never captured */
}
