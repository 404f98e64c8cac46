#include "net/frag.h"

#include <stdlib.h>

#include "base/limits.h"

#define TIME_V4_NS	30000000000ull	/* as Linux; [RFC 791 3.2] leaves it open */
#define TIME_V6_NS	60000000000ull	/* [RFC 8200 4.5] */
#define DATAGRAM_MAX	65535u		/* of IPv6 without the first 40 */
#define UNIT		8u		/* fragments begin at its multiples */
#define N_WORDS		(65536u / UNIT / 64u)
#define KEY_LEN		(2u + 16 + 16 + 4)

enum state {
	STATE_FILLING,
	STATE_WHOLE,
	STATE_LOST,			/* given up; what still comes is swallowed */
	STATE_UNWANTED,			/* holds no TCP */
};

struct datagram {
	uint8_t  key[KEY_LEN];
	bool     v6;
	enum state state;
	uint64_t since_ns;
	uint64_t n_pieces;
	struct datagram *older, *newer;	/* .older: also the next of those released */
	uint8_t *body;			/* in data, behind the head when whole */
	uint8_t *data;
	size_t   size;
	uint8_t *head;
	size_t   head_len;
	uint32_t next_at;
	uint8_t  protocol;
	uint32_t have;			/* bytes of the body that came */
	uint32_t end;			/* of the body; 0: the last is not here yet */
	uint32_t top;			/* where what is not the last ends */
	uint64_t filled[N_WORDS];	/* a bit a unit */
	uint64_t starts[N_WORDS];	/* units that a fragment begins with */
};

static bool
bit(const uint64_t *v, uint32_t unit)
{
	return unit < N_WORDS * 64 && (v[unit / 64] >> unit % 64 & 1);
}

static void
set_bit(uint64_t *v, uint32_t unit)
{
	v[unit / 64] |= 1ull << unit % 64;
}

static struct bytes
key_bytes(const uint8_t *key)
{
	return (struct bytes){ key, KEY_LEN };
}

/* [RFC 791 3.2] has the protocol in it, [RFC 8200 4.5] not. */
static void
make_key(const struct fragment *p, uint8_t out[KEY_LEN])
{
	uint8_t *at = out;

	memset(out, 0, KEY_LEN);
	*at++ = p->v6 ? 6 : 4;
	*at++ = p->v6 ? 0 : p->protocol;
	memcpy(at, p->src.p, p->src.n);
	memcpy(at + 16, p->dst.p, p->dst.n);
	for (int i = 0; i < 4; i++)
		at[32 + i] = (uint8_t)(p->id >> 8 * i);
}

/* In memory */

static size_t
weight(const struct datagram *d)
{
	return sizeof *d + d->size + d->head_len;
}

static void
free_datagram(struct datagram *d)
{
	free(d->data);
	free(d->head);
	free(d);
}

static void
forget_bytes(struct frag *f, struct datagram *d)
{
	f->n_bytes -= d->size + d->head_len;
	free(d->data);
	free(d->head);
	d->data = d->body = d->head = NULL;
	d->size = d->head_len = 0;
}

static void
drop(struct frag *f, struct datagram *d)
{
	if (d->state == STATE_FILLING)
		f->lost += d->n_pieces;
	*(d->newer ? &d->newer->older : &f->newest) = d->older;
	*(d->older ? &d->older->newer : &f->oldest) = d->newer;
	map_remove(&f->map, key_bytes(d->key));
	f->n--;
	f->n_bytes -= weight(d);
	if (d->state != STATE_WHOLE) {
		free_datagram(d);
		return;
	}
	d->older = f->released;
	f->released = d;
}

void
frag_free_released(struct frag *f)
{
	struct datagram *d;

	while ((d = f->released) != NULL) {
		f->released = d->older;
		free_datagram(d);
	}
}

/* Merged captures may go back in time a little: then nothing is over. */
static bool
is_over(const struct datagram *d, uint64_t now_ns)
{
	return now_ns > d->since_ns && now_ns - d->since_ns > (d->v6 ? TIME_V6_NS : TIME_V4_NS);
}

