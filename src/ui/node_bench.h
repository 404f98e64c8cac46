/*
 * node_bench - six connections of five nodes and a listener, and a view over them, for the
 * tests of the views over nodes.
 */
#ifndef UI_NODE_BENCH_H
#define UI_NODE_BENCH_H

#include "report/sample.h"
#include "ui/view.h"

#define NODE_BENCH_MAX 8u
#define NODE_BENCH_NOW_NS (SAMPLE_AT_NS + UINT64_C(60000000000))

struct node_bench {
	struct snapshot snapshot;
	struct judgement v[NODE_BENCH_MAX];
	const struct judgement *listed[NODE_BENCH_MAX];
	struct epmd_entry epmd[1];
	struct scene scene;
	struct screen screen;
	const struct view_kind *kind;
	void *view;
};

static inline struct address
node_bench_host(unsigned last)
{
	return address_ipv4((uint8_t[]){ 10, 77, 0, (uint8_t)last });
}

static inline struct judgement *
node_bench_add(struct node_bench *b, const char *client, unsigned from, const char *server,
    unsigned to, enum verdict v, enum connection_state state)
{
	struct judgement *j = &b->v[b->snapshot.n_connections++];

	*j = (struct judgement){ .id = (uint32_t)b->snapshot.n_connections, .verdict = v,
		.state = state, .first_ns = SAMPLE_AT_NS, .last_ns = SAMPLE_AT_NS,
		.has_tls = v != VERDICT_PLAINTEXT };
	j->end[SIDE_CLIENT] = (struct judged_end){ .address = node_bench_host(from),
		.port = 40000, .node = words_bytes(client) };
	j->end[SIDE_SERVER] = (struct judged_end){ .address = node_bench_host(to),
		.port = 9100, .node = words_bytes(server) };
	return j;
}

/* a and b are mutual, and were plaintext; c has been refused by b; somebody at .4 is one-way to
 * a; d listens only. */
static inline void
node_bench_open(struct node_bench *b, const struct view_kind *kind, unsigned width,
    unsigned height)
{
	*b = (struct node_bench){ .kind = kind, .screen = { .utf8 = true } };
	b->snapshot.connections = b->listed;
	b->snapshot.epmd = b->epmd;
	b->snapshot.n_epmd = 1;
	for (size_t i = 0; i < NODE_BENCH_MAX; i++)
		b->listed[i] = &b->v[i];
	b->epmd[0] = (struct epmd_entry){ .host = node_bench_host(5), .port = 9105, .type = 77,
		.node = words_bytes("d"), .highest = 6, .listening = true };
	struct judgement *j = node_bench_add(b, "a@alpha.lab", 1, "b@beta.lab", 2, VERDICT_PLAINTEXT,
	    STATE_CLOSED);
	j->has_dist = true;
	j->dist = (struct judged_dist){ .version = 6, .release = { { 25, 27 }, { 29, 0 } },
		.hidden = { ANSWER_NO, ANSWER_YES } };
	j = node_bench_add(b, "a@alpha.lab", 1, "b@beta.lab", 2, VERDICT_MUTUAL, STATE_UP);
	j->tls.server.state = j->tls.client.state = CERTIFICATE_SENT;
	j->tls.server.chain = (struct chain){ 1, { &sample_beta } };
	j->tls.client.chain = (struct chain){ 1, { &sample_alpha } };
	j = node_bench_add(b, "c@gamma.lab", 3, "a@alpha.lab", 1, VERDICT_MUTUAL, STATE_UP);
	j->tls.client.state = CERTIFICATE_SENT;
	node_bench_add(b, "", 3, "b@beta.lab", 2, VERDICT_REFUSED, STATE_REFUSED);
	node_bench_add(b, "", 4, "a@alpha.lab", 1, VERDICT_ONE_WAY, STATE_UP);
	b->scene = (struct scene){ .snapshot = &b->snapshot, .live = true,
		.now_ns = NODE_BENCH_NOW_NS, .style = { .utf8 = true } };
	b->view = kind->open();
	assert_non_null(b->view);
	assert_true(screen_resize(&b->screen, width, height));
}

static inline void
node_bench_close(struct node_bench *b)
{
	b->kind->close(b->view);
	screen_free(&b->screen);
}

static inline void
node_bench_draw(struct node_bench *b)
{
	struct area all = { 0, 0, b->screen.width, b->screen.height };

	screen_clear(&b->screen, all, INK_NONE);
	b->kind->draw(b->view, &b->screen, all, &b->scene);
}

static inline void
node_bench_look(struct node_bench *b)
{
	assert_true(b->kind->refresh(b->view, &b->scene));
	node_bench_draw(b);
}

static inline struct request
node_bench_press(struct node_bench *b, struct press p)
{
	struct request r = { .kind = REQUEST_NOT_MINE };

	b->kind->press(b->view, p, &b->scene, &r);
	node_bench_draw(b);
	return r;
}

static inline void
node_bench_hint(struct node_bench *b, const char *wanted)
{
	char s[1024];
	struct text t = TEXT(s);

	b->kind->put_hint(b->view, &t, &b->scene);
	assert_string_equal(s, wanted);
}

/* Lines, each with its "\n", without the blanks at their ends. */
static inline void
node_bench_shows(struct node_bench *b, const char *wanted)
{
	char s[8192];
	struct text t = TEXT(s);

	for (unsigned y = 0; y < b->screen.height; y++) {
		screen_line(&b->screen, y, &t);
		text_put(&t, "\n");
	}
	assert_string_equal(s, wanted);
}

#endif
