#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/limits.h"
#include "flow/table.h"

#define CLIENT_PORT 40000u
#define SERVER_PORT 9100u
#define MSEC 1000000ull

/* What the table told: facts by kind, and the flows as they were when closed. */
struct bench {
	struct table t;
	uint64_t at_ns;
	unsigned n_facts[FACT_BLIND + 1];
	enum blind why;
	struct stamped where[FACT_BLIND + 1];	/* of the last of a kind */
	enum side side[FACT_BLIND + 1];
	unsigned n_closed;
	struct flow closed;			/* the last one */
	int server;				/* what ports say */
	bool epmd;
	struct carried carried;
};

static int
server_end(void *owner, const struct flow *f, bool *epmd)
{
	struct bench *b = owner;

	*epmd = b->epmd;
	return f->end[0].port == SERVER_PORT ? b->server == 0 ? 0 : 1 : b->server == 0 ? 1 : 0;
}

static void
on_fact(void *owner, struct flow *f, const struct fact *fact, const struct stamped *where)
{
	struct bench *b = owner;

	(void)f;
	b->n_facts[fact->kind]++;
	b->where[fact->kind] = *where;
	b->side[fact->kind] = fact->side;
	if (fact->kind == FACT_BLIND)
		b->why = fact->u.blind.why;
}

static void
on_closed(void *owner, struct flow *f)
{
	struct bench *b = owner;

	b->n_closed++;
	b->closed = *f;
}

static void
open_bench(struct bench *b)
{
	*b = (struct bench){ .at_ns = 1700000000000000000ull };
	table_init(&b->t, (struct table_port){ .owner = b, .server_end = server_end,
		.fact = on_fact, .closed = on_closed });
}

struct say {
	bool     by_server;
	uint8_t  flags;
	uint32_t seq, ack;
	const void *payload;
	uint32_t n;
	uint16_t ip_id;
	uint32_t vantage;
	uint16_t port;			/* the client's; 0: CLIENT_PORT */
	uint32_t wire;			/* payload on the wire; 0: n */
};

static void
say(struct bench *b, struct say s)
{
	static const uint8_t ips[2][4] = { { 10, 77, 0, 1 }, { 10, 77, 0, 2 } };
	uint16_t client = s.port ? s.port : CLIENT_PORT;
	struct segment seg = {
		.src = address_ipv4(ips[s.by_server]), .dst = address_ipv4(ips[!s.by_server]),
		.src_port = s.by_server ? SERVER_PORT : client,
		.dst_port = s.by_server ? client : SERVER_PORT,
		.seq = s.seq, .ack = s.ack, .flags = s.flags, .window = 500, .ip_id = s.ip_id,
		.payload = { s.payload, s.n }, .payload_len = s.wire ? s.wire : s.n, .vantage = s.vantage,
	};

	b->at_ns += 10 * MSEC;
	assert_true(table_segment(&b->t, &seg, b->at_ns, 0, &b->carried));
}

/* [OTP dist: send_name] version 6, a@alpha.lab */
static const uint8_t name[] = { 0, 26, 'N', 0, 0, 0, 13, 0xdf, 7, 0xff, 0xbd, 1, 2, 3, 4,
	0, 11, 'a', '@', 'a', 'l', 'p', 'h', 'a', '.', 'l', 'a', 'b' };
static const uint8_t ok[] = { 0, 3, 's', 'o', 'k' };

static void
open_connection(struct bench *b, uint32_t isn)
{
	say(b, (struct say){ .flags = TCP_SYN, .seq = isn });
	say(b, (struct say){ .by_server = true, .flags = TCP_SYN | TCP_ACK, .seq = 900, .ack = isn + 1 });
	say(b, (struct say){ .flags = TCP_ACK, .seq = isn + 1, .ack = 901 });
}

static struct connected
of_kernel(void)
{
	return (struct connected){ .client = address_ipv4((uint8_t[]){ 10, 77, 0, 1 }),
		.server = address_ipv4((uint8_t[]){ 10, 77, 0, 2 }), .client_port = CLIENT_PORT,
		.server_port = SERVER_PORT, .certain = true };
}