void
frag_expire(struct frag *f, uint64_t now_ns)
{
	while (f->oldest != NULL && is_over(f->oldest, now_ns))
		drop(f, f->oldest);
}

/* For so many datagrams more, and for one to grow as far as any can. */
static void
make_room(struct frag *f, size_t n_more)
{
	while (f->oldest != NULL && (f->n + n_more > LIMIT_DATAGRAMS ||
	    f->n_bytes + 4 * DATAGRAM_MAX > LIMIT_FRAGMENT_BYTES)) {
		f->shed += f->oldest->state == STATE_FILLING;
		drop(f, f->oldest);
	}
}

static struct datagram *
new_datagram(struct frag *f, const struct fragment *p, uint64_t at_ns)
{
	struct datagram *d = calloc(1, sizeof *d);

	if (d == NULL)
		return NULL;
	make_room(f, 1);
	make_key(p, d->key);
	if (!map_put(&f->map, key_bytes(d->key), d)) {
		free(d);
		return NULL;
	}
	d->v6 = p->v6;
	d->since_ns = at_ns;
	d->older = f->newest;
	*(f->newest ? &f->newest->newer : &f->oldest) = d;
	f->newest = d;
	f->n++;
	f->n_bytes += sizeof *d;
	return d;
}

static bool
fit(struct frag *f, struct datagram *d, size_t n)
{
	size_t size = d->size > 0 ? d->size : 512;

	if (n <= d->size)
		return true;
	while (size < n)
		size *= 2;
	uint8_t *more = realloc(d->data, size);
	if (more == NULL)
		return false;
	f->n_bytes += size - d->size;
	d->data = d->body = more;
	d->size = size;
	return true;
}

static bool
keep_head(struct frag *f, struct datagram *d, const struct fragment *p)
{
	if (p->offset != 0 || d->head != NULL)
		return true;
	if ((d->head = malloc(p->head.n)) == NULL)
		return false;
	memcpy(d->head, p->head.p, p->head.n);
	d->head_len = p->head.n;
	d->next_at = p->next_at;
	d->protocol = p->protocol;
	f->n_bytes += d->head_len;
	return true;
}

/* What a fragment is to the others */

static bool
is_contradictory(const struct datagram *d, const struct fragment *p)
{
	uint32_t end = p->offset + p->body_len;
	size_t around = p->v6 ? p->head.n - 40 : p->head.n;

	if (p->body.n < p->body_len || p->body_len == 0 || end + around > DATAGRAM_MAX)
		return true;
	if (p->more)
		return end % UNIT != 0 || (d->end != 0 && end >= d->end);
	return (d->end != 0 && end != d->end) || end <= d->top;
}

static uint32_t
unit_len(const struct fragment *p, uint32_t at)
{
	return p->body_len - at < UNIT ? p->body_len - at : UNIT;
}

/* Nothing that is here already differs; *n_new: bytes that are not. */
static bool
agrees(const struct datagram *d, const struct fragment *p, uint32_t *n_new)
{
	*n_new = 0;
	for (uint32_t at = 0; at < p->body_len; at += UNIT) {
		if (!bit(d->filled, (p->offset + at) / UNIT))
			*n_new += unit_len(p, at);
		else if (memcmp(d->body + p->offset + at, p->body.p + at, unit_len(p, at)) != 0)
			return false;
	}
	return true;
}

/* Of what is all here: did it come as one fragment? */
static bool
is_copy(const struct datagram *d, const struct fragment *p)
{
	uint32_t end = p->offset + p->body_len;

	for (uint32_t at = UNIT; at < p->body_len; at += UNIT)
		if (bit(d->starts, (p->offset + at) / UNIT))
			return false;
	return bit(d->starts, p->offset / UNIT) && (end == d->end ||
	    (end % UNIT == 0 && (!bit(d->filled, end / UNIT) || bit(d->starts, end / UNIT))));
}

