/* An engine that is told of sockets, beside packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "engine_state.h"

#define EPMD 4369u
#define DIST 25672u
#define AMQP 5672u
#define NODE 7u			/* its process */
#define AT_NS UINT64_C(1700000000000000000)

struct told {
	struct source source;
	struct packet next;		/* none while .captured is empty */
	uint8_t frame[512];
};

static struct told told;
static struct engine *engine;
static struct socket_list list;
static uint64_t now_ns;
static uint16_t met_in;			/* the network namespace */

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

static const struct engine_options options = { .n_inputs = 0, .adopts = true };

static int
begin(void **state)
{
	static const struct source_ops ops = { told_next, told_close };
	struct diag d = { 0 };

	(void)state;
	told = (struct told){ .source.ops = &ops };
	now_ns = AT_NS;
	met_in = 0;
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

/* 10.0.0.last, 127.0.0.127, or any. */
static struct address
host(unsigned last)
{
	return address_ipv4((uint8_t[]){ last == 127 ? 127 : last == 0 ? 0 : 10, 0, 0,
	    (uint8_t)last });
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

static void
take_list(uint64_t at_ns)
{
	struct diag d = { 0 };

	engine_sockets(engine, &list, at_ns);
	while (engine_sockets_step(engine, 0, &d) == PACED_MORE)
		;
	assert_string_equal(d.line, "");
}

static struct snapshot
look(void)
{
	struct snapshot s;
	struct diag d = { 0 };

	now_ns += UINT64_C(2000000000);
	take_list(now_ns);
	assert_true(engine_refresh(engine, now_ns, &d) != REFRESHED_FAILED);
	assert_true(engine_snapshot(engine, &s, &d));
	return s;
}

static struct snapshot
finish(void)
{
	struct snapshot s;
	struct diag d = { 0 };

	engine_end(engine);
	assert_true(engine_snapshot(engine, &s, &d));
	return s;
}

/* Where a packet was met: on some wire, as a link header tells that says nothing of this
 * host; or by the header of "any": within this host, coming in, going out. */
enum met { ON_WIRE, ON_LOOPBACK, COMING_IN, GOING_OUT };

static size_t
put_link(enum met met)
{
	static const uint8_t ethernet[14] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0 };
	static const uint8_t cooked[][16] = {
		[ON_LOOPBACK] = { 0, 0, 3, 4, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0 },
		[COMING_IN] = { 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0, 0, 8, 0 },
		[GOING_OUT] = { 0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0 },
	};

	if (met == ON_WIRE)
		memcpy(told.frame, ethernet, sizeof ethernet);
	else
		memcpy(told.frame, cooked[met], sizeof cooked[met]);
	return met == ON_WIRE ? sizeof ethernet : sizeof cooked[met];
}

/* What is in the frame, of which the last bytes were cut off. */
static void
deliver(enum met met, size_t n, unsigned cut)
{
	struct diag d = { 0 };

	now_ns += 1000000;
	told.next = (struct packet){ .at_ns = now_ns, .link_type = met == ON_WIRE ? 1 : 113,
		.source = met_in, .time_digits = 9, .captured = { told.frame, n - cut }, .wire_len = (uint32_t)n };
	while (engine_step(engine, &d) == GOT_SOME)
		;
	assert_string_equal(d.line, "");
}

struct tcp {
	unsigned from, to;		/* as of host() */
	uint16_t from_port, to_port;
	uint32_t seq, ack;
	uint8_t  flags;
	const void *payload;
	uint16_t n;
};

/* IPv4 and TCP at that place of the frame: where they end. */
static size_t
put_tcp(size_t at, const struct tcp *t)
{
	const uint16_t total = (uint16_t)(40 + t->n);
	const struct address src = host(t->from), dst = host(t->to);
	const uint8_t *s = src.octets, *d = dst.octets;
	const uint8_t head[] = { 0x45, 0, (uint8_t)(total >> 8), (uint8_t)total, 0, 0, 0, 0, 64, 6,
		0, 0, s[0], s[1], s[2], s[3], d[0], d[1], d[2], d[3],
		(uint8_t)(t->from_port >> 8), (uint8_t)t->from_port,
		(uint8_t)(t->to_port >> 8), (uint8_t)t->to_port,
		(uint8_t)(t->seq >> 24), (uint8_t)(t->seq >> 16), (uint8_t)(t->seq >> 8), (uint8_t)t->seq,
		(uint8_t)(t->ack >> 24), (uint8_t)(t->ack >> 16), (uint8_t)(t->ack >> 8), (uint8_t)t->ack,
		0x50, t->flags, 1, 0, 0, 0, 0, 0 };

	assert_true(at + sizeof head + t->n <= sizeof told.frame);
	memcpy(told.frame + at, head, sizeof head);
	if (t->n > 0)
		memcpy(told.frame + at + sizeof head, t->payload, t->n);
	return at + sizeof head + t->n;
}

static void
put(enum met met, struct tcp t)
{
	deliver(met, put_tcp(put_link(met), &t), 0);
}

/* A segment with that payload, without a SYN before it. */
static void
send(unsigned from, uint16_t from_port, unsigned to, uint16_t to_port, uint32_t seq,
    uint32_t ack, const void *payload, uint16_t n)
{
	put(ON_WIRE, (struct tcp){ from, to, from_port, to_port, seq, ack, TCP_ACK, payload, n });
}

/* .2 dials the node, and says [OTP dist: send_name] who it is. */
static const char name[] = "\0\26N\0\0\0\15\7\337\177\275\0\0\0\1\0\7x@y.lab";
#define NAME_LEN 24u

static void
dial(uint16_t port)
{
	put(ON_WIRE, (struct tcp){ 2, 1, 50002, port, 1000, 0, TCP_SYN, NULL, 0 });
	put(ON_WIRE, (struct tcp){ 1, 2, port, 50002, 9000, 1001, TCP_SYN | TCP_ACK, NULL, 0 });
	put(ON_WIRE, (struct tcp){ 2, 1, 50002, port, 1001, 9001, TCP_ACK, name, NAME_LEN });
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

/* So many each way, between the node and .2, as its host sees them. */
static void
exchange_records(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		put(COMING_IN, (struct tcp){ 2, 1, 50002, DIST, 1000 + 26 * i, 9000 + 26 * i, TCP_ACK,
		    record, sizeof record });
		put(GOING_OUT, (struct tcp){ 1, 2, DIST, 50002, 9000 + 26 * i, 1026 + 26 * i, TCP_ACK,
		    record, sizeof record });
	}
}

static const struct judgement *
to_port(const struct snapshot *s, uint16_t client, uint16_t server)
{
	for (size_t i = 0; i < s->n_connections; i++)
		if (s->connections[i]->end[SIDE_CLIENT].port == client &&
		    s->connections[i]->end[SIDE_SERVER].port == server)
			return s->connections[i];
	return NULL;
}

/* Is its flow still there? */
static const struct flow *
table_find_port(uint16_t client)
{
	return table_find(&engine->table, &(struct connected){ .client = host(client == 50002 ? 2 : 3),
		.client_port = client, .server = host(1), .server_port = DIST });
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
	assert_int_equal(j->state, STATE_NONE);		/* TCP is up, and what else? */
	assert_int_equal(j->known_by, KNOWN_BY_EPMD);
	assert_int_equal(j->owner[SIDE_SERVER].pid, NODE);
	assert_string_equal(j->owner[SIDE_SERVER].comm, "beam.smp");
	assert_int_equal(j->owner[SIDE_CLIENT].pid, 0);
	assert_int_equal(j->bytes[SIDE_SERVER], 1000);
	assert_int_equal(j->bytes[SIDE_CLIENT], 2000);
	assert_non_null(strstr(j->explanation, "the kernel lists it, and no packet of it was seen"));
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
	assert_int_equal(look().n_connections, 1);	/* who dialled says nothing of the port */
	send(1, DIST, 2, 50002, 9000, 1000 + sizeof frames, frames, sizeof frames);
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
	exchange_records(20);
	s = look();
	const struct judgement *j = to_port(&s, 50002, DIST);
	assert_int_equal(j->verdict, VERDICT_ENCRYPTED);
	assert_int_equal(j->state, STATE_UP);
	assert_non_null(strstr(j->explanation, "erlang:disconnect_node/1"));
	assert_int_equal(to_port(&s, 50003, DIST)->verdict, VERDICT_UNKNOWN);
}

/* The kernel has it no more, and no packet will say so. A list may lack one by chance. */
static void
what_is_gone_has_ended(void **state)
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
	assert_non_null(table_find_port(50002));
	look();
	assert_null(table_find_port(50002));
	s = look();
	assert_int_equal(s.n_connections, 2);		/* it was there, and of it nothing is known */
	const struct judgement *j = to_port(&s, 50002, DIST);
	assert_int_equal(j->verdict, VERDICT_UNKNOWN);
	assert_int_equal(j->state, STATE_NONE);
	assert_non_null(strstr(j->explanation, "gone before a packet"));
	list.left_out = 1;			/* of a list that is not whole nothing follows */
	list.n = 0;
	for (unsigned i = 0; i < 3; i++)
		look();
	assert_non_null(table_find_port(50003));
	assert_true(look().input.limits > 0);
}