/* Packets find it, whichever side they are of; and it was joined in mid-stream. */
static void
an_adopted_one_is_met_by_its_packets(void **state)
{
	const struct connected c = of_kernel();
	struct bench b;

	(void)state;
	open_bench(&b);
	assert_null(table_find(&b.t, &c));
	struct flow *f = table_adopt(&b.t, &c, b.at_ns, 0);
	assert_non_null(f);
	assert_ptr_equal(table_find(&b.t, &c), f);
	assert_ptr_equal(table_adopt(&b.t, &c, b.at_ns + 1, 0), f);
	assert_ptr_equal(table_next_touched(&b.t), f);
	assert_true(f->session.sides_certain);
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK, .seq = 5000, .ack = 70,
	    .payload = "\0\0\0\0", .n = 4 });
	assert_int_equal(f->end[0].packets + f->end[1].packets, 1);
	assert_false(f->end[0].syn || f->end[1].syn);
	assert_int_equal(b.n_closed, 0);
	table_end(&b.t);
	assert_int_equal(b.n_closed, 1);
	assert_false(b.closed.session.from_start[0] || b.closed.session.from_start[1]);
	table_free(&b.t);
}

/* It was there before; who dials now is another. */
static void
a_syn_is_not_of_an_adopted_one(void **state)
{
	const struct connected c = of_kernel();
	struct bench b;

	(void)state;
	open_bench(&b);
	uint64_t number = table_adopt(&b.t, &c, b.at_ns, 0)->number;
	open_connection(&b, 100);
	assert_int_equal(b.n_closed, 1);
	assert_int_equal(b.closed.number, number);
	struct flow *f = table_find(&b.t, &c);
	assert_true(f->number != number && !f->adopted && f->end[0].syn && f->end[1].syn);
	table_free(&b.t);
}

/* Its own, when it was there by then and the packet was read late: from its start on. */
static void
a_syn_from_before_is_the_adopted_ones(void **state)
{
	const struct connected c = of_kernel();
	struct bench b;

	(void)state;
	open_bench(&b);
	table_adopt(&b.t, &c, b.at_ns + 1000000000, 0);
	open_connection(&b, 100);
	assert_int_equal(b.n_closed, 1);
	assert_false(b.closed.adopted);			/* nobody tells of that one any more */
	struct flow *f = table_find(&b.t, &c);
	assert_true(!f->adopted && f->end[0].syn && f->end[1].syn);
	assert_int_equal(f->end[0].packets + f->end[1].packets, 3);
	table_free(&b.t);
}

/* Whose loopback it is tells connections apart. */
static void
zones_are_kept_apart(void **state)
{
	struct connected c = of_kernel();
	struct bench b;

	(void)state;
	open_bench(&b);
	struct flow *first = table_adopt(&b.t, &c, b.at_ns, 0);
	c.zone = 0x102;
	assert_null(table_find(&b.t, &c));
	assert_ptr_not_equal(table_adopt(&b.t, &c, b.at_ns, 1), first);
	c.zone = 0x201;
	assert_null(table_find(&b.t, &c));
	table_free(&b.t);
}

