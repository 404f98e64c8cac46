/* A live engine against one that reads to the end: over every recording. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "engine.h"
#include "net/live.h"
#include "net/savefile.h"
#include "report/jsonl.h"
#include "testkit/memory_source.h"
#include "testkit/surgery.h"

static const char *const recordings[] = {
	"otp25/plain", "otp25/plain-wrong-cookie", "otp25/plain-to-tls", "otp25/plain-static-port",
	"otp25/tls-to-plain", "otp25/tls-expired", "otp25/tls-unknown-ca", "otp25/tls-wrong-cookie",
	"otp25/tls-mutual-reconnect", "otp25/tls12-mutual", "otp25/tls12-mutual-reconnect",
	"otp25/tls12-server-auth", "otp25/tls12-asked-no-client-cert", "otp25/tls12-unknown-ca",
	"otp25/tls13-mutual", "otp25/tls13-required-no-client-cert", "otp25/tls13-server-auth",
	"otp25/tls13-mutual-ipv6", "otp29/plain", "otp29/tls-mutual", "otp29/tls12-mutual",
};
#define N_RECORDINGS (sizeof recordings / sizeof *recordings)

static void
read_recording(const char *name, struct packets *out)
{
	const char *top = getenv("srcdir");
	struct diag d = { 0 };
	char path[512];

	snprintf(path, sizeof path, "%s/fixtures/recordings/%s.pcap", top ? top : ".", name);
	struct source *s = savefile_open(path, 0, &d);
	if (s == NULL || !packets_read(out, s, &d))
		fail_msg("%s: %s", path, d.line);
	source_close(s);
}

/* One packet at a time. */
struct drip {
	struct source source;
	const struct packets *packets;
	size_t at;
	bool dry;			/* at the end: nothing now */
};

static enum got
drip_next(struct source *s, struct batch *b, struct diag *d)
{
	struct drip *drip = (struct drip *)s;

	(void)d;
	if (drip->at == drip->packets->n)
		return drip->dry ? GOT_NOTHING : GOT_END;
	b->v[b->n++] = drip->packets->v[drip->at++];
	return GOT_SOME;
}

static void
drip_close(struct source *s)
{
	(void)s;
}

static const struct source_ops drip_ops = { drip_next, drip_close };

static uint64_t
sum(const struct snapshot *s)
{
	uint64_t n = 0;

	for (int v = 0; v < N_VERDICTS; v++)
		n += s->n_by_verdict[v];
	return n;
}

static void
refresh(struct engine *e)
{
	struct diag d = { 0 };
	struct snapshot s;
	enum refreshed r;

	while ((r = engine_refresh(e, 0, &d)) == REFRESHED_MORE)
		;
	assert_int_not_equal(r, REFRESHED_FAILED);
	assert_true(engine_snapshot(e, &s, &d));
	assert_int_equal(sum(&s), s.n_connections);
	for (size_t i = 1; i < s.n_connections; i++)
		assert_true(s.connections[i]->id > s.connections[i - 1]->id);
}

/* As a line without its id; of what is told, without counters too. */
static char *
line_of(struct judgement j, bool counted)
{
	char *line = NULL;
	size_t n;
	FILE *f = open_memstream(&line, &n);

	assert_non_null(f);
	j.id = 0;
	if (!counted) {
		j.last_ns = 0;
		memset(j.bytes, 0, sizeof j.bytes);
		memset(j.packets, 0, sizeof j.packets);
	}
	assert_true(jsonl_write(&j, 9, f));
	fclose(f);
	return line;
}

static void
assert_same(char *a, char *b)
{
	assert_string_equal(a, b);
	free(a);
	free(b);
}

#define TOLD_MAX 64u

/* The last that was told of each connection. */
struct told {
	char *by_id[TOLD_MAX];
};

static void
on_change(void *owner, const struct judgement *j)
{
	struct told *t = owner;

	assert_true(j->id > 0 && j->id < TOLD_MAX);
	free(t->by_id[j->id]);
	t->by_id[j->id] = line_of(*j, false);
}

