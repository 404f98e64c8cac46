/*
 * signatures_test - the signatures of recorded handshakes are good, and with any
 * changed bit of what they are over they are not.
 *
 *	signatures_test [-a]
 *
 * -a changes every bit of every handshake; else a part of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>

#include "dissectors/tls.h"
#include "dissectors/tls_crypt.h"
#include "dissectors/x509.h"
#include "engine.h"
#include "flow/feeder.h"
#include "net/savefile.h"
#include "testkit/surgery.h"

#define STREAM_MAX 32768u

static bool change_all;

/* What a client and a server of a recording said up to a CertificateVerify and a
 * ServerHelloDone, read here without the streams of flow/. */
struct handshake {
	struct anatomy syn;
	uint8_t b[2][STREAM_MAX];
	size_t  n[2];
};

struct reading {
	struct ledger ledger;
	struct connection *c;
	struct feeder feeder[2];
	_Alignas(16) uint8_t state[DX_STATE_MAX];
	size_t verify_end, done_end;		/* offsets; 0: not said */
	size_t exchange[2];			/* ServerKeyExchange: from, to */
};

static void
on_fact(void *owner, const struct fact *f)
{
	struct reading *r = owner;
	uint64_t at = r->feeder[f->side].at + f->at;
	struct stamped where = { .at_ns = 1, .start = at, .end = at + f->n };

	if (f->kind == FACT_TLS_CERTIFICATE_VERIFY)
		r->verify_end = (size_t)where.end;
	if (f->kind == FACT_TLS_SERVER_HELLO_DONE)
		r->done_end = (size_t)where.end;
	if (f->kind == FACT_TLS_KEY_EXCHANGE && f->side == SIDE_SERVER) {
		r->exchange[0] = (size_t)where.start;
		r->exchange[1] = (size_t)where.end;
	}
	ledger_fact(&r->ledger, r->c, f, &where);
}

/* Tell it all to an audit that begins anew but for its certificates. */
static struct judgement
judge(struct reading *r, const struct handshake *h)
{
	static const struct port_facts ports[2] = { [SIDE_SERVER] = { .by_option = true } };
	struct arena none = { .limit = 1 };
	struct judgement j;

	if ((r->c = connection_new()) == NULL)
		abort();
	r->c->transport.spoken = SPOKEN_TLS;
	r->c->transport.sides_certain = true;
	memset(r->state, 0, sizeof r->state);
	r->verify_end = r->done_end = r->exchange[0] = r->exchange[1] = 0;
	for (int side = 0; side < 2; side++) {
		r->c->transport.end[side].packets = 1;
		feeder_init(&r->feeder[side], &dx_tls, r->state, (enum side)side,
		    (struct port){ .owner = r, .fact = on_fact });
	}
	for (int side = 0; side < 2; side++)
		feeder_push(&r->feeder[side], (struct bytes){ h->b[side], h->n[side] },
		    (struct stamp){ 0 });
	verdict_judge(r->c, ports, &none, &j);
	for (int side = 0; side < 2; side++)
		feeder_free(&r->feeder[side]);
	connection_free(r->c);
	return j;
}

static struct reading *
reading_new(void)
{
	struct reading *r = calloc(1, sizeof *r);

	assert_non_null(r);
	ledger_init(&r->ledger, (struct ledger_tools){ x509_parse, tls_signature_check }, NULL, 0);
	return r;
}

static void
reading_free(struct reading *r)
{
	assert_int_equal(r->ledger.transcripts.held, 0);
	assert_int_equal(ledger_limits(&r->ledger), 0);
	ledger_free(&r->ledger);
	free(r);
}

static bool
is_between(const struct anatomy *a, const struct anatomy *syn, bool of_client)
{
	const struct segment *s = &a->s, *first = &syn->s;

	return s->src_port == (of_client ? first->src_port : first->dst_port) &&
	    s->dst_port == (of_client ? first->dst_port : first->src_port) &&
	    address_equal(&s->src, of_client ? &first->src : &first->dst);
}

/* Bytes in their places, by sequence numbers alone. */
static void
gather(const struct packets *p, struct handshake *h)
{
	for (int side = 0; side < 2; side++) {
		bool of_client = side == SIDE_CLIENT, any = false;
		uint32_t first = 0;
		for (size_t i = 0; i < p->n; i++) {
			struct anatomy a;
			if (!anatomy_of(&p->v[i], &a) || !is_between(&a, &h->syn, of_client))
				continue;
			if (a.s.flags & TCP_SYN) {
				first = a.s.seq + 1;
				any = true;
			}
			size_t at = a.s.seq - first;
			if (!any || at + a.s.payload.n > STREAM_MAX || a.s.payload.n == 0)
				continue;
			memcpy(h->b[side] + at, a.s.payload.p, a.s.payload.n);
			if (h->n[side] < at + a.s.payload.n)
				h->n[side] = at + a.s.payload.n;
		}
	}
}

/* Every record's content up to n: what is signed is not in record headers. */
static size_t
next_of_content(const struct handshake *h, enum side side, size_t at)
{
	size_t header = 0;

	for (; header <= at; header += 5u + (size_t)(h->b[side][header + 3] << 8 | h->b[side][header + 4]))
		if (at < header + 5)
			return header + 5;
	return at;
}

#define RANDOM_AT  (5u + 4u + 2u)
#define RANDOM_END (RANDOM_AT + 32u)