/* [RFC 9293 3.10.7], [RFC 5961 3.2] its receiver would not believe it. */
static void
a_reset_counts_only_where_its_side_stands(void **state)
{
	static const struct { bool by_server; uint8_t flags; uint32_t seq, ack; bool counts; } t[] = {
		{ false, TCP_RST, 101, 0, true },		/* what it sends next */
		{ false, TCP_RST, 102, 0, true },		/* after a FIN that was lost */
		{ false, TCP_RST, 103, 0, false },
		{ false, TCP_RST, 100, 0, false },
		{ false, TCP_RST, 0, 0, false },
		{ false, TCP_RST, 0x80000065u, 0, false },
		{ true, TCP_RST | TCP_ACK, 901, 101, true },
		{ true, TCP_RST | TCP_ACK, 0, 101, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		const struct connected c = of_kernel();
		struct bench b;

		open_bench(&b);
		open_connection(&b, 100);
		say(&b, (struct say){ .by_server = t[i].by_server, .flags = t[i].flags,
		    .seq = t[i].seq, .ack = t[i].ack });
		assert_int_equal(flow_ended(table_find(&b.t, &c)), t[i].counts);
		table_free(&b.t);
	}
}

/* Nobody listens: [RFC 9293 3.10.7.1] it acknowledges the SYN. */
static void
a_reset_answers_the_syn(void **state)
{
	const struct connected c = of_kernel();

	(void)state;
	for (uint32_t ack = 101; ack < 103; ack++) {
		struct bench b;

		open_bench(&b);
		say(&b, (struct say){ .flags = TCP_SYN, .seq = 100 });
		say(&b, (struct say){ .by_server = true, .flags = TCP_RST | TCP_ACK, .ack = ack });
		assert_int_equal(flow_ended(table_find(&b.t, &c)), ack == 101);
		table_free(&b.t);
	}
}

static void
one_that_is_over_is_forgotten(void **state)
{
	const struct connected c = of_kernel();
	struct bench b;

	(void)state;
	open_bench(&b);
	table_forget(&b.t, table_adopt(&b.t, &c, b.at_ns, 0));
	assert_int_equal(b.n_closed, 1);
	assert_null(table_find(&b.t, &c));
	assert_null(table_next_touched(&b.t));
	open_connection(&b, 100);		/* and what packets told of is not adopted */
	struct flow *f = table_adopt(&b.t, &c, b.at_ns, 0);
	assert_false(f->adopted);
	assert_true(f->end[0].syn);
	table_free(&b.t);
}

static void
a_connection_is_followed_from_syn_to_fin(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = sizeof name });
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK, .seq = 901,
		.ack = 101 + sizeof name, .payload = ok, .n = sizeof ok });
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK | TCP_FIN, .seq = 906,
		.ack = 101 + sizeof name });
	say(&b, (struct say){ .flags = TCP_ACK | TCP_FIN, .seq = 101 + sizeof name, .ack = 907 });
	assert_int_equal(b.n_facts[FACT_DIST_NAME], 1);
	assert_int_equal(b.n_facts[FACT_DIST_STATUS], 1);
	assert_int_equal(b.side[FACT_DIST_STATUS], SIDE_SERVER);
	assert_int_equal(b.where[FACT_DIST_STATUS].peer_acked, sizeof name);
	assert_int_equal(b.where[FACT_DIST_STATUS].start, 0);
	assert_int_equal(b.where[FACT_DIST_STATUS].end, sizeof ok);
	table_end(&b.t);
	assert_int_equal(b.n_closed, 1);
	int client = b.closed.session.side_of[0] == SIDE_CLIENT ? 0 : 1;
	assert_int_equal(b.closed.end[client].port, CLIENT_PORT);
	assert_int_equal(stream_length(&b.closed.end[client].stream), sizeof name);
	assert_int_equal(stream_length(&b.closed.end[!client].stream), sizeof ok);
	assert_int_equal(b.closed.end[client].packets, 4);
	assert_int_equal(b.closed.end[!client].packets, 3);
	assert_true(b.closed.end[!client].fin_ns < b.closed.end[client].fin_ns);
	assert_int_equal(b.n_facts[FACT_BLIND], 0);
	table_free(&b.t);
}

/* The client's FIN was not captured; the server's acknowledges it, or does not. */
static void
an_answer_to_a_fin_that_was_lost_is_known_by_what_it_acknowledges(void **state)
{
	struct bench b;

	(void)state;
	for (uint32_t fin = 0; fin < 2; fin++) {
		open_bench(&b);
		open_connection(&b, 100);
		say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name,
			.n = sizeof name });
		say(&b, (struct say){ .by_server = true, .flags = TCP_ACK | TCP_FIN, .seq = 901,
			.ack = 101 + sizeof name + fin });
		table_end(&b.t);
		int client = b.closed.session.side_of[0] == SIDE_CLIENT ? 0 : 1;
		assert_int_equal(flow_fin_is_answer(&b.closed, !client), fin);
		assert_false(flow_fin_is_answer(&b.closed, client));
		table_free(&b.t);
	}
}