/* At the end what the kernel said last is reported. */
static void
at_the_end_it_is_reported(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	label();
	take_list(now_ns);
	take_list(now_ns);
	s = finish();
	assert_int_equal(s.n_connections, 2);
	assert_int_equal(s.connections[0]->verdict, VERDICT_UNKNOWN);
}

/* The list is younger than what is still in the kernel's buffer. */
static void
a_syn_that_is_read_after_the_list_makes_no_second_one(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	label();
	assert_int_equal(look().n_connections, 2);
	now_ns -= 100000000;
	dial(DIST);
	s = look();
	assert_int_equal(s.n_connections, 2);
	assert_int_equal(to_port(&s, 50002, DIST)->verdict, VERDICT_PLAINTEXT);
}

static void
a_packet_that_is_read_after_the_list_does_not_come_before_its_first(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	label();
	look();
	look();
	now_ns -= UINT64_C(5000000000);
	send(2, 50002, 1, DIST, 1000, 9000, "\0\0\0\0", 4);
	now_ns += UINT64_C(4000000000);
	s = look();
	const struct judgement *j = to_port(&s, 50002, DIST);
	assert_true(j->last_ns >= j->first_ns);
}

/* [RFC 9293 3.10.7] it had bytes, as the kernel counted. */
static void
one_that_is_reset_was_no_probe(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	label();
	look();
	look();
	put(ON_WIRE, (struct tcp){ 2, 1, 50002, DIST, 1000, 9000, TCP_RST | TCP_ACK, NULL, 0 });
	s = finish();
	assert_int_equal(s.silent, 0);
	assert_int_equal(s.n_connections, 2);
}