static void
a_live_table_ends_as_a_reading_of_the_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_RECORDINGS; i++) {
		struct told told = { { NULL } };
		const struct engine_options plain = { .n_inputs = 0 };
		const struct engine_options live = { .changed = on_change, .changer = &told,
			.events = true };
		struct packets p;
		struct diag d = { 0 };
		struct snapshot a, b;

		read_recording(recordings[i], &p);
		struct source *whole = memory_source_open(&p);
		struct drip drip = { .source = { .ops = &drip_ops }, .packets = &p };
		struct engine *x = engine_open_source(&plain, whole, &d);
		struct engine *y = engine_open_source(&live, &drip.source, &d);
		assert_true(engine_run(x, &d) && engine_snapshot(x, &a, &d));
		while (engine_step(y, &d) == GOT_SOME)
			refresh(y);
		engine_end(y);
		assert_true(engine_snapshot(y, &b, &d));

		assert_int_equal(a.n_connections, b.n_connections);
		assert_int_equal(a.silent, b.silent);
		assert_int_equal(a.ignored_tls, b.ignored_tls);
		assert_int_equal(a.ignored_other, b.ignored_other);
		assert_memory_equal(a.n_by_verdict, b.n_by_verdict, sizeof a.n_by_verdict);
		for (size_t k = 0; k < a.n_connections; k++) {
			size_t m = 0;
			assert_int_equal(a.connections[k]->id, k + 1);
			while (b.connections[m]->flow != a.connections[k]->flow)
				m++;
			assert_same(line_of(*a.connections[k], true), line_of(*b.connections[m], true));
			assert_same(line_of(*a.connections[k], false),
			    told.by_id[b.connections[m]->id]);
			told.by_id[b.connections[m]->id] = NULL;
		}
		for (size_t k = 0; k < TOLD_MAX; k++)
			assert_null(told.by_id[k]);
		engine_close(x);
		engine_close(y);
		source_close(whole);
		packets_free(&p);
	}
}

static void
idle_is_idle(void **state)
{
	const struct engine_options o = { .events = true };
	struct packets p;
	struct diag d = { 0 };
	struct snapshot before, after;

	(void)state;
	read_recording("otp25/plain", &p);
	struct drip drip = { .source = { .ops = &drip_ops }, .packets = &p, .dry = true };
	struct engine *e = engine_open_source(&o, &drip.source, &d);
	while (engine_step(e, &d) == GOT_SOME)
		;
	assert_int_equal(engine_refresh(e, 0, &d), REFRESHED_SOME);
	assert_true(engine_snapshot(e, &before, &d));
	assert_true(before.n_connections > 0);
	uint64_t last = engine_events(e)->last;
	assert_int_equal(engine_refresh(e, 0, &d), REFRESHED_NOTHING);
	assert_true(engine_snapshot(e, &after, &d));
	assert_ptr_equal(before.connections, after.connections);
	assert_int_equal(engine_events(e)->last, last);
	engine_close(e);
	packets_free(&p);
}

/* The packets once more, with other addresses: 11.0.0.0, 11.0.1.0, ... */
static void
add_copies(struct packets *to, const struct packets *from, unsigned n)
{
	packets_copy(to, from);
	for (unsigned k = 0; k < n; k++) {
		for (size_t i = 0; i < from->n; i++) {
			struct anatomy a;
			if (!anatomy_of(&from->v[i], &a))
				continue;
			packets_insert(to, to->n, from->v[i]);
			uint8_t *ip = packets_own(to, to->n - 1) + a.ip;
			ip[12] = ip[16] = 11;
			ip[13] = ip[17] = (uint8_t)(k >> 8);
			ip[14] = ip[18] = (uint8_t)k;
		}
	}
}

static void
a_refresh_does_a_part_and_says_so(void **state)
{
	enum { COPIES = 600 };
	const struct engine_options o = { .n_inputs = 0 };
	struct packets one, p;
	struct diag d = { 0 };
	struct snapshot s;
	unsigned calls = 1;
	size_t n = 0;

	(void)state;
	read_recording("otp25/plain", &one);
	add_copies(&p, &one, COPIES);
	struct drip drip = { .source = { .ops = &drip_ops }, .packets = &p, .dry = true };
	struct engine *e = engine_open_source(&o, &drip.source, &d);
	while (engine_step(e, &d) == GOT_SOME)
		;
	for (; engine_refresh(e, 0, &d) == REFRESHED_MORE; calls++) {
		assert_true(engine_snapshot(e, &s, &d));
		assert_true(s.n_connections < n + 300 && s.n_connections <= COPIES);
		assert_int_equal(sum(&s), s.n_connections);
		n = s.n_connections;
	}
	assert_true(engine_snapshot(e, &s, &d));
	assert_int_equal(s.n_connections, COPIES + 1);
	assert_true(calls > 2);
	engine_end(e);
	engine_close(e);
	packets_free(&p);
	packets_free(&one);
}