static bool
belongs(const struct datagram *d, const struct fragment *p, uint32_t *n_new)
{
	if (is_contradictory(d, p) || !agrees(d, p, n_new))
		return false;
	return !p->v6 || *n_new == p->body_len || (*n_new == 0 && is_copy(d, p));
}

static void
give_up(struct frag *f, struct datagram *d)
{
	f->lost += d->n_pieces;
	d->state = STATE_LOST;
	forget_bytes(f, d);
}

static bool
store(struct frag *f, struct datagram *d, const struct fragment *p, uint32_t n_new)
{
	uint32_t end = p->offset + p->body_len;

	if (!fit(f, d, end) || !keep_head(f, d, p))
		return false;
	memcpy(d->body + p->offset, p->body.p, p->body_len);
	for (uint32_t at = 0; at < p->body_len; at += UNIT)
		set_bit(d->filled, (p->offset + at) / UNIT);
	set_bit(d->starts, p->offset / UNIT);
	d->have += n_new;
	if (!p->more)
		d->end = end;
	else if (end > d->top)
		d->top = end;
	return true;
}

/* Whole */

static void
put_u16(uint8_t *at, size_t v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

static bool
complete(struct frag *f, struct datagram *d)
{
	size_t n = d->head_len + d->end;
	uint8_t *whole = malloc(n);

	if (whole == NULL)
		return false;
	memcpy(whole, d->head, d->head_len);
	memcpy(whole + d->head_len, d->body, d->end);
	if (d->v6) {
		put_u16(whole + 4, n - 40);
		whole[d->next_at] = d->protocol;
	} else {
		put_u16(whole + 2, n);
		put_u16(whole + 6, 0);		/* flags and offset */
	}
	size_t head_len = d->head_len;
	forget_bytes(f, d);
	d->data = whole;
	d->size = n;
	d->body = whole + head_len;
	d->state = STATE_WHOLE;
	f->n_bytes += n;
	return true;
}

/* The one that p belongs to; another one may have had its identification before. */
static struct datagram *
datagram_of(struct frag *f, const struct fragment *p, uint64_t at_ns)
{
	uint8_t key[KEY_LEN];
	uint32_t n_new;

	make_key(p, key);
	struct datagram *d = map_get(&f->map, key_bytes(key));
	if (d == NULL)
		return new_datagram(f, p, at_ns);
	bool other = is_over(d, at_ns) ||
	    (d->state == STATE_WHOLE && (!belongs(d, p, &n_new) || n_new > 0)) ||
	    (d->state == STATE_UNWANTED && p->offset == 0 && p->wanted);
	if (!other)
		return d;
	drop(f, d);
	return new_datagram(f, p, at_ns);
}

bool
frag_put(struct frag *f, const struct fragment *p, uint64_t at_ns, struct bytes *whole)
{
	uint32_t n_new;

	frag_expire(f, at_ns);
	make_room(f, 0);
	struct datagram *d = datagram_of(f, p, at_ns);
	if (d == NULL) {
		f->lost++;
		return false;
	}
	f->lost += d->state == STATE_LOST;
	if (d->state != STATE_FILLING)
		return false;
	d->n_pieces++;
	if (!p->wanted) {
		d->state = STATE_UNWANTED;
		forget_bytes(f, d);
		return false;
	}
	if (!belongs(d, p, &n_new) || !store(f, d, p, n_new)) {
		give_up(f, d);
		return false;
	}
	if (d->end == 0 || d->have < d->end)
		return false;
	if (!complete(f, d)) {
		give_up(f, d);
		return false;
	}
	*whole = (struct bytes){ d->data, d->size };
	return true;
}

void
frag_end(struct frag *f)
{
	while (f->oldest != NULL)
		drop(f, f->oldest);
	frag_free_released(f);
}

void
frag_init(struct frag *f)
{
	*f = (struct frag){ 0 };
	map_init(&f->map);
}

void
frag_free(struct frag *f)
{
	frag_end(f);
	map_free(&f->map);
}