/* Every step-th byte, a bit of it (or each). Returns how many were changed. */
static unsigned
change_bits(struct reading *r, struct handshake *h, size_t step, unsigned *n_no)
{
	size_t exchange[2] = { r->exchange[0], r->exchange[1] };
	unsigned n = 0;

	for (int side = 0; side < 2; side++) {
		for (size_t at = next_of_content(h, (enum side)side, 0); at < h->n[side];
		     at = next_of_content(h, (enum side)side, at + step)) {
			bool of_server = (at >= RANDOM_AT && at < RANDOM_END) ||
			    (side == SIDE_SERVER && at >= exchange[0] + 5 && at < exchange[1]);
			for (unsigned bit = change_all ? 0 : at % 8; bit < (change_all ? 8 : at % 8 + 1); bit++) {
				h->b[side][at] ^= (uint8_t)(1u << bit);
				struct judgement j = judge(r, h);
				h->b[side][at] ^= (uint8_t)(1u << bit);
				assert_int_not_equal(j.tls.client.verified, ANSWER_YES);
				if (of_server)
					assert_int_not_equal(j.tls.server.verified, ANSWER_YES);
				*n_no += j.tls.client.verified == ANSWER_NO;
				n++;
			}
		}
	}
	return n;
}

/* The last 16 bytes of either signature: nothing else can be the matter. */
static void
changed_signatures_are_bad(struct reading *r, struct handshake *h)
{
	size_t end[2] = { h->n[SIDE_CLIENT], r->exchange[1] };

	for (int side = 0; side < 2; side++) {
		for (size_t at = end[side] - 16; at < end[side]; at++) {
			h->b[side][at] ^= 0x10;
			struct judgement j = judge(r, h);
			h->b[side][at] ^= 0x10;
			assert_int_equal(j.tls.client.verified, ANSWER_NO);
			assert_int_equal(j.tls.server.verified, side == SIDE_SERVER ? ANSWER_NO : ANSWER_YES);
		}
	}
}

static unsigned n_handshakes, n_changed, n_bad;

static void
try_handshake(const struct packets *p, const struct anatomy *syn, const char *path)
{
	struct handshake *h = calloc(1, sizeof *h);
	struct reading *r = reading_new();

	assert_non_null(h);
	h->syn = *syn;
	gather(p, h);
	judge(r, h);
	if (r->verify_end > 0) {
		h->n[SIDE_CLIENT] = r->verify_end;
		h->n[SIDE_SERVER] = r->done_end;
		struct judgement j = judge(r, h);
		if (j.tls.client.verified != ANSWER_YES || j.tls.server.verified != ANSWER_YES)
			fail_msg("%s: a signature is not good", path);
		changed_signatures_are_bad(r, h);
		judge(r, h);
		n_changed += change_bits(r, h, change_all ? 1 : n_handshakes < 3 ? 5 : 37, &n_bad);
		n_handshakes++;
	}
	reading_free(r);
	free(h);
}

static glob_t
recordings(void)
{
	const char *source = getenv("srcdir");
	char pattern[1024];
	glob_t g;

	snprintf(pattern, sizeof pattern, "%s/fixtures/recordings/*/*tls*.pcap", source ? source : ".");
	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	return g;
}

static void
no_bit_can_be_changed(void **state)
{
	glob_t g = recordings();

	(void)state;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		struct diag d = { .line = "" };
		struct source *s = savefile_open(g.gl_pathv[i], 0, &d);
		struct packets p;
		struct anatomy a, before = { .tcp = 0 };
		assert_non_null(s);
		assert_true(packets_read(&p, s, &d));
		for (size_t at = 0; at < p.n; at++) {
			if (!anatomy_of(&p.v[at], &a) || (a.s.flags & (TCP_SYN | TCP_ACK)) != TCP_SYN ||
			    (a.s.src_port == before.s.src_port && a.s.seq == before.s.seq))
				continue;		/* recorded twice: sent and received */
			before = a;
			try_handshake(&p, &a, g.gl_pathv[i]);
		}
		packets_free(&p);
		source_close(s);
	}
	globfree(&g);
	print_message("%u handshakes, %u changes: %u make the client's signature bad\n",
	    n_handshakes, n_changed, n_bad);
	assert_true(n_handshakes >= 20 && n_bad > n_changed / 2);
}

/* As the program judges them: over whole recordings. */
static void
every_recorded_signature_is_verified(void **state)
{
	glob_t g = recordings();
	unsigned n_client = 0, n_server = 0;

	(void)state;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *const inputs[] = { g.gl_pathv[i] };
		const struct engine_options o = { .inputs = inputs, .n_inputs = 1 };
		struct diag d = { .line = "" };
		struct engine *e = engine_open(&o, &d);
		struct snapshot s;
		assert_true(e != NULL && engine_run(e, &d) && engine_snapshot(e, &s, &d));
		for (size_t k = 0; k < s.n_connections; k++) {
			const struct judged_tls *t = &s.connections[k]->tls;
			assert_int_equal(t->client.verified, t->client.scheme ? ANSWER_YES : ANSWER_ABSENT);
			assert_int_equal(t->server.verified, t->server.scheme ? ANSWER_YES : ANSWER_ABSENT);
			if (t->version != 0 && t->version < 0x0304) {
				assert_int_equal(t->client.proved == ANSWER_YES, t->client.verified == ANSWER_YES);
				assert_int_equal(t->server.state == CERTIFICATE_SENT, t->server.verified == ANSWER_YES);
			}
			n_client += t->client.verified == ANSWER_YES;
			n_server += t->server.verified == ANSWER_YES;
		}
		engine_close(e);
	}
	globfree(&g);
	assert_true(n_client >= 20 && n_server > n_client);
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_recorded_signature_is_verified),
		cmocka_unit_test(no_bit_can_be_changed),
	};

	change_all = argc > 1 && strcmp(argv[1], "-a") == 0;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
