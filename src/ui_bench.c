/*
 * ui_bench - what the face of a live table costs: 10,000 connections of a mesh, on a screen
 * of 200 x 60. Medians of 21, in milliseconds.
 *
 * usage: ui_bench RECORDING [CONNECTIONS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "engine.h"
#include "testkit/feed.h"
#include "testkit/mesh.h"
#include "ui/ui.h"
#include "ui/view.h"

#define ROUNDS    21u
#define NODES     MESH_NODES_MAX
#define COPIED    26u			/* packets of the connection */
#define LOOK_NS   1000000000ull		/* rates are reckoned anew */

struct bench {
	struct mesh mesh;
	struct feed feed;
	struct engine *engine;
	struct ui *ui;
	struct snapshot seen[2];
	unsigned n_looks;
	size_t n;			/* connections */
	double ms[ROUNDS];
};

static void
give_up(const char *what)
{
	fprintf(stderr, "ui_bench: %s\n", what);
	exit(2);
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
report(struct bench *b, const char *what)
{
	qsort(b->ms, ROUNDS, sizeof *b->ms, compare);
	printf("%-44s %8.3f ms, from %.3f to %.3f\n", what, b->ms[ROUNDS / 2], b->ms[0],
	    b->ms[ROUNDS - 1]);
}

/* Packets to the engine, and what it knows then to the ui: the last is what is measured. */
static double
look(struct bench *b)
{
	struct snapshot *s = &b->seen[b->n_looks++ % 2];
	struct diag d = { 0 };
	enum refreshed r;
	enum got got;

	while ((got = engine_step(b->engine, &d)) == GOT_SOME)
		;
	feed_clear(&b->feed);
	b->mesh.at_ns += LOOK_NS;
	while ((r = engine_refresh(b->engine, b->mesh.at_ns, &d)) == REFRESHED_MORE)
		;
	if (got == GOT_ERROR || r == REFRESHED_FAILED || !engine_snapshot(b->engine, s, &d))
		give_up(d.line);
	double begun = now_ms();
	ui_look(b->ui, s, engine_events(b->engine), b->mesh.at_ns);
	ui_draw(b->ui, b->mesh.at_ns);
	return now_ms() - begun;
}

static double
press(struct bench *b, enum press_kind kind, uint32_t code)
{
	double begun = now_ms();

	ui_press(b->ui, (struct press){ .kind = kind, .code = code });
	ui_draw(b->ui, b->mesh.at_ns);
	return now_ms() - begun;
}

static void
type(struct bench *b, const char *word)
{
	for (; *word != '\0'; word++)
		press(b, PRESS_CHARACTER, (uint32_t)*word);
}

static void
begin(struct bench *b, const char *recording)
{
	static const struct engine_options o = { .events = true };
	const struct mesh_recording r = { recording, COPIED, MESH_SHARES };
	const struct ui_options face = { .views = views, .source = "a mesh", .live = true,
		.utf8 = true };
	struct diag d = { 0 };

	mesh_open(&b->mesh, &r, 1, NODES);
	b->mesh.at_ns = 1700000000000000000ull;
	feed_init(&b->feed);
	b->engine = engine_open_source(&o, &b->feed.source, &d);
	b->ui = ui_open(&face, 200, 60, &d);
	if (b->engine == NULL || b->ui == NULL)
		give_up(d.line);
	b->n = b->n < b->mesh.n_pairs ? b->n : b->mesh.n_pairs;
	for (size_t i = 0; i < b->n; i++) {
		mesh_connect(&b->mesh, &b->mesh.pairs[i], &b->feed.packets);
		if (i % 100 == 99)
			look(b);
	}
	look(b);
}

static void
measure_looks(struct bench *b)
{
	char what[64];

	for (unsigned v = 0; views[v] != NULL; v++) {
		if (views[v]->is_detail)
			continue;
		press(b, PRESS_CHARACTER, '1' + v);
		for (unsigned i = 0; i < ROUNDS; i++) {
			for (size_t k = 0; k < b->n; k++)
				mesh_tick(&b->mesh, &b->mesh.pairs[k], &b->feed.packets);
			b->ms[i] = look(b);
		}
		snprintf(what, sizeof what, "a look and a drawing: %s", views[v]->title);
		report(b, what);
	}
	press(b, PRESS_CHARACTER, '1');
	for (unsigned i = 0; i < ROUNDS; i++)
		b->ms[i] = press(b, PRESS_DOWN, 0);
	report(b, "a row down");
	for (unsigned i = 0; i < ROUNDS; i++)
		b->ms[i] = press(b, PRESS_PAGE_DOWN, 0);
	report(b, "a page down");
	for (unsigned i = 0; i < ROUNDS; i++)
		b->ms[i] = press(b, PRESS_CHARACTER, 'I');
	report(b, "the other way round");
}

/* By each column in turn, as from the menu. */
static void
measure_sorts(struct bench *b)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		press(b, PRESS_FUNCTION, 6);
		press(b, PRESS_HOME, 0);
		for (unsigned k = 0; k < i % 7; k++)
			press(b, PRESS_DOWN, 0);
		b->ms[i] = press(b, PRESS_ENTER, 0);
	}
	report(b, "sorted by another column");
	for (unsigned i = 0; i < ROUNDS; i++)
		b->ms[i] = look(b);
	report(b, "a look and a drawing, by the last of these");
}

/* A key of the filter, when the rest is there; and a look with it. */
static void
measure_filter(struct bench *b, const char *filter)
{
	char what[64];

	press(b, PRESS_FUNCTION, 4);
	type(b, filter);
	for (unsigned i = 0; i < ROUNDS; i++) {
		press(b, PRESS_BACKSPACE, 0);
		b->ms[i] = press(b, PRESS_CHARACTER, (uint32_t)filter[strlen(filter) - 1]);
	}
	snprintf(what, sizeof what, "filtered: %s", filter);
	report(b, what);
	press(b, PRESS_ENTER, 0);
	for (unsigned i = 0; i < ROUNDS; i++)
		b->ms[i] = look(b);
	report(b, "a look and a drawing with it");
	press(b, PRESS_ESCAPE, 0);
}

int
main(int argc, char **argv)
{
	struct bench b = { .n = argc > 2 ? strtoul(argv[2], NULL, 10) : 10000 };

	if (argc < 2)
		give_up("usage: ui_bench RECORDING [CONNECTIONS]");
	begin(&b, argv[1]);
	printf("%zu connections listed\n", b.seen[(b.n_looks - 1) % 2].n_connections);
	measure_looks(&b);
	measure_sorts(&b);
	measure_filter(&b, "verdict=mutual state=up");
	measure_filter(&b, "nodes~99");
	ui_close(b.ui);
	engine_close(b.engine);
	feed_clear(&b.feed);
	mesh_free(&b.mesh);
	return 0;
}