static void
an_older_list_owns_no_new_connection(void **state)
{
	struct snapshot s;
	struct diag d = { 0 };

	(void)state;
	label();
	dial(DIST);
	add(SOCKET_LISTENING, NODE, 0, DIST, 0, 0, 0, 0);
	add(SOCKET_ESTABLISHED, 99, 1, DIST, 2, 50002, 6, 26);
	take_list(now_ns - UINT64_C(1000000000));
	assert_true(engine_refresh(engine, now_ns, &d) != REFRESHED_FAILED);
	assert_true(engine_snapshot(engine, &s, &d));
	assert_int_equal(s.n_connections, 1);
	assert_int_equal(s.connections[0]->owner[SIDE_SERVER].pid, 0);
}

/* The handshake was cut off: that TCP is up says nothing of it. */
static void
established_is_not_up(void **state)
{
	const struct tcp status = { 1, 2, DIST, 50002, 9001, 1001 + NAME_LEN, TCP_ACK, "\0\4snok", 6 };
	struct snapshot s;

	(void)state;
	dial(DIST);
	deliver(ON_WIRE, put_tcp(put_link(ON_WIRE), &status), 3);
	put(ON_WIRE, (struct tcp){ 2, 1, 50002, DIST, 1001 + NAME_LEN, 9007, TCP_ACK, NULL, 0 });
	add(SOCKET_LISTENING, NODE, 0, DIST, 0, 0, 0, 0);
	add(SOCKET_ESTABLISHED, NODE, 1, DIST, 2, 50002, 6, 26);
	look();
	s = look();
	assert_int_equal(s.n_connections, 1);
	assert_int_not_equal(s.connections[0]->state, STATE_UP);
}