static void
a_packet_met_at_two_places_counts_once(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	for (uint32_t vantage = 1; vantage <= 3; vantage++)
		say(&b, (struct say){ .flags = TCP_SYN, .seq = 100, .vantage = vantage });
	for (uint32_t vantage = 1; vantage <= 3; vantage++)
		say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name,
			.n = sizeof name, .vantage = vantage });
	table_end(&b.t);
	assert_int_equal(b.closed.end[0].packets + b.closed.end[1].packets, 2);
	assert_int_equal(b.n_facts[FACT_DIST_NAME], 1);
	assert_int_equal(b.t.duplicates, 4);
	table_free(&b.t);
}

static void
a_retransmission_counts_again_as_a_packet_but_not_as_bytes(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	open_connection(&b, 100);
	for (uint16_t id = 1; id <= 2; id++)
		say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name,
			.n = sizeof name, .ip_id = id });
	table_end(&b.t);
	assert_int_equal(b.closed.end[0].packets + b.closed.end[1].packets, 5);
	assert_int_equal(stream_length(&b.closed.end[0].stream), sizeof name);
	table_free(&b.t);
}

static void
another_syn_is_another_connection(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_SYN, .seq = 100, .ip_id = 9 });	/* a copy */
	assert_int_equal(b.n_closed, 0);
	open_connection(&b, 5000);
	assert_int_equal(b.n_closed, 1);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 5001, .ack = 901, .payload = name, .n = sizeof name });
	table_end(&b.t);
	assert_int_equal(b.n_closed, 2);
	assert_int_equal(b.n_facts[FACT_DIST_NAME], 1);
	table_free(&b.t);
}

static void
a_syn_that_comes_late_is_still_the_start(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	b.server = 0;
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = sizeof name });
	say(&b, (struct say){ .flags = TCP_SYN, .seq = 100 });
	table_end(&b.t);
	assert_int_equal(b.n_closed, 1);
	assert_true(b.closed.end[0].stream.from_start);
	assert_int_equal(b.n_facts[FACT_DIST_NAME], 1);
	table_free(&b.t);
}

static void
a_syn_that_comes_after_data_does_not_split_the_connection(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	b.server = 0;
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101 + sizeof name, .ack = 906, .payload = ok, .n = sizeof ok });
	say(&b, (struct say){ .flags = TCP_SYN, .seq = 100 });
	assert_int_equal(b.n_closed, 0);
	say(&b, (struct say){ .flags = TCP_SYN, .seq = 100 + (1u << 24) });	/* the next one */
	assert_int_equal(b.n_closed, 1);
	table_free(&b.t);
}

/* The first copy is garbage that a receiver drops (a bad checksum, a small
 * TTL), the second is what was said: that must not go unnoticed. */
static void
another_start_of_somebody_elses_protocol_is_told(void **state)
{
	uint8_t garbage[sizeof name];
	struct bench b;

	(void)state;
	memset(garbage, 0x55, sizeof garbage);
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = garbage, .n = sizeof garbage });
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK, .seq = 901, .ack = 101 + sizeof garbage,
		.payload = garbage, .n = sizeof garbage });
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = sizeof name });
	assert_int_equal(b.n_facts[FACT_BLIND], 1);
	assert_int_equal(b.why, BLIND_OVERLAP);
	table_free(&b.t);
}

/* Cut off before it can be told what it is: not somebody else's, but unknown. */
static void
a_start_that_the_snaplen_cut_off_decides_nothing(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = 10,
		.wire = sizeof name });
	assert_int_equal(b.t.open.newest->session.protocol, PROTOCOL_SEARCHED);
	assert_int_equal(b.why, BLIND_SNAPLEN);
	table_free(&b.t);
}

/* Without a SYN the bytes tell who is the client, whatever ports suggest. */
static void
the_side_that_speaks_the_clients_part_is_the_client(void **state)
{
	(void)state;
	for (int suggested = 0; suggested < 2; suggested++) {
		struct bench b;

		open_bench(&b);
		b.server = suggested;
		say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = sizeof name });
		assert_int_equal(b.n_facts[FACT_DIST_NAME], 1);
		assert_int_equal(b.side[FACT_DIST_NAME], SIDE_CLIENT);
		table_end(&b.t);
		assert_true(b.closed.session.sides_certain);
		table_free(&b.t);
	}
}

