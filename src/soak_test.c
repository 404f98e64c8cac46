/*
 * A day of a mesh of 100 nodes, by the clock of its packets, as `top` would watch it. Nodes
 * restart, so that far more connections end than are remembered; what is open stays listed,
 * what ended first leaves first and is counted, and memory stays within its bounds.
 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audit/events.h"
#include "base/limits.h"
#include "engine.h"
#include "testkit/feed.h"
#include "testkit/mesh.h"
#include "ui/ui.h"
#include "ui/view.h"

#if defined __SANITIZE_ADDRESS__
#define HAS_ASAN 1
#elif defined __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif
#ifdef HAS_ASAN		/* of <sanitizer/allocator_interface.h>, which gcc may not have */
size_t __sanitizer_get_current_allocated_bytes(void);
#endif

#define NODES        100u
#define GROWTH_MAX   (256u << 10)	/* 27 bytes of each that ends; sessions alone take half of it */
#define PAIRS        (NODES * (NODES - 1) / 2)
#define RESTARTS     1200u		/* of a node each: 99 connections end */
#define ENDED        (RESTARTS * (NODES - 1))
#define GENERATIONS  (2 * RESTARTS / NODES + 2)
#define DAY_NS       86400000000000ull
#define PAUSE_NS     (DAY_NS / RESTARTS)	/* more than ended flows linger */
#define QUARTER_NS   250000000ull
#define A_LOOK       100u		/* restarts between two looks at all of it */
#define A_NOTE       10u		/* ... and at the memory, when nothing more is kept */
#define PLATEAU      (LIMIT_CONNECTIONS + 2 * NODES)	/* ended */

/* Beside LIMIT_CONNECTION_BYTES: an open connection with its listing, its flow and what
 * its dissector holds; what the faces and the ledger's lists keep of each that is listed;
 * events, which are kept twice; the screen, sessions, labels, certificates. */
#define OPEN_BYTES   16384u
#define LISTED_BYTES 512u
#define OTHER_BYTES  (16u << 20)
#define MEMORY_CAP   (LIMIT_CONNECTION_BYTES + (PAIRS + NODES) * OPEN_BYTES + \
    (LIMIT_CONNECTIONS + PAIRS + NODES) * LISTED_BYTES + \
    LIMIT_EVENTS * 2 * sizeof(struct event) + OTHER_BYTES)

struct ended {
	uint32_t pair;
	uint32_t generation;
};

struct day {
	struct mesh mesh;
	struct feed feed;
	struct engine *engine;
	struct ui *ui;
	struct snapshot seen[2];
	unsigned n_looks;
	uint32_t (*ids)[GENERATIONS];	/* by pair; 0: not listed yet */
	uint32_t last_id;
	struct ended *ended;		/* in the order of their end */
	size_t   n_ended;
	size_t   before;		/* bytes that were allocated before it began */
	size_t   most[2];		/* once nothing more is kept: in either half of what is left */
};

static size_t
allocated(void)
{
#ifdef HAS_ASAN
	return __sanitizer_get_current_allocated_bytes();
#else
	struct mallinfo2 m = mallinfo2();

	return m.uordblks + m.hblkhd;
#endif
}

static void
open_mesh(struct mesh *m)
{
	static const struct { const char *name; unsigned n_packets, share; } v[] = {
		{ "plain", 12, 32 }, { "tls13-mutual", 26, 30 }, { "tls12-server-auth", 18, 1 },
		{ "tls12-mutual", 26, 1 },
	};
	const char *top = getenv("srcdir");
	struct mesh_recording r[4];
	char path[4][512];

	for (int i = 0; i < 4; i++) {
		snprintf(path[i], sizeof path[i], "%s/fixtures/recordings/otp25/%s.pcap",
		    top ? top : ".", v[i].name);
		r[i] = (struct mesh_recording){ path[i], v[i].n_packets, v[i].share };
	}
	mesh_open(m, r, 4, NODES);
}

