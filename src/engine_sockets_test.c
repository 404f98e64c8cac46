/* An engine that is told of sockets, beside packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "engine.h"

#define EPMD 4369u
#define DIST 25672u
#define AMQP 5672u
#define NODE 7u			/* its process */
#define AT_NS UINT64_C(1700000000000000000)

struct told {
	struct source source;
	struct packet next;		/* none while .captured is empty */
	uint8_t frame[256];
};

static struct told told;
static struct engine *engine;
static struct socket_list list;
static uint64_t now_ns;

static enum got
told_next(struct source *s, struct batch *b, struct diag *d)
{
	(void)s;
	(void)d;
	if (told.next.captured.n == 0)
		return GOT_NOTHING;
	b->v[b->n++] = told.next;
	told.next.captured.n = 0;
	return GOT_SOME;
}

static void
told_close(struct source *s)
{
	(void)s;
}

static const struct engine_options options = { .n_inputs = 0 };

static int
begin(void **state)
{
	static const struct source_ops ops = { told_next, told_close };
	struct diag d = { 0 };

	(void)state;
	told = (struct told){ .source.ops = &ops };
	now_ns = AT_NS;
	engine = engine_open_source(&options, &told.source, &d);
	return engine != NULL ? 0 : -1;
}

static int
end(void **state)
{
	(void)state;
	engine_close(engine);
	socket_list_free(&list);
	list = (struct socket_list){ 0 };
	return 0;
}

static struct address
host(unsigned last)
{
	return address_ipv4((uint8_t[]){ last == 127 ? 127 : 10, 0, 0, (uint8_t)last });
}

static void
add(enum socket_state state, uint32_t pid, unsigned from, uint16_t local_port, unsigned to,
    uint16_t remote_port, uint64_t sent, uint64_t received)
{
	struct socket_seen s = { .state = state, .pid = pid, .comm = "beam.smp", .local = host(from),
		.remote = host(to), .local_port = local_port, .remote_port = remote_port, .sent = sent,
		.received = received };

	assert_true(socket_list_add(&list, &s));
}

/* A node like RabbitMQ's at 10.0.0.1, to which .2 and .3 are connected, and a client of AMQP;
 * it is connected itself to .4. */
static void
fill(void)
{
	add(SOCKET_ESTABLISHED, NODE, 127, 40000, 127, EPMD, 20, 4);
	add(SOCKET_LISTENING, NODE, 0, DIST, 0, 0, 0, 0);
	add(SOCKET_LISTENING, NODE, 0, AMQP, 0, 0, 0, 0);
	add(SOCKET_ESTABLISHED, NODE, 1, DIST, 2, 50002, 1000, 2000);
	add(SOCKET_ESTABLISHED, NODE, 1, DIST, 3, 50003, 3000, 4000);
	add(SOCKET_ESTABLISHED, NODE, 1, AMQP, 5, 50005, 7, 7);
	add(SOCKET_ESTABLISHED, NODE, 1, 40004, 4, 9100, 5001, 6000);
}

static struct snapshot
look(void)
{
	struct snapshot s;
	struct diag d = { 0 };

	now_ns += UINT64_C(2000000000);
	assert_true(engine_sockets(engine, &list, now_ns, &d));
	while (engine_step(engine, &d) == GOT_SOME)
		;
	assert_true(engine_refresh(engine, now_ns, &d) != REFRESHED_FAILED);
	assert_true(engine_snapshot(engine, &s, &d));
	return s;
}

/* A segment with that payload, without a SYN before it. */
static void
send(unsigned from, uint16_t from_port, unsigned to, uint16_t to_port, uint32_t seq,
    uint32_t ack, const void *payload, uint16_t n)
{
	const uint16_t total = (uint16_t)(40 + n);
	const uint8_t head[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0,
		0x45, 0, (uint8_t)(total >> 8), (uint8_t)total, 0, 0, 0, 0, 64, 6, 0, 0,
		10, 0, 0, (uint8_t)from, 10, 0, 0, (uint8_t)to,
		(uint8_t)(from_port >> 8), (uint8_t)from_port, (uint8_t)(to_port >> 8), (uint8_t)to_port,
		(uint8_t)(seq >> 24), (uint8_t)(seq >> 16), (uint8_t)(seq >> 8), (uint8_t)seq,
		(uint8_t)(ack >> 24), (uint8_t)(ack >> 16), (uint8_t)(ack >> 8), (uint8_t)ack, 0x50, 0x10, 1, 0, 0, 0, 0, 0 };
	struct diag d = { 0 };

	assert_true(sizeof head + n <= sizeof told.frame);
	memcpy(told.frame, head, sizeof head);
	memcpy(told.frame + sizeof head, payload, n);
	now_ns += 1000000;
	told.next = (struct packet){ .at_ns = now_ns, .link_type = 1, .time_digits = 9,
		.captured = { told.frame, sizeof head + n }, .wire_len = (uint32_t)(sizeof head + n) };
	while (engine_step(engine, &d) == GOT_SOME)
		;
}

/* [OTP epmd: NAMES_REQ] "epmd -names" on the host, heard on the wire. */
static void
label(void)
{
	send(1, 40009, 1, EPMD, 1, 1, "\0\1n", 3);
	send(1, EPMD, 1, 40009, 1, 4, "\0\0\x11\x11name rabbit at port 25672\n", 30);
}

