#include "net/live.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/text.h"
#include "net/drops.h"
#include "net/lineup.h"
#include "net/live_device.h"

#define NS_PER_SECOND	1000000000u

/* How often it is asked whether an interface that is down came back or was removed,
 * of which the kernel tells no socket. */
#define OUTAGE_TICK_NS	100000000

/* A part of the kernel's buffer that is not full is given out after two times 5 ms, and its
 * clock has a grain of up to 10 ms. */
#define ORDER_LAG_NS	20000000u
#define ORDER_TICK_NS	5000000u	/* packets that wait are looked at so often */
#define READ_AT_ONCE	4096u		/* of a device, before others have their turn */

struct live {
	struct source source;
	struct live_device *devices;
	size_t   n_devices;
	size_t   n_open;
	struct lineup lineup;	/* a lane of each device */
	size_t   n_idle;	/* devices that are open, and have none in it */
	uint64_t lag_ns;	/* how long a packet may be older than one of another, and come
				 * later */
	int      clock;		/* ticks while a device is down, or a packet waits */
	bool     is_ticking;
	struct drops *drops;	/* of each namespace */
	size_t   n_drops;
};

void
live_damaged(struct source *s, const char *what)
{
	struct diag *d = &s->damage;
	struct text t = { .s = d->line, .n = strlen(d->line), .cap = sizeof d->line };

	text_putf(&t, "%s%s", t.n > 0 ? "; " : "", what);
}

static void
note_damage(struct live *l, const struct live_device *v, const char *what)
{
	struct diag d = { "" };

	diag_set(&d, "%s: %s", v->name, what);
	live_damaged(&l->source, d.line);
}

static void
lose_device(struct live *l, struct live_device *v)
{
	note_damage(l, v, outage_is_for_good(&v->outage) ?
	    "the interface is gone, and nothing more was captured on it" :
	    pcap_geterr(v->pcap));
	live_device_count_dropped(v);
	live_device_close(v);
	l->n_open--;
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * NS_PER_SECOND + (uint64_t)t.tv_nsec;
}

static void
line_up(struct live *l, size_t i, struct packet *p)
{
	struct live_device *v = &l->devices[i];

	p->interface = (uint32_t)i;
	p->source = v->space;
	v->dropped += !lineup_put(&l->lineup, i, p);
}

/* What it has, into its lane: all while others are waited for, lest its buffer overflows, else
 * enough for a batch. */
static void
read_device(struct live *l, size_t i, bool all)
{
	struct live_device *v = &l->devices[i];
	struct packet p;
	int got = 1;

	for (unsigned n = 0; n < READ_AT_ONCE && !lineup_is_full(&l->lineup); n++) {
		if (!all && l->lineup.lanes[i].n >= BATCH_MAX)
			break;
		if ((got = live_device_read(v, &p)) != 1)
			break;
		line_up(l, i, &p);
	}
	if (got < 0)
		lose_device(l, v);
	l->n_idle += v->pcap != NULL && lineup_is_empty(&l->lineup, i);
}

/* Does the oldest wait for what an idle device may still give, as of that time? What comes while
 * others are read is of the future; much later than that, the clock was set, which is no reason
 * to wait. */
static bool
has_to_wait(const struct live *l, const struct packet *p, uint64_t now)
{
	bool is_young = p->at_ns > now ? p->at_ns - now <= l->lag_ns : now - p->at_ns < l->lag_ns;

	return l->n_idle > 0 && is_young && !lineup_is_full(&l->lineup);
}

static void
give_out(struct live *l, uint64_t now, struct batch *b)
{
	const struct packet *p;

	while (b->n < BATCH_MAX && (p = lineup_oldest(&l->lineup)) != NULL &&
	    !has_to_wait(l, p, now)) {
		b->v[b->n++] = *p;
		size_t i = lineup_take(&l->lineup);
		l->n_idle += l->devices[i].pcap != NULL && lineup_is_empty(&l->lineup, i);
	}
}

/* 0: never. */
static void
set_clock(struct live *l, uint64_t after_ns)
{
	const struct itimerspec when = { .it_value.tv_nsec = (long)after_ns };

	if (after_ns == 0 && !l->is_ticking)
		return;
	int failed = timerfd_settime(l->clock, 0, &when, NULL);
	assert(failed == 0);
	l->is_ticking = after_ns != 0;
}

/* Of those that have nothing to give: so an interface that went away has given all. True:
 * one is down. */
static bool
look_for_outages(struct live *l)
{
	bool any_down = false;

	for (size_t i = 0; i < l->n_devices; i++) {
		struct live_device *v = &l->devices[i];

		if (v->pcap == NULL || !lineup_is_empty(&l->lineup, i))
			continue;
		bool has_begun = outage_has_begun(&v->outage);
		if (outage_is_for_good(&v->outage)) {
			lose_device(l, v);
			l->n_idle--;
			continue;
		}
		if (has_begun)
			note_damage(l, v, "the interface was down for a time, "
			    "and packets may be missing");
		any_down |= v->outage.is_down;
	}
	return any_down;
}

static enum got
live_next(struct source *s, struct batch *b, struct diag *d)
{
	struct live *l = (struct live *)s;
	uint64_t now = now_ns();	/* before they are asked: what comes later is younger */
	bool others_idle = l->n_devices > 1 && l->n_idle > 0, any_down;

	(void)d;
	lineup_forget(&l->lineup);
	l->n_idle = 0;
	for (size_t i = 0; i < l->n_devices; i++)
		if (l->devices[i].pcap != NULL)
			read_device(l, i, others_idle);
	give_out(l, now, b);
	if (b->n > 0)
		return GOT_SOME;
	any_down = look_for_outages(l);
	give_out(l, now, b);		/* nobody may be idle any more */
	if (b->n > 0)
		return GOT_SOME;
	set_clock(l, l->lineup.n_busy > 0 ? ORDER_TICK_NS : any_down ? OUTAGE_TICK_NS : 0);
	return l->n_open > 0 ? GOT_NOTHING : GOT_END;
}