/* As src/top.c does it, with the packets' clock. */
static void
refresh(struct day *d)
{
	struct diag e = { 0 };
	enum refreshed r;
	enum got got;

	while ((got = engine_step(d->engine, &e)) == GOT_SOME)
		;
	assert_int_equal(got, GOT_NOTHING);
	feed_clear(&d->feed);
	while ((r = engine_refresh(d->engine, d->mesh.at_ns, &e)) == REFRESHED_MORE)
		;
	assert_int_not_equal(r, REFRESHED_FAILED);
}

static void
press(struct day *d, enum press_kind kind, uint32_t code)
{
	ui_press(d->ui, (struct press){ .kind = kind, .code = code });
	ui_draw(d->ui, d->mesh.at_ns);
}

/* Every view there is, and of the rows of each: the last, and what it opens. */
static void
look_at_all_views(struct day *d, const struct snapshot *s)
{
	uint64_t now = d->mesh.at_ns;

	ui_look(d->ui, s, engine_events(d->engine), now);
	ui_draw(d->ui, now);
	for (unsigned i = 0; views[i] != NULL; i++) {
		if (!views[i]->is_detail)
			press(d, PRESS_CHARACTER, '1' + i);
		press(d, PRESS_END, 0);
		press(d, PRESS_ENTER, 0);
		press(d, PRESS_ESCAPE, 0);
	}
	press(d, PRESS_CHARACTER, '1');
	press(d, PRESS_HOME, 0);
}

/* An id is one connection's for ever, and a new one is larger than all before. */
static void
expect_id(struct day *d, const struct judgement *j, uint32_t last_id, unsigned *n_open)
{
	size_t pair;
	unsigned generation;

	assert_true(mesh_find(&d->mesh, &j->end[SIDE_CLIENT].address, j->end[SIDE_CLIENT].port,
	    &j->end[SIDE_SERVER].address, &pair, &generation));
	assert_true(generation < GENERATIONS);
	uint32_t *id = &d->ids[pair][generation];
	if (*id == 0)
		assert_true(j->id > last_id);
	else
		assert_int_equal(*id, j->id);
	*id = j->id;
	if (d->mesh.pairs[pair].open && d->mesh.pairs[pair].generation == generation) {
		assert_int_equal(j->state, STATE_UP);
		++*n_open;
	}
}

/* Listed are all that are open and, when those that linger have gone, the last that ended. */
static void
expect_listed(struct day *d, const struct snapshot *s)
{
	uint32_t last_id = d->last_id;
	uint64_t counted = 0;
	unsigned n_open = 0;

	for (size_t i = 0; i < s->n_connections; i++)
		expect_id(d, s->connections[i], last_id, &n_open);
	if (s->n_connections > 0)
		d->last_id = s->connections[s->n_connections - 1]->id;
	assert_int_equal(n_open, PAIRS);
	for (int v = 0; v < N_VERDICTS; v++)
		counted += s->n_by_verdict[v];
	assert_int_equal(counted, PAIRS + d->n_ended);
	size_t n_closed = s->n_connections - n_open;
	size_t kept = d->n_ended < LIMIT_CONNECTIONS ? d->n_ended : LIMIT_CONNECTIONS;
	assert_int_equal(n_closed, kept);
	assert_int_equal(s->input.limits, d->n_ended - kept);
}

static int
compare_ids(const void *key, const void *member)
{
	uint32_t id = *(const uint32_t *)key;
	const struct judgement *j = *(const struct judgement *const *)member;

	return (id > j->id) - (id < j->id);
}

static bool
is_listed(const struct snapshot *s, uint32_t id)
{
	return bsearch(&id, s->connections, s->n_connections, sizeof *s->connections,
	    compare_ids) != NULL;
}

static void
expect_oldest_gone(const struct day *d, const struct snapshot *s)
{
	for (size_t i = 0; i < d->n_ended; i++) {
		const struct ended *e = &d->ended[i];
		uint32_t id = d->ids[e->pair][e->generation];

		assert_int_not_equal(id, 0);
		assert_int_equal(is_listed(s, id), i + LIMIT_CONNECTIONS >= d->n_ended);
	}
}

static void
note_memory(struct day *d)
{
	size_t n = allocated() - d->before;
	size_t *most = &d->most[d->n_ended > PLATEAU + (ENDED - PLATEAU) / 2];

	assert_true(n < MEMORY_CAP);
	if (d->n_ended > PLATEAU)
		*most = n > *most ? n : *most;
}