static void
up_is_taken_back_with_the_socket(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	label();
	look();
	exchange_records(3);
	s = look();
	assert_int_equal(to_port(&s, 50002, DIST)->state, STATE_UP);
	socket_list_clear(&list);
	look();
	look();
	s = look();
	assert_int_equal(to_port(&s, 50002, DIST)->state, STATE_NONE);
}

/* A distribution name at RabbitMQ's AMQPS port, which TLS refuses. */
static void
a_strangers_words_promote_nothing(void **state)
{
	struct snapshot s;

	(void)state;
	add(SOCKET_ESTABLISHED, NODE, 127, 40000, 127, EPMD, 20, 4);
	add(SOCKET_LISTENING, NODE, 0, 5671, 0, 0, 0, 0);
	add(SOCKET_ESTABLISHED, NODE, 1, 5671, 5, 50005, 7, 7);
	add(SOCKET_ESTABLISHED, NODE, 1, 5671, 2, 50002, 0, 24);
	look();
	dial(5671);
	send(1, 5671, 2, 50002, 9001, 1001 + NAME_LEN, "\25\3\3\0\2\2\12", 7);
	look();
	look();
	s = look();
	assert_non_null(to_port(&s, 50002, 5671));
	assert_null(to_port(&s, 50005, 5671));
}

/* Another process has the port now, which is no node. */
static void
a_promotion_ends_with_the_node(void **state)
{
	struct snapshot s;

	(void)state;
	fill();
	look();
	send(2, 50002, 1, DIST, 1000, 9000, frames, sizeof frames);
	send(1, DIST, 2, 50002, 9000, 1000 + sizeof frames, frames, sizeof frames);
	look();
	assert_int_equal(look().n_connections, 2);
	socket_list_clear(&list);
	look();
	look();
	add(SOCKET_LISTENING, 99, 0, DIST, 0, 0, 0, 0);
	add(SOCKET_ESTABLISHED, 99, 1, DIST, 5, 50055, 1000, 1000);
	look();
	s = look();
	assert_null(to_port(&s, 50055, DIST));
	fill();				/* and when the node is back, it begins anew */
	send(2, 50002, 1, DIST, 1000 + sizeof frames, 9000 + sizeof frames, frames, sizeof frames);
	look();
	look();
	s = look();
	assert_non_null(to_port(&s, 50003, DIST));
}

/* Anyone may listen at another address of a port that a node has dialled from. */
static void
a_listener_at_another_address_is_not_the_servers(void **state)
{
	struct snapshot s;

	(void)state;
	send(1, 40010, 4, EPMD, 1, 1, "\0\1n", 3);
	send(4, EPMD, 1, 40010, 1, 4, "\0\0\x11\x11name rabbit at port 09100\n", 30);
	fill();
	add(SOCKET_LISTENING, 666, 127, 40004, 0, 0, 0, 0);
	look();
	s = look();
	assert_non_null(to_port(&s, 40004, 9100));
}

