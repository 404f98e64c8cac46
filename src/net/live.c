#include "net/live.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/text.h"
#include "net/drops.h"
#include "net/live_device.h"

#define NS_PER_SECOND	1000000000u

/* How often it is asked whether an interface that is down came back or was removed,
 * of which the kernel tells no socket. */
#define OUTAGE_TICK_NS	100000000

struct live {
	struct source source;
	struct live_device *devices;
	size_t   n_devices;
	size_t   n_open;
	size_t   turn;		/* who is asked first */
	uint8_t *bytes;		/* of one batch; only what packets fill is ever touched */
	int      clock;		/* ticks while a device is down */
	bool     is_ticking;
	struct drops drops;
};

/* One call of pcap_dispatch(). */
struct reading {
	struct live_device *device;
	struct batch *batch;
	uint16_t      number;	/* of the device */
	uint8_t      *at;	/* free bytes */
};

static void
note_damage(struct live *l, const struct live_device *v, const char *what)
{
	struct diag *d = &l->source.damage;
	struct text t = { .s = d->line, .n = strlen(d->line), .cap = sizeof d->line };

	text_putf(&t, "%s%s: %s", t.n > 0 ? "; " : "", v->name, what);
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

/* libpcap's memory ends with this call. */
static void
take(u_char *user, const struct pcap_pkthdr *h, const u_char *bytes)
{
	struct reading *r = (struct reading *)user;
	struct live_device *v = r->device;
	uint32_t n = h->caplen < v->snaplen ? h->caplen : v->snaplen;
	uint64_t fraction = (uint64_t)h->ts.tv_usec;

	if (r->batch->n == BATCH_MAX) {	/* more than was asked for */
		v->dropped++;
		return;
	}
	memcpy(r->at, bytes, n);
	r->batch->v[r->batch->n++] = (struct packet){
		.at_ns = (uint64_t)h->ts.tv_sec * NS_PER_SECOND +
		    (v->has_nanoseconds ? fraction : fraction * 1000),
		.captured = { r->at, n },
		.wire_len = h->len > n ? h->len : n,
		.link_type = v->link_type,
		.source = r->number,
		.time_digits = v->has_nanoseconds ? 9 : 6,
	};
	r->at += n;
}

static void
set_clock(struct live *l, bool on)
{
	const struct timespec tick = { .tv_nsec = on ? OUTAGE_TICK_NS : 0 };
	const struct itimerspec when = { .it_interval = tick, .it_value = tick };

	if (!on && !l->is_ticking)
		return;
	int failed = timerfd_settime(l->clock, 0, &when, NULL);
	assert(failed == 0);
	l->is_ticking = on;
}

/* Asked when everything was read: so an interface that went away has given all. */
static void
look_for_outages(struct live *l)
{
	bool any_down = false;

	for (size_t i = 0; i < l->n_devices; i++) {
		struct live_device *v = &l->devices[i];

		if (v->pcap == NULL)
			continue;
		bool has_begun = outage_has_begun(&v->outage);
		if (outage_is_for_good(&v->outage)) {
			lose_device(l, v);
			continue;
		}
		if (has_begun)
			note_damage(l, v, "the interface was down for a time, "
			    "and packets may be missing");
		any_down |= v->outage.is_down;
	}
	set_clock(l, any_down);
}

static enum got
live_next(struct source *s, struct batch *b, struct diag *d)
{
	struct live *l = (struct live *)s;

	(void)d;
	for (size_t i = 0; i < l->n_devices; i++) {
		size_t k = (l->turn + i) % l->n_devices;
		struct live_device *v = &l->devices[k];
		struct reading r = { .device = v, .batch = b, .number = (uint16_t)k,
			.at = l->bytes };

		if (v->pcap == NULL)
			continue;
		if (pcap_dispatch(v->pcap, (int)BATCH_MAX, take, (u_char *)&r) < 0)
			lose_device(l, v);
		if (b->n > 0) {
			l->turn = k + 1;
			return GOT_SOME;
		}
	}
	look_for_outages(l);
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
	drops_free(&l->drops);
	free(l->devices);
	free(l->bytes);
	free(l);
}

static bool
open_devices(struct live *l, const struct live_options *o, size_t n, struct diag *d)
{
	static const char *const any[] = { "any" };
	const char *const *names = o->n_devices > 0 ? o->devices : any;
	uint32_t snaplen = 0;

	for (; l->n_devices < n; l->n_open++) {
		struct live_device *v = &l->devices[l->n_devices];
		bool ok = live_device_open(v, names[l->n_devices++], o, d);

		if (!ok)
			return false;
		if (!drops_of(&l->drops, v->index)) {
			diag_set(d, "out of memory");
			return false;
		}
		snaplen = v->snaplen > snaplen ? v->snaplen : snaplen;
	}
	if ((l->bytes = malloc((size_t)BATCH_MAX * snaplen)) == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	drops_look(&l->drops);
	return true;
}

struct source *
live_open(const struct live_options *o, struct diag *d)
{
	static const struct source_ops ops = { live_next, live_close };
	size_t n = o->n_devices > 0 ? o->n_devices : 1;

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
	l->clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	l->devices = calloc(n, sizeof *l->devices);
	if (l->clock < 0 || l->devices == NULL)
		diag_set(d, "cannot capture: %s", strerror(errno));
	else if (open_devices(l, o, n, d))
		return &l->source;
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

	for (size_t i = 0; i < l->n_devices; i++) {
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

	*out = (struct live_losses){ .known = drops_look(&l->drops),
		.interface = l->drops.lost };
	for (size_t i = 0; i < l->n_devices; i++) {
		struct live_device *v = &l->devices[i];

		live_device_count_dropped(v);
		out->kernel += v->dropped;
		out->known &= !v->untold;
	}
	if (!out->known)
		*out = (struct live_losses){ .known = false };
}