/* What a node says of itself in clear tells its release; the directories are named by it. */
static void
releases_are_told(void **state)
{
	static const struct { const char *name; unsigned release[2]; } v[] = {
		{ "otp23/plain", { 23, 23 } }, { "otp23/plain-static-port", { 23, 23 } },
		{ "otp25/plain", { 25, 25 } }, { "otp27/plain", { 27, 27 } },
		{ "otp27-to-29/plain", { 27, 29 } }, { "otp29/plain", { 29, 29 } },
		{ "otp29-to-23/plain", { 29, 23 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		const struct engine_options o = { .n_inputs = 0 };
		struct packets p;
		struct diag d = { 0 };
		struct snapshot s;
		read_recording(v[i].name, &p);
		struct drip drip = { .source = { .ops = &drip_ops }, .packets = &p };
		struct engine *e = engine_open_source(&o, &drip.source, &d);
		assert_true(engine_run(e, &d) && engine_snapshot(e, &s, &d));
		for (int side = 0; side < 2; side++) {
			struct release r = s.connections[0]->dist.release[side];
			assert_true(r.first != 0 && r.first <= v[i].release[side]);
			assert_true(r.last == 0 || r.last >= v[i].release[side]);
			assert_true(v[i].release[side] < 29 ? r.last != 0 && r.last < 29 : r.first == 29);
			assert_int_equal(s.connections[0]->dist.hidden[side], ANSWER_NO);
		}
		engine_close(e);
		packets_free(&p);
	}
}

static void
losses_and_damage_are_events(void **state)
{
	const struct engine_options o = { .events = true };
	struct packets p = { 0 };
	struct drip drip = { .source = { .ops = &drip_ops }, .packets = &p, .dry = true };
	struct diag d = { 0 };
	struct snapshot s;

	(void)state;
	struct engine *e = engine_open_source(&o, &drip.source, &d);
	assert_int_equal(engine_refresh(e, 5, &d), REFRESHED_NOTHING);
	diag_set(&drip.source.damage, "eth0: the interface is gone");
	assert_int_equal(engine_refresh(e, 6, &d), REFRESHED_SOME);
	assert_int_equal(engine_refresh(e, 7, &d), REFRESHED_NOTHING);
	snprintf(drip.source.damage.line, sizeof drip.source.damage.line,
	    "eth0: the interface is gone; eth1: \033[2J");
	assert_int_equal(engine_refresh(e, 8, &d), REFRESHED_SOME);
	assert_int_equal(engine_events(e)->last, 2);
	assert_string_equal(events_find(engine_events(e), 1)->text, "eth0: the interface is gone");
	assert_int_equal(events_find(engine_events(e), 1)->kind, EVENT_DAMAGE);
	assert_int_equal(events_find(engine_events(e), 1)->at_ns, 6);
	assert_string_equal(events_find(engine_events(e), 2)->text, "eth1: \\x1b[2J");
	engine_lost(e, &(struct live_losses){ .known = true });
	engine_lost(e, &(struct live_losses){ .known = true, .kernel = 1 });
	engine_lost(e, &(struct live_losses){ .known = true, .kernel = 4, .interface = 2 });
	engine_lost(e, &(struct live_losses){ .known = true, .kernel = 4, .interface = 2 });
	assert_int_equal(engine_events(e)->last, 5);
	assert_string_equal(events_find(engine_events(e), 3)->text,
	    "the kernel dropped 1 packet, 1 in all");
	assert_string_equal(events_find(engine_events(e), 4)->text,
	    "the kernel dropped 3 packets, 4 in all");
	assert_string_equal(events_find(engine_events(e), 5)->text,
	    "an interface dropped 2 packets, 2 in all");
	assert_true(engine_snapshot(e, &s, &d));
	assert_string_equal(s.input.damage, drip.source.damage.line);
	engine_end(e);
	assert_true(engine_snapshot(e, &s, &d));
	assert_string_equal(s.input.damage, drip.source.damage.line);
	engine_close(e);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_live_table_ends_as_a_reading_of_the_whole),
		cmocka_unit_test(idle_is_idle),
		cmocka_unit_test(a_refresh_does_a_part_and_says_so),
		cmocka_unit_test(releases_are_told),
		cmocka_unit_test(losses_and_damage_are_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