static void
a_label_is_owned_by_who_listens_at_its_address(void **state)
{
	const struct address own = host(1);
	struct snapshot s;

	(void)state;
	label();
	look();
	add(SOCKET_LISTENING, NODE, 1, DIST, 0, 0, 0, 0);
	add(SOCKET_LISTENING, 666, 127, DIST, 0, 0, 0, 0);
	engine_own_address(engine, 0, &own);
	look();
	send(2, EPMD, 3, 4000, 1, 1, "\0\0\x11\x11name other at port 11111\n", 29);
	s = finish();
	assert_int_equal(s.n_epmd, 2);
	assert_int_equal(s.epmd[0].port, DIST);
	assert_int_equal(s.epmd[0].owner.pid, NODE);
	assert_int_equal(s.epmd[1].owner.pid, 0);
}

/* Where not all of its packets would be seen, silence says nothing. */
static void
a_part_of_the_traffic_adopts_nothing(void **state)
{
	static const struct engine_options part = { .n_inputs = 0 };
	struct diag d = { 0 };

	(void)state;
	engine_close(engine);
	engine = engine_open_source(&part, &told.source, &d);
	fill();
	label();
	look();
	assert_int_equal(look().n_connections, 0);
}

/* Labels of this host */

/* [OTP epmd: ALIVE2_REQ] over loopback, as all nodes do. */
static void
register_node(const char *node, uint16_t port, uint16_t client_port)
{
	size_t n = strlen(node);
	uint8_t question[64] = { 0, (uint8_t)(13 + n), 120, (uint8_t)(port >> 8), (uint8_t)port, 77, 0,
		0, 6, 0, 5, 0, (uint8_t)n };
	uint32_t end = 101 + 15 + (uint32_t)n;

	memcpy(question + 13, node, n);
	put(ON_LOOPBACK, (struct tcp){ 127, 127, client_port, EPMD, 100, 0, TCP_SYN, NULL, 0 });
	put(ON_LOOPBACK, (struct tcp){ 127, 127, EPMD, client_port, 200, 101, TCP_SYN | TCP_ACK, NULL, 0 });
	put(ON_LOOPBACK, (struct tcp){ 127, 127, client_port, EPMD, 101, 201, TCP_ACK, question,
	    (uint16_t)(15 + n) });
	put(ON_LOOPBACK, (struct tcp){ 127, 127, EPMD, client_port, 201, end, TCP_ACK, "\166\0\0\0\0\1", 6 });
}

static void
unregister_node(const char *node, uint16_t client_port)
{
	uint32_t end = 101 + 15 + (uint32_t)strlen(node);

	put(ON_LOOPBACK, (struct tcp){ 127, 127, client_port, EPMD, end, 207, TCP_FIN | TCP_ACK, NULL, 0 });
	put(ON_LOOPBACK, (struct tcp){ 127, 127, EPMD, client_port, 207, end + 1, TCP_FIN | TCP_ACK, NULL, 0 });
	now_ns += UINT64_C(61000000000);
	look();
}

static void
meet_own_address(void)
{
	put(COMING_IN, (struct tcp){ 2, 1, 50500, 80, 1, 0, TCP_SYN, NULL, 0 });
	put(GOING_OUT, (struct tcp){ 1, 2, 80, 50500, 1, 2, TCP_SYN | TCP_ACK, NULL, 0 });
}

static bool
is_labelled(unsigned last)
{
	const struct address a = host(last);

	return ledger_is_labelled(&engine->ledger, &a, DIST, 0, now_ns);
}

/* EPMD takes any port from anyone. */
static void
nobody_takes_anothers_label_away(void **state)
{
	struct snapshot s;

	(void)state;
	meet_own_address();
	register_node("rabbit", DIST, 40000);
	register_node("evil", DIST, 40001);
	assert_true(is_labelled(1));
	unregister_node("evil", 40001);
	assert_true(is_labelled(1));
	exchange_records(20);
	s = finish();
	assert_int_equal(s.n_connections, 1);
	assert_int_equal(s.ignored_tls, 0);
	assert_memory_equal(s.connections[0]->end[SIDE_SERVER].node.p, "rabbit@?", 8);
}