static void
live_close(struct source *s)
{
	struct live *l = (struct live *)s;

	for (size_t i = 0; i < l->n_devices; i++)
		live_device_close(&l->devices[i]);
	if (l->clock >= 0)
		close(l->clock);
	for (size_t i = 0; i < l->n_drops; i++)
		drops_free(&l->drops[i]);
	free(l->drops);
	free(l->devices);
	lineup_free(&l->lineup);
	free(l);
}

struct opening {
	struct live *live;
	const struct live_options *options;
};

/* All that is opened in one namespace, from within. A device that failed is to be closed
 * too. */
static bool
open_devices(void *owner, struct diag *d)
{
	static const char *const any[] = { "any" };
	struct opening *p = owner;
	struct live *l = p->live;
	const struct live_options *o = p->options;
	const char *const *names = o->n_devices > 0 ? o->devices : any;
	size_t n = o->n_devices > 0 ? o->n_devices : 1;
	uint16_t space = (uint16_t)l->n_drops;
	struct drops *drops = &l->drops[l->n_drops++];

	drops_open(drops);
	for (size_t i = 0; i < n; i++, l->n_open++) {
		struct live_device *v = &l->devices[l->n_devices++];

		if (!live_device_open(v, names[i], o, d))
			return false;
		v->space = space;
		if (!drops_of(drops, v->index)) {
			diag_set(d, "out of memory");
			return false;
		}
	}
	drops_look(drops);
	return true;
}

static bool
open_spaces(struct live *l, const struct live_options *o, size_t n, struct diag *d)
{
	static const struct space own = { .fd = -1 };
	const struct space *spaces = o->n_spaces > 0 ? o->spaces : &own;
	struct opening p = { l, o };

	for (size_t i = 0; i < n; i++)
		if (!space_run(&spaces[i], open_devices, &p, d))
			return false;
	return true;
}

/* Several are opened one after the other. The capture begins with the last; what came by then
 * is no part of it, nor is what was lost of that. All that is lost later counts. */
static void
begin(struct live *l)
{
	struct packet p;

	for (size_t i = 0; i < l->n_devices; i++)
		live_device_begin(&l->devices[i]);

	uint64_t now = now_ns();
	for (size_t i = 0; i < l->n_devices; i++)
		while (live_device_read(&l->devices[i], &p) == 1)
			if (p.at_ns >= now) {
				line_up(l, i, &p);
				break;
			}
}

struct source *
live_open(const struct live_options *o, struct diag *d)
{
	static const struct source_ops ops = { live_next, live_close };
	size_t n_spaces = o->n_spaces > 0 ? o->n_spaces : 1;
	size_t n = (o->n_devices > 0 ? o->n_devices : 1) * n_spaces;

	if (o->buffer_kib > LIVE_BUFFER_KIB_MAX || o->snaplen > LIVE_SNAPLEN_MAX ||
	    n > UINT16_MAX) {
		diag_set(d, "a capture has at most %u KiB of buffer, %u bytes of a packet "
		    "and %u interfaces", LIVE_BUFFER_KIB_MAX, LIVE_SNAPLEN_MAX, UINT16_MAX);
		return NULL;
	}

	struct live *l = calloc(1, sizeof *l);
	if (l == NULL) {
		diag_set(d, "out of memory");
		return NULL;
	}
	l->source.ops = &ops;
	l->lag_ns = o->immediate ? 0 : ORDER_LAG_NS;
	l->clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	l->devices = calloc(n, sizeof *l->devices);
	l->drops = calloc(n_spaces, sizeof *l->drops);
	if (!lineup_init(&l->lineup, n) || l->clock < 0 || l->devices == NULL || l->drops == NULL) {
		diag_set(d, "cannot capture: %s", strerror(errno));
	} else if (open_spaces(l, o, n_spaces, d)) {
		if (n > 1)
			begin(l);
		return &l->source;
	}
	live_close(&l->source);
	return NULL;
}

static size_t
put_descriptor(int fd, int *out, size_t n, size_t max)
{
	if (fd < 0)
		return n;
	if (n < max)
		out[n] = fd;
	return n + 1;
}

size_t
live_descriptors(const struct source *s, int *out, size_t max)
{
	const struct live *l = (const struct live *)s;
	size_t n = put_descriptor(l->clock, out, 0, max);

	for (size_t i = 0; i < l->n_devices && l->lineup.n_busy == 0; i++) {
		const struct live_device *v = &l->devices[i];

		if (v->pcap == NULL)
			continue;
		n = put_descriptor(pcap_get_selectable_fd(v->pcap), out, n, max);
		n = put_descriptor(v->outage.fd, out, n, max);
	}
	return n;
}

void
live_losses(struct source *s, struct live_losses *out)
{
	struct live *l = (struct live *)s;

	*out = (struct live_losses){ .known = true };
	for (size_t i = 0; i < l->n_drops; i++) {
		out->known &= drops_look(&l->drops[i]);
		out->interface += l->drops[i].lost;
	}
	for (size_t i = 0; i < l->n_devices; i++) {
		struct live_device *v = &l->devices[i];

		live_device_count_dropped(v);
		out->kernel += v->dropped;
		out->known &= !v->untold;
	}
	if (!out->known)
		*out = (struct live_losses){ .known = false };
}