/* [OTP dist] two frames: a pass-through with REG_SEND {6, Pid, '', name}, and a tick. */
static const uint8_t frames[] = {
	0, 0, 0, 44, 112, 131, 104, 4, 97, 6, 88, 119, 3, 'a', '@', 'x', 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
	1, 119, 0, 119, 3, 'r', 'e', 'x', 131, 119, 9, 'i', 's', '_', 'a', 'u', 't', 'h', 'x', 'x', 'x',
	0, 0, 0, 0,
};
/* [RFC 8446 5.1] a record of 21 bytes: what a tick is inside TLS 1.3. */
static const uint8_t record[26] = { 23, 3, 3, 0, 21, 1, 2, 3 };

static const struct judgement *
to_port(const struct snapshot *s, uint16_t client, uint16_t server)
{
	for (size_t i = 0; i < s->n_connections; i++)
		if (s->connections[i]->end[SIDE_CLIENT].port == client &&
		    s->connections[i]->end[SIDE_SERVER].port == server)
			return s->connections[i];
	return NULL;
}

/* Nothing says that any of its ports is distribution: AMQP looks the same. */
static void
sockets_alone_list_nothing(void **state)
{
	(void)state;
	fill();
	assert_int_equal(look().n_connections, 0);
}

static void
a_label_lists_what_is_there(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	look();
	label();
	look();
	s = look();
	assert_int_equal(s.n_connections, 2);
	const struct judgement *j = to_port(&s, 50002, DIST);
	assert_non_null(j);
	assert_int_equal(j->verdict, VERDICT_UNKNOWN);
	assert_int_equal(j->state, STATE_UP);
	assert_int_equal(j->known_by, KNOWN_BY_EPMD);
	assert_int_equal(j->owner[SIDE_SERVER].pid, NODE);
	assert_string_equal(j->owner[SIDE_SERVER].comm, "beam.smp");
	assert_int_equal(j->owner[SIDE_CLIENT].pid, 0);
	assert_int_equal(j->bytes[SIDE_SERVER], 1000);
	assert_int_equal(j->bytes[SIDE_CLIENT], 2000);
	assert_non_null(strstr(j->explanation, "before beamtap began"));
	assert_null(to_port(&s, 50005, AMQP));
}

/* One that speaks promotes the port; AMQP's is another port, whoever holds it. */
static void
frames_promote_the_port(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	look();
	send(2, 50002, 1, DIST, 1000, 9000, frames, sizeof frames);
	look();
	s = look();
	const struct judgement *spoke = to_port(&s, 50002, DIST), *silent = to_port(&s, 50003, DIST);
	assert_non_null(spoke);
	assert_int_equal(spoke->verdict, VERDICT_PLAINTEXT);
	assert_int_equal(spoke->known_by, KNOWN_BY_FRAMES);
	assert_non_null(silent);
	assert_int_equal(silent->verdict, VERDICT_UNKNOWN);
	assert_int_equal(silent->known_by, KNOWN_BY_FRAMES);
	assert_int_equal(silent->bytes[SIDE_CLIENT], 4000);
	assert_int_equal(s.n_connections, 2);
}

/* With its first record it is encrypted, and never more. */
static void
its_first_record_tells(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	label();
	look();
	look();
	for (unsigned i = 0; i < 20; i++) {
		send(2, 50002, 1, DIST, 1000 + 26 * i, 9000 + 26 * i, record, sizeof record);
		send(1, DIST, 2, 50002, 9000 + 26 * i, 1026 + 26 * i, record, sizeof record);
	}
	s = look();
	const struct judgement *j = to_port(&s, 50002, DIST);
	assert_int_equal(j->verdict, VERDICT_ENCRYPTED);
	assert_int_equal(j->state, STATE_UP);
	assert_non_null(strstr(j->explanation, "erlang:disconnect_node/1"));
	assert_int_equal(to_port(&s, 50003, DIST)->verdict, VERDICT_UNKNOWN);
}

/* The kernel has it no more, and no packet will say so. */
static void
what_is_gone_leaves(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	label();
	look();
	assert_int_equal(look().n_connections, 2);
	socket_list_clear(&list);
	add(SOCKET_ESTABLISHED, NODE, 127, 40000, 127, EPMD, 20, 4);
	add(SOCKET_LISTENING, NODE, 0, DIST, 0, 0, 0, 0);
	add(SOCKET_ESTABLISHED, NODE, 1, DIST, 3, 50003, 3000, 4000);
	look();
	s = look();
	assert_int_equal(s.n_connections, 1);
	assert_int_equal(s.n_by_verdict[VERDICT_UNKNOWN], 1);
	list.left_out = 1;			/* of a list that is not whole nothing follows */
	list.n = 0;
	look();
	assert_int_equal(look().n_connections, 1);
}

/* At the end what the kernel said last is reported. */
static void
at_the_end_it_is_reported(void **state)
{
	struct snapshot s;
	struct diag d = { 0 };

	(void)state;
	fill();
	label();
	assert_true(engine_sockets(engine, &list, now_ns, &d));
	assert_true(engine_sockets(engine, &list, now_ns, &d));
	engine_end(engine);
	assert_true(engine_snapshot(engine, &s, &d));
	assert_int_equal(s.n_connections, 2);
	assert_int_equal(s.connections[0]->state, STATE_UP);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sockets_alone_list_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_label_lists_what_is_there, begin, end),
		cmocka_unit_test_setup_teardown(frames_promote_the_port, begin, end),
		cmocka_unit_test_setup_teardown(its_first_record_tells, begin, end),
		cmocka_unit_test_setup_teardown(what_is_gone_leaves, begin, end),
		cmocka_unit_test_setup_teardown(at_the_end_it_is_reported, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