static void
a_registration_ends_with_its_connection(void **state)
{
	(void)state;
	meet_own_address();
	register_node("rabbit", DIST, 40000);
	unregister_node("rabbit", 40000);
	assert_false(is_labelled(1));
}

/* A frame that the host drops, for it says that it comes from there. */
static void
a_spoofed_source_takes_no_label_away(void **state)
{
	const struct address own = host(1);

	(void)state;
	engine_own_address(engine, 0, &own);
	register_node("rabbit", DIST, 40000);
	put(COMING_IN, (struct tcp){ 1, 1, 1234, 80, 77, 0, TCP_SYN, NULL, 0 });
	assert_true(is_labelled(1));
}

static void
a_reset_of_any_number_ends_no_registration(void **state)
{
	(void)state;
	meet_own_address();
	register_node("rabbit", DIST, 40000);
	put(ON_LOOPBACK, (struct tcp){ 127, 127, 40000, EPMD, 0xdeadbeef, 0, TCP_RST, NULL, 0 });
	now_ns += UINT64_C(61000000000);
	look();
	assert_true(is_labelled(1));
	put(ON_LOOPBACK, (struct tcp){ 127, 127, 40000, EPMD, 101 + 15 + 6, 0, TCP_RST, NULL, 0 });
	now_ns += UINT64_C(61000000000);
	look();
	now_ns += 1000000;
	assert_false(is_labelled(1));
}

/* [RFC 1122 3.2.1.3 (g)] */
static void
loopback_from_outside_is_nobodys(void **state)
{
	static const uint8_t question[] = { 0, 17, 120, DIST >> 8, DIST & 255, 77, 0, 0, 6, 0, 5, 0, 4,
		'e', 'v', 'i', 'l', 0, 0 };

	(void)state;
	meet_own_address();
	for (int met = COMING_IN; met <= GOING_OUT; met++) {
		put((enum met)met, (struct tcp){ 127, 127, 40000, EPMD, 101, 201, TCP_ACK, question,
		    sizeof question });
		put((enum met)met, (struct tcp){ 127, 127, EPMD, 40000, 201, 101 + sizeof question,
		    TCP_ACK, "\166\0\0\0\0\1", 6 });
	}
	assert_false(is_labelled(1));
	assert_false(is_labelled(127));
}

/* [RFC 7348 5] UDP to the host's port 4789: who may send that makes up what is inside. */
static void
put_in_vxlan(enum met met, unsigned to, struct tcp t)
{
	const struct address d = host(to);
	uint8_t outer[] = { 0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 9,
		d.octets[0], d.octets[1], d.octets[2], d.octets[3],
		0x99, 0x99, 0x12, 0xb5, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 1, 0,
		2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0 };
	size_t at = put_link(met);

	outer[3] = (uint8_t)(sizeof outer + 40 + t.n);
	outer[25] = (uint8_t)(outer[3] - 20);
	memcpy(told.frame + at, outer, sizeof outer);
	deliver(met, put_tcp(at + sizeof outer, &t), 0);
}

static void
what_is_in_a_tunnel_says_nothing_of_this_host(void **state)
{
	(void)state;
	meet_own_address();
	register_node("rabbit", DIST, 40000);
	put_in_vxlan(ON_LOOPBACK, 127, (struct tcp){ 9, 5, 555, 80, 1, 0, TCP_SYN, NULL, 0 });
	assert_false(is_labelled(9));
	put_in_vxlan(COMING_IN, 1, (struct tcp){ 127, 127, 40000, EPMD, 101 + 15 + 6, 0, TCP_RST,
	    NULL, 0 });
	now_ns += UINT64_C(61000000000);
	look();
	assert_true(is_labelled(1));
}