static struct snapshot *
look(struct day *d)
{
	struct snapshot *s = &d->seen[d->n_looks++ % 2];
	struct diag e = { 0 };

	refresh(d);
	assert_true(engine_snapshot(d->engine, s, &e));
	look_at_all_views(d, s);
	expect_listed(d, s);
	note_memory(d);
	return s;
}

/* The node is gone: what it was connected to sees that first, and then finds it again. A
 * quarter of a second at a time. */
static void
restart(struct day *d, uint16_t node)
{
	struct mesh *m = &d->mesh;

	for (size_t i = 0; i < m->n_pairs; i++) {
		if (m->pairs[i].client != node && m->pairs[i].server != node)
			continue;
		d->ended[d->n_ended++] = (struct ended){ (uint32_t)i, m->pairs[i].generation };
		mesh_close(m, &m->pairs[i], &d->feed.packets);
	}
	m->restarts[node]++;
	refresh(d);
	for (size_t i = 0, n = 0; i < m->n_pairs; i++) {
		if (m->pairs[i].open)
			continue;
		mesh_connect(m, &m->pairs[i], &d->feed.packets);
		if (++n % 25 == 0) {
			m->at_ns += QUARTER_NS;
			refresh(d);
		}
	}
	refresh(d);
}

static void
begin(struct day *d, const struct engine_options *o)
{
	const struct ui_options face = { .views = views, .source = "a mesh", .live = true,
		.utf8 = true };
	struct diag e = { 0 };

	open_mesh(&d->mesh);
	d->mesh.at_ns = 1700000000000000000ull;
	d->ids = calloc(PAIRS, sizeof *d->ids);
	d->ended = calloc(ENDED, sizeof *d->ended);
	assert_true(d->ids != NULL && d->ended != NULL);
	feed_init(&d->feed);
	d->before = allocated();
	d->engine = engine_open_source(o, &d->feed.source, &e);
	d->ui = ui_open(&face, 200, 60, &e);
	assert_true(d->engine != NULL && d->ui != NULL);
	for (size_t i = 0; i < d->mesh.n_pairs; i++) {
		mesh_connect(&d->mesh, &d->mesh.pairs[i], &d->feed.packets);
		if (i % 100 == 99)
			refresh(d);
	}
}

static void
end(struct day *d)
{
	ui_close(d->ui);
	engine_close(d->engine);
	feed_clear(&d->feed);
	mesh_free(&d->mesh);
	free(d->ids);
	free(d->ended);
}

static void
tick_all(struct day *d)
{
	for (size_t i = 0; i < d->mesh.n_pairs; i++)
		mesh_tick(&d->mesh, &d->mesh.pairs[i], &d->feed.packets);
}

static void
a_day_of_a_mesh_stays_within_its_bounds(void **state)
{
	const struct engine_options o = { .events = true };
	struct day d = { .n_looks = 0 };
	const struct snapshot *s = NULL;

	(void)state;
	begin(&d, &o);
	for (unsigned i = 0; i < RESTARTS; i++) {
		restart(&d, (uint16_t)(i % NODES));
		d.mesh.at_ns += PAUSE_NS;
		if (d.n_ended > PLATEAU && i % A_NOTE == 0) {
			refresh(&d);
			note_memory(&d);
		}
		if (i % A_LOOK < A_LOOK - 1)
			continue;
		tick_all(&d);
		s = look(&d);
	}
	assert_int_equal(d.n_ended, ENDED);
	expect_oldest_gone(&d, s);
	printf("%zu connections ended, %llu left; at most %zu KiB of %zu, then %zu\n", d.n_ended,
	    (unsigned long long)s->input.limits, d.most[0] >> 10, (size_t)MEMORY_CAP >> 10,
	    d.most[1] >> 10);
	assert_true(d.most[0] > 0 && d.most[1] > 0);
	assert_true(d.most[1] < d.most[0] + GROWTH_MAX);
	end(&d);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_of_a_mesh_stays_within_its_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