/* An answer to no SYN of ours must not end what is there. */
static void
a_stray_syn_ack_changes_nothing(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .by_server = true, .flags = TCP_SYN | TCP_ACK, .seq = 77777, .ack = 5 });
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = sizeof name });
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK, .seq = 901,
		.ack = 101 + sizeof name, .payload = ok, .n = sizeof ok });
	assert_int_equal(b.n_closed, 0);
	assert_int_equal(b.n_facts[FACT_DIST_STATUS], 1);
	table_free(&b.t);
}

/* The end of the connection before, on the same ports. */
static void
an_old_reset_is_not_the_next_connections(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	say(&b, (struct say){ .by_server = true, .flags = TCP_RST, .seq = 12345 });
	say(&b, (struct say){ .flags = TCP_RST, .seq = 100 - (1u << 25) });
	open_connection(&b, 100);
	assert_int_equal(b.n_closed, 1);
	assert_false(flow_ended(b.t.open.newest));
	table_free(&b.t);
}

/* The server answers as a node does, whatever the client began with. */
static void
a_strange_start_that_the_server_understands_is_looked_into(void **state)
{
	struct bench b;
	uint8_t strange[sizeof name];

	(void)state;
	memcpy(strange, name, sizeof name);
	strange[7] &= 0xfe;		/* without DFLAG_HANDSHAKE_23 */
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = strange, .n = sizeof strange });
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK, .seq = 901,
		.ack = 101 + sizeof name, .payload = ok, .n = sizeof ok });
	assert_int_equal(b.t.open.newest->session.protocol, PROTOCOL_SEARCHED);
	assert_int_equal(b.n_facts[FACT_DIST_STATUS], 1);
	table_free(&b.t);
}

static void
a_loss_in_the_handshake_is_told(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = sizeof name });
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK, .seq = 901 + 5,
		.ack = 101 + sizeof name, .payload = ok, .n = sizeof ok });
	table_end(&b.t);
	assert_int_equal(b.n_facts[FACT_BLIND], 1);
	assert_int_equal(b.why, BLIND_GAP);
	assert_int_equal(b.side[FACT_BLIND], SIDE_SERVER);
	assert_int_equal(b.closed.gaps, 1);
	table_free(&b.t);
}

static void
a_difference_in_a_retransmission_is_told(void **state)
{
	struct bench b;
	uint8_t other[sizeof name];

	(void)state;
	memcpy(other, name, sizeof name);
	other[20] ^= 1;
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = name, .n = sizeof name });
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = other,
		.n = sizeof other, .ip_id = 4 });
	assert_int_equal(b.n_facts[FACT_BLIND], 1);
	assert_int_equal(b.why, BLIND_OVERLAP);
	assert_int_equal(b.side[FACT_BLIND], SIDE_CLIENT);
	table_free(&b.t);
}

static void
somebody_elses_protocol_costs_nothing_more(void **state)
{
	static const uint8_t http[] = "GET / HTTP/1.1\r\n\r\n";
	struct bench b;

	(void)state;
	open_bench(&b);
	open_connection(&b, 100);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .payload = http, .n = sizeof http - 1 });
	say(&b, (struct say){ .by_server = true, .flags = TCP_ACK, .seq = 901, .ack = 101 + sizeof http - 1,
		.payload = http, .n = sizeof http - 1 });
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101 + sizeof http - 1, .ack = 901, .payload = http,
		.n = sizeof http - 1 });
	struct flow *f = b.t.open.newest;
	assert_int_equal(f->session.protocol, PROTOCOL_OTHER);
	int client = f->session.side_of[0] == SIDE_CLIENT ? 0 : 1;
	assert_true(f->end[client].stream.deaf);
	table_free(&b.t);
}

static void
flows_are_bounded_and_ended_ones_leave_first(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	for (uint32_t i = 0; i < 60000; i++)
		say(&b, (struct say){ .flags = TCP_SYN, .seq = i, .port = (uint16_t)(1 + i) });
	assert_int_equal(b.t.open.n, 60000);
	say(&b, (struct say){ .by_server = true, .flags = TCP_RST, .seq = 1, .port = 60000 });
	assert_int_equal(b.t.ended.n, 1);
	b.at_ns += FLOW_LINGER_NS;
	say(&b, (struct say){ .flags = TCP_SYN, .seq = 7, .port = 60001 });
	assert_int_equal(b.n_closed, 1);
	assert_int_equal(b.t.ended.n, 0);
	assert_int_equal(b.t.shed, 0);
	table_free(&b.t);
	assert_int_equal(b.n_closed, 60001);
}