/* The same addresses and ports at the same time, in two network namespaces. */
static void
each_namespace_has_a_loopback(void **state)
{
	static const char *const names[] = { "blue", "red" };
	static const struct engine_options two = { .netns = names, .n_netns = 2, .adopts = true };
	const struct address own = host(1), other = host(2), loopback = host(127);
	struct diag d = { 0 };
	struct snapshot s;

	(void)state;
	engine_close(engine);
	engine = engine_open_source(&two, &told.source, &d);
	engine_own_address(engine, 0, &own);
	engine_own_address(engine, 1, &other);
	register_node("rabbit", DIST, 40000);
	met_in = 1;
	register_node("hare", 9100, 40000);
	assert_true(is_labelled(1));
	assert_false(is_labelled(2));
	assert_true(ledger_is_labelled(&engine->ledger, &other, 9100, 0, now_ns));
	assert_false(ledger_is_labelled(&engine->ledger, &own, 9100, 0, now_ns));
	assert_false(ledger_is_labelled(&engine->ledger, &loopback, 9100, 0, now_ns));
	assert_true(ledger_is_labelled(&engine->ledger, &loopback, 9100, 1, now_ns));
	s = look();
	assert_int_equal(s.n_epmd, 2);
	for (unsigned i = 0; i < 2; i++)
		assert_string_equal(s.epmd[i].netns, names[i]);
}

/* A mirrored port shows the loopback of another host; a lax router lets it in from outside. It is
 * judged as any other, by itself. */
static void
loopback_of_elsewhere_is_judged(void **state)
{
	static const uint8_t question[] = { 0, 17, 120, DIST >> 8, DIST & 255, 77, 0, 0, 6, 0, 5, 0, 4,
		'e', 'v', 'i', 'l', 0, 0 };
	const struct tcp talk[] = {
		{ 127, 127, 40000, EPMD, 101, 201, TCP_ACK, question, sizeof question },
		{ 127, 127, EPMD, 40000, 201, 101 + sizeof question, TCP_ACK, "\166\0\0\0\0\1", 6 },
		{ 127, 127, 50002, DIST, 1000, 0, TCP_SYN, NULL, 0 },
		{ 127, 127, DIST, 50002, 9000, 1001, TCP_SYN | TCP_ACK, NULL, 0 },
		{ 127, 127, 50002, DIST, 1001, 9001, TCP_ACK, name, NAME_LEN },
	};

	for (int tunnel = 0; tunnel < 2; tunnel++) {
		end(state);
		begin(state);
		meet_own_address();
		for (size_t i = 0; i < sizeof talk / sizeof *talk; i++)
			if (tunnel)
				put_in_vxlan(COMING_IN, 1, talk[i]);
			else
				put(COMING_IN, talk[i]);
		assert_false(is_labelled(1));
		assert_false(is_labelled(127));
		struct snapshot s = finish();
		assert_int_equal(s.n_connections, 1);
		assert_int_equal(s.connections[0]->verdict, VERDICT_PLAINTEXT);
		assert_int_equal(s.connections[0]->known_by, KNOWN_BY_EPMD | KNOWN_BY_HANDSHAKE);
	}
}

/* Whichever place of the node others named, by its own EPMD or by a lookup. */
static void
names_at_both_places_have_to_agree(void **state)
{
	static const uint8_t answer[] = { 119, 0, DIST >> 8, DIST & 255, 77, 0, 0, 6, 0, 5,
		0, 4, 'e', 'v', 'i', 'l', 0, 0 };
	struct snapshot s;

	(void)state;
	meet_own_address();
	register_node("rabbit", DIST, 40000);
	register_node("evil", DIST, 40001);
	send(2, 50100, 1, EPMD, 1, 1, "\0\5zevil", 7);
	send(1, EPMD, 2, 50100, 1, 8, answer, sizeof answer);
	exchange_records(20);
	s = finish();
	assert_int_equal(s.n_connections, 1);
	assert_int_equal(s.connections[0]->end[SIDE_SERVER].node.n, 0);
}

