/*
 * refresh_bench - what a refresh of a live table costs: 10,000 mutual TLS connections,
 * copies of a recorded one, and then ticks on all, on some, and on none of them.
 *
 * usage: refresh_bench RECORDING [CONNECTIONS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine.h"
#include "net/savefile.h"
#include "testkit/feed.h"
#include "testkit/surgery.h"

#define ROUNDS 20u
#define WALKED 48u			/* LIMIT_SEALED_RECORDS: each is looked at */

static void
give_up(const char *what)
{
	fprintf(stderr, "refresh_bench: %s\n", what);
	exit(2);
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Is it of the connection to copy, and not of its end? */
static bool
is_wanted(const struct anatomy *a, uint16_t client, uint16_t server)
{
	bool there = a->s.src_port == client && a->s.dst_port == server;
	bool back = a->s.src_port == server && a->s.dst_port == client;

	return (there || back) && !(a->s.flags & (TCP_FIN | TCP_RST));
}

/* Connection number n is the recorded one with another client: 10.x.y.z, IPv4. */
static void
add_copy(struct packets *to, const struct packet *p, const struct anatomy *a, uint16_t client,
    uint32_t n, uint64_t at_ns)
{
	bool sent = a->s.src_port == client;
	uint32_t address = 10u << 24 | (n + 1);

	packets_insert(to, to->n, *p);
	uint8_t *b = packets_own(to, to->n - 1) + a->ip + (sent ? 12 : 16);
	for (int i = 0; i < 4; i++)
		b[i] = (uint8_t)(address >> (24 - 8 * i));
	to->v[to->n - 1].at_ns = at_ns;
}

static unsigned
drain(struct engine *e, uint64_t *spent, uint64_t *longest)
{
	enum refreshed r = REFRESHED_MORE;
	struct diag d = { 0 };
	unsigned calls = 0;

	while (r == REFRESHED_MORE) {
		uint64_t before = now_ns();
		r = engine_refresh(e, 0, &d);
		uint64_t took = now_ns() - before;
		*spent += took;
		*longest = took > *longest ? took : *longest;
		calls++;
	}
	if (r == REFRESHED_FAILED)
		give_up(d.line);
	return calls;
}

static void
take_all(struct engine *e)
{
	struct diag d = { 0 };
	enum got got;

	while ((got = engine_step(e, &d)) == GOT_SOME)
		;
	if (got == GOT_ERROR)
		give_up(d.line);
}

struct recorded {
	struct packets packets;		/* of the one connection */
	struct anatomy *anatomy;
	struct packet last;		/* by the client, to make ticks of */
	struct anatomy last_anatomy;
	uint16_t client;
};

/* The first connection between two ports that are not EPMD's. */
static struct recorded
pick(const char *path)
{
	struct recorded r = { .client = 0 };
	struct packets all;
	struct diag d = { 0 };
	struct source *s = savefile_open(path, 0, &d);
	uint16_t server = 0;

	if (s == NULL || !packets_read(&all, s, &d))
		give_up(d.line);
	if ((r.anatomy = calloc(all.n, sizeof *r.anatomy)) == NULL)
		give_up("out of memory");
	for (size_t i = 0; i < all.n; i++) {
		struct anatomy a;
		if (!anatomy_of(&all.v[i], &a))
			continue;
		if (r.client == 0 && (a.s.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN &&
		    a.s.dst_port != ENGINE_EPMD_PORT) {
			r.client = a.s.src_port;
			server = a.s.dst_port;
		}
		if (r.client == 0 || !is_wanted(&a, r.client, server))
			continue;
		packets_insert(&r.packets, r.packets.n, all.v[i]);
		packets_own(&r.packets, r.packets.n - 1);
		r.anatomy[r.packets.n - 1] = a;
		if (a.s.src_port == r.client && a.s.payload.n > 0) {
			r.last = r.packets.v[r.packets.n - 1];
			r.last_anatomy = a;
		}
	}
	source_close(s);
	packets_free(&all);
	if (r.packets.n == 0 || r.last_anatomy.s.payload.n == 0)
		give_up("no connection in it");
	return r;
}

static uint64_t
talk(struct engine *e, struct feed *f, struct recorded *r, uint32_t n, unsigned *calls,
    uint64_t *longest)
{
	uint64_t spent = 0, at_ns = r->packets.v[0].at_ns;

	for (uint32_t k = 0; k < n; k++) {
		for (size_t i = 0; i < r->packets.n; i++)
			add_copy(&f->packets, &r->packets.v[i], &r->anatomy[i], r->client, k, at_ns += 1000);
		if (k % 100 != 99)
			continue;
		take_all(e);
		*calls += drain(e, &spent, longest);
		feed_clear(f);
	}
	take_all(e);
	*calls += drain(e, &spent, longest);
	return spent;
}

static void
tick(struct engine *e, struct feed *f, struct recorded *r, uint32_t n, unsigned round)
{
	static const uint8_t payload[26] = { 23, 3, 3, 0, 21 };
	uint32_t seq = r->last_anatomy.s.seq + (uint32_t)r->last_anatomy.s.payload.n +
	    round * (uint32_t)sizeof payload;
	struct packet p = surgery_payload(&r->packets, &r->last, &r->last_anatomy, seq,
	    (struct bytes){ payload, sizeof payload });
	uint64_t at_ns = r->last.at_ns + (round + 1) * 15000000000ull;

	feed_clear(f);
	for (uint32_t k = 0; k < n; k++)
		add_copy(&f->packets, &p, &r->last_anatomy, r->client, k, at_ns + k);
	take_all(e);
}

static void
measure(struct engine *e, struct feed *f, struct recorded *r, uint32_t n, unsigned *round)
{
	uint64_t spent = 0, longest = 0;
	unsigned calls = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		tick(e, f, r, n, (*round)++);
		calls += drain(e, &spent, &longest);
	}
	printf("%6u with ticks, %s: %8.3f ms a round, in %.1f calls, the longest %.3f ms\n", n,
	    *round <= WALKED ? "looked into" : "counted", (double)spent / ROUNDS / 1e6,
	    (double)calls / ROUNDS, (double)longest / 1e6);
}

int
main(int argc, char **argv)
{
	const struct engine_options o = { .events = true };
	struct feed f;
	struct diag d = { 0 };
	struct snapshot s;
	uint64_t longest = 0;
	unsigned calls = 0, round = 0;

	if (argc < 2)
		give_up("usage: refresh_bench RECORDING [CONNECTIONS]");
	uint32_t n = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 10000;
	struct recorded r = pick(argv[1]);
	feed_init(&f);
	struct engine *e = engine_open_source(&o, &f.source, &d);
	if (e == NULL)
		give_up(d.line);
	uint64_t spent = talk(e, &f, &r, n, &calls, &longest);
	if (!engine_snapshot(e, &s, &d))
		give_up(d.line);
	printf("%zu connections listed, %llu of them mutual: %.3f ms in %u calls, the longest %.3f ms\n",
	    s.n_connections, (unsigned long long)s.n_by_verdict[VERDICT_MUTUAL],
	    (double)spent / 1e6, calls, (double)longest / 1e6);
	measure(e, &f, &r, n, &round);
	for (; round <= WALKED; drain(e, &spent, &longest))
		tick(e, &f, &r, n, round++);
	measure(e, &f, &r, n, &round);
	measure(e, &f, &r, n / 100, &round);
	measure(e, &f, &r, 0, &round);
	uint64_t before = now_ns();
	for (unsigned i = 0; i < ROUNDS; i++)
		if (!engine_snapshot(e, &s, &d))
			give_up(d.line);
	printf("a snapshot: %.6f ms\n", (double)(now_ns() - before) / ROUNDS / 1e6);
	engine_close(e);
	feed_clear(&f);
	packets_free(&r.packets);
	free(r.anatomy);
	return 0;
}