static void
a_flow_that_had_packets_is_told_once(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b);
	for (uint16_t port = 1; port <= 3; port++)
		say(&b, (struct say){ .flags = TCP_SYN, .seq = 100, .port = port });
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 101, .ack = 901, .port = 1 });
	const struct flow *first = table_next_touched(&b.t);
	assert_int_equal(first->number, 1);
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 102, .ack = 901, .port = 1 });
	/* A new SYN ends the second; the flow after it is another. */
	say(&b, (struct say){ .flags = TCP_SYN, .seq = 70000, .port = 2 });
	assert_int_equal(table_next_touched(&b.t)->number, 3);
	assert_ptr_equal(table_next_touched(&b.t), first);
	assert_int_equal(table_next_touched(&b.t)->number, 4);
	assert_null(table_next_touched(&b.t));
	table_free(&b.t);
	assert_null(b.t.touched_first);
}

static void
ended_flows_leave_also_when_no_packets_come(void **state)
{
	struct bench b;
	unsigned most = 2;

	(void)state;
	open_bench(&b);
	for (uint16_t port = 1; port <= 3; port++)
		say(&b, (struct say){ .flags = TCP_RST, .seq = 100, .port = port });
	say(&b, (struct say){ .flags = TCP_ACK, .seq = 100, .port = 4 });
	table_idle(&b.t, b.at_ns + FLOW_LINGER_NS - 30 * MSEC, &most);
	assert_int_equal(b.n_closed, 0);
	table_idle(&b.t, b.at_ns + FLOW_LINGER_NS + MSEC, &most);
	assert_int_equal(b.n_closed, 2);
	assert_int_equal(most, 0);
	most = 2;
	table_idle(&b.t, b.at_ns + FLOW_LINGER_NS + MSEC, &most);
	assert_int_equal(b.n_closed, 3);
	assert_int_equal(most, 1);
	table_free(&b.t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_flow_that_had_packets_is_told_once),
		cmocka_unit_test(ended_flows_leave_also_when_no_packets_come),
		cmocka_unit_test(an_adopted_one_is_met_by_its_packets),
		cmocka_unit_test(a_syn_is_not_of_an_adopted_one),
		cmocka_unit_test(a_syn_from_before_is_the_adopted_ones),
		cmocka_unit_test(zones_are_kept_apart),
		cmocka_unit_test(a_reset_counts_only_where_its_side_stands),
		cmocka_unit_test(a_reset_answers_the_syn),
		cmocka_unit_test(one_that_is_over_is_forgotten),
		cmocka_unit_test(a_connection_is_followed_from_syn_to_fin),
		cmocka_unit_test(an_answer_to_a_fin_that_was_lost_is_known_by_what_it_acknowledges),
		cmocka_unit_test(a_packet_met_at_two_places_counts_once),
		cmocka_unit_test(a_retransmission_counts_again_as_a_packet_but_not_as_bytes),
		cmocka_unit_test(another_syn_is_another_connection),
		cmocka_unit_test(a_syn_that_comes_late_is_still_the_start),
		cmocka_unit_test(a_syn_that_comes_after_data_does_not_split_the_connection),
		cmocka_unit_test(another_start_of_somebody_elses_protocol_is_told),
		cmocka_unit_test(a_start_that_the_snaplen_cut_off_decides_nothing),
		cmocka_unit_test(the_side_that_speaks_the_clients_part_is_the_client),
		cmocka_unit_test(a_stray_syn_ack_changes_nothing),
		cmocka_unit_test(an_old_reset_is_not_the_next_connections),
		cmocka_unit_test(a_strange_start_that_the_server_understands_is_looked_into),
		cmocka_unit_test(a_loss_in_the_handshake_is_told),
		cmocka_unit_test(a_difference_in_a_retransmission_is_told),
		cmocka_unit_test(somebody_elses_protocol_costs_nothing_more),
		cmocka_unit_test(flows_are_bounded_and_ended_ones_leave_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