static void
addresses_beyond_the_bound_are_counted(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LIMIT_HOST_ADDRESSES; i++) {
		const struct address a = address_ipv4((uint8_t[]){ 11, 0, (uint8_t)(i >> 8), (uint8_t)i });
		hosts_note(&engine->ledger.hosts, 0, &a, SEEN_ARRIVING);
	}
	assert_int_equal(look().input.limits, 0);	/* strangers: there may be any number */
	meet_own_address();
	register_node("rabbit", DIST, 40000);
	assert_true(look().input.limits > 0);
}

/* Whoever has very many connections to EPMD is one process. */
static void
nobody_crowds_out_the_nodes(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LIMIT_LABELS + 1; i++)
		add(SOCKET_ESTABLISHED, 666, 127, (uint16_t)(20000 + i), 127, EPMD, 1, 1);
	fill();
	look();
	assert_true(residents_has_node(&engine->residents[0], NODE));
	assert_int_equal(engine->residents[0].n, 2);
}

/* What to do is said until it is known. */
static void
a_node_without_a_name_is_counted(void **state)
{
	const struct address own = host(1);

	(void)state;
	engine_own_address(engine, 0, &own);
	fill();
	assert_int_equal(look().input.nameless, 1);
	label();
	look();
	assert_int_equal(look().input.nameless, 0);
}

/* Times that run backwards and forwards, the same socket both ways round. */
static void
nonsense_is_survived(void **state)
{
	static const uint64_t times[] = { UINT64_MAX, 0, 1, AT_NS, UINT64_MAX, UINT64_MAX - 1 };
	struct diag d = { 0 };

	(void)state;
	fill();
	label();
	add(SOCKET_ESTABLISHED, NODE, 1, DIST, 1, DIST, 1, 1);
	add(SOCKET_ESTABLISHED, NODE, 2, 50002, 1, DIST, 1, 1);
	add(SOCKET_LISTENING, 8, 0, 50002, 0, 0, 0, 0);
	add(SOCKET_ESTABLISHED, NODE, 1, EPMD, 1, DIST, 1, 1);
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		take_list(times[i]);
		send(2, 50002, 1, DIST, 1000 + 52 * (uint32_t)i, 9000, record, sizeof record);
		assert_true(engine_refresh(engine, times[i], &d) != REFRESHED_FAILED);
		list.n = i % 2 ? 11 : 3;
	}
	assert_true(finish().n_connections > 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sockets_alone_list_nothing),
		TEST(a_label_lists_what_is_there),
		TEST(frames_promote_the_port),
		TEST(its_first_record_tells),
		TEST(what_is_gone_has_ended),
		TEST(at_the_end_it_is_reported),
		TEST(a_syn_that_is_read_after_the_list_makes_no_second_one),
		TEST(a_packet_that_is_read_after_the_list_does_not_come_before_its_first),
		TEST(one_that_is_reset_was_no_probe),
		TEST(an_older_list_owns_no_new_connection),
		TEST(established_is_not_up),
		TEST(up_is_taken_back_with_the_socket),
		TEST(a_strangers_words_promote_nothing),
		TEST(a_promotion_ends_with_the_node),
		TEST(a_listener_at_another_address_is_not_the_servers),
		TEST(a_label_is_owned_by_who_listens_at_its_address),
		TEST(a_part_of_the_traffic_adopts_nothing),
		TEST(nobody_takes_anothers_label_away),
		TEST(a_registration_ends_with_its_connection),
		TEST(a_spoofed_source_takes_no_label_away),
		TEST(a_reset_of_any_number_ends_no_registration),
		TEST(loopback_from_outside_is_nobodys),
		TEST(what_is_in_a_tunnel_says_nothing_of_this_host),
		TEST(each_namespace_has_a_loopback),
		TEST(loopback_of_elsewhere_is_judged),
		TEST(names_at_both_places_have_to_agree),
		TEST(addresses_beyond_the_bound_are_counted),
		TEST(nobody_crowds_out_the_nodes),
		TEST(a_node_without_a_name_is_counted),
		TEST(nonsense_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
