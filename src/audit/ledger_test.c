#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "audit/ledger.h"
#include "base/limits.h"

#define SEC 1000000000ull
#define PORT 9100u

/* A ledger, and what it said of changes. */
struct lab {
	struct ledger l;
	struct events events;
	struct snapshot s;
	uint64_t at_ns;
	uint64_t n_flows;
	unsigned n_changes;
	uint32_t changed_id;
	enum connection_state changed_to;
};

static void
on_change(void *owner, const struct judgement *j)
{
	struct lab *lab = owner;

	lab->n_changes++;
	lab->changed_id = j->id;
	lab->changed_to = j->state;
}

static void
lab_open(struct lab *lab)
{
	*lab = (struct lab){ .at_ns = 1700000000 * SEC };
	ledger_init(&lab->l, (struct ledger_tools){ NULL, NULL }, NULL, 0);
	assert_true(events_init(&lab->events));
	ledger_watch(&lab->l, (struct roll_port){ lab, on_change }, &lab->events);
}

static void
lab_close(struct lab *lab)
{
	ledger_free(&lab->l);
	events_free(&lab->events);
}

static const struct snapshot *
seen(struct lab *lab)
{
	lab->s = (struct snapshot){ .n_epmd = 0 };
	ledger_snapshot(&lab->l, &lab->s);
	return &lab->s;
}

static struct bytes
str(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

/* A connection after its SYNs. */
static struct connection *
begin(struct lab *lab, uint16_t client_port)
{
	static const uint8_t ips[2][4] = { { 10, 77, 0, 1 }, { 10, 77, 0, 2 } };
	struct connection *c = connection_new();
	struct transport t = { .flow = ++lab->n_flows, .first_ns = lab->at_ns,
		.last_ns = lab->at_ns, .sides_certain = true };

	assert_non_null(c);
	for (int side = 0; side < 2; side++)
		t.end[side] = (struct transport_end){ .address = address_ipv4(ips[side]),
			.port = side == SIDE_SERVER ? PORT : client_port, .syn = true, .packets = 1 };
	connection_carry(c, &t);
	return c;
}

/* A packet of so many bytes, a second later. */
static void
carry(struct lab *lab, struct connection *c, enum side side, uint64_t n, bool fin)
{
	struct transport t = c->transport;

	lab->at_ns += SEC;
	t.last_ns = lab->at_ns;
	t.end[side].packets++;
	t.end[side].bytes += n;
	t.end[side_other(side)].acked = t.end[side_other(side)].bytes;
	if (fin)
		t.end[side].fin_ns = lab->at_ns;
	connection_carry(c, &t);
}

static void
tell(struct lab *lab, struct connection *c, enum side side, struct fact f)
{
	uint64_t start = c->transport.end[side].bytes;

	carry(lab, c, side, 20, false);
	f.side = side;
	ledger_fact(&lab->l, c, &f, &(struct stamped){ .at_ns = lab->at_ns, .start = start,
		.end = start + 20, .peer_acked = c->transport.end[side_other(side)].bytes });
}

static void
shake_hands(struct lab *lab, struct connection *c)
{
	tell(lab, c, SIDE_CLIENT, (struct fact){ .kind = FACT_DIST_NAME,
		.u.dist_node = { .version = 6, .name = str("a@alpha.lab") } });
	tell(lab, c, SIDE_SERVER, (struct fact){ .kind = FACT_DIST_STATUS,
		.u.dist_status = { .status = DIST_STATUS_OK } });
	tell(lab, c, SIDE_SERVER, (struct fact){ .kind = FACT_DIST_CHALLENGE,
		.u.dist_node = { .version = 6, .name = str("b@beta.lab") } });
	tell(lab, c, SIDE_CLIENT, (struct fact){ .kind = FACT_DIST_REPLY });
	tell(lab, c, SIDE_SERVER, (struct fact){ .kind = FACT_DIST_ACK });
}

/* One to EPMD at the server's host. */
static struct connection *
begin_epmd(struct lab *lab, uint16_t client_port)
{
	struct connection *c = begin(lab, client_port);

	c->transport.end[SIDE_SERVER].port = 4369;
	c->transport.spoken = SPOKEN_EPMD;
	return c;
}

/* EPMD says: this port is b. */
static void
label(struct lab *lab)
{
	struct connection *c = begin_epmd(lab, 50000);

	tell(lab, c, SIDE_SERVER, (struct fact){ .kind = FACT_EPMD_PORT_ANSWER,
		.u.epmd_node = { .name = str("b"), .port = PORT, .node_type = 77 } });
	ledger_close(&lab->l, c);
}

static enum look
look(struct lab *lab, struct connection *c)
{
	enum look answer = ledger_look(&lab->l, c);

	assert_true(ledger_sweep(&lab->l));
	return answer;
}

static void
what_shows_itself_is_listed_and_closed_at_its_fin(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	struct connection *c = begin(&lab, 40000);
	assert_int_equal(look(&lab, c), LOOK_JUDGED);
	assert_int_equal(seen(&lab)->n_connections, 0);
	shake_hands(&lab, c);
	assert_int_equal(look(&lab, c), LOOK_JUDGED);
	assert_int_equal(seen(&lab)->n_connections, 1);
	const struct judgement *j = lab.s.connections[0];
	assert_int_equal(j->id, 1);
	assert_int_equal(j->verdict, VERDICT_PLAINTEXT);
	assert_int_equal(j->state, STATE_UP);
	assert_int_equal(lab.s.n_by_verdict[VERDICT_PLAINTEXT], 1);

	carry(&lab, c, SIDE_SERVER, 0, true);
	assert_int_equal(look(&lab, c), LOOK_JUDGED);
	assert_ptr_equal(seen(&lab)->connections[0], j);	/* it stays where it is */
	assert_int_equal(j->state, STATE_CLOSED);
	assert_int_equal(lab.n_changes, 2);
	assert_int_equal(lab.changed_to, STATE_CLOSED);
	assert_int_equal(lab.s.n_by_verdict[VERDICT_PLAINTEXT], 1);

	ledger_close(&lab.l, c);
	unsigned most = 10;
	assert_true(ledger_look_at_ended(&lab.l, &most));
	assert_int_equal(most, 9);
	assert_true(ledger_look_at_ended(&lab.l, &most));
	assert_int_equal(most, 9);
	assert_int_equal(seen(&lab)->n_connections, 1);
	assert_int_equal(lab.s.n_by_verdict[VERDICT_PLAINTEXT], 1);
	assert_int_equal(lab.n_changes, 2);
	lab_close(&lab);
}

static void
mere_traffic_changes_counters_and_nothing_else(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	struct connection *c = begin(&lab, 40000);
	shake_hands(&lab, c);
	look(&lab, c);
	for (unsigned i = 1; i <= 5; i++) {
		carry(&lab, c, SIDE_CLIENT, 100, false);
		carry(&lab, c, SIDE_SERVER, 7, false);
		assert_int_equal(look(&lab, c), i == 1 ? LOOK_JUDGED : LOOK_COUNTED);
	}
	const struct judgement *j = seen(&lab)->connections[0];
	assert_int_equal(j->bytes[SIDE_CLIENT], 2 * 20 + 500);
	assert_int_equal(j->bytes[SIDE_SERVER], 3 * 20 + 35);
	assert_int_equal(j->packets[SIDE_CLIENT], 1 + 2 + 5);
	assert_int_equal(j->last_ns, lab.at_ns);
	assert_int_equal(lab.n_changes, 1);
	ledger_close(&lab.l, c);
	lab_close(&lab);
}

static void
a_label_makes_what_is_open_and_has_said_something_a_connection(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	struct connection *c = begin(&lab, 40000), *quiet = begin(&lab, 40001);
	carry(&lab, c, SIDE_CLIENT, 100, false);
	assert_int_equal(look(&lab, c), LOOK_JUDGED);
	assert_int_equal(look(&lab, c), LOOK_NOTHING);
	look(&lab, quiet);
	assert_false(ledger_may_list(&lab.l, &c->transport));
	lab.at_ns += SEC;
	label(&lab);
	assert_int_equal(seen(&lab)->n_connections, 0);
	/* A packet shows that it was open then. */
	assert_false(ledger_may_list(&lab.l, &c->transport));
	carry(&lab, c, SIDE_CLIENT, 100, false);
	carry(&lab, quiet, SIDE_CLIENT, 0, false);
	assert_true(ledger_may_list(&lab.l, &c->transport));
	assert_false(ledger_may_list(&lab.l, &quiet->transport));
	assert_int_equal(look(&lab, c), LOOK_JUDGED);
	look(&lab, quiet);
	assert_int_equal(seen(&lab)->n_connections, 1);
	assert_int_equal(lab.s.connections[0]->known_by, KNOWN_BY_EPMD);
	assert_memory_equal(lab.s.connections[0]->end[SIDE_SERVER].node.p, "b@?", 3);
	assert_int_equal(lab.s.n_epmd, 1);
	assert_true(lab.s.epmd[0].listening);

	/* The probe ends; nothing was counted before. */
	assert_int_equal(lab.s.silent, 0);
	carry(&lab, quiet, SIDE_CLIENT, 0, true);
	look(&lab, quiet);
	ledger_close(&lab.l, quiet);
	assert_int_equal(seen(&lab)->silent, 1);
	assert_int_equal(lab.s.n_connections, 1);
	ledger_close(&lab.l, c);
	lab_close(&lab);
}

static void
what_turns_out_to_be_somebody_elses_leaves_and_is_counted_once(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	label(&lab);
	/* Met in the middle; the labelled port is taken for the server's. */
	struct connection *c = begin(&lab, 40000);
	struct transport t = c->transport;
	t.sides_certain = false;
	t.end[0].syn = t.end[1].syn = false;
	t.end[SIDE_CLIENT].port = PORT;
	t.end[SIDE_CLIENT].address = c->transport.end[SIDE_SERVER].address;
	t.end[SIDE_SERVER].port = 443;
	t.end[SIDE_CLIENT].bytes = 50;
	connection_carry(c, &t);
	look(&lab, c);
	assert_int_equal(seen(&lab)->n_connections, 1);
	assert_int_equal(lab.s.n_by_verdict[VERDICT_UNKNOWN], 1);
	/* A SYN that came late says that it is the client's. */
	t.sides_certain = true;
	connection_carry(c, &t);
	look(&lab, c);
	assert_int_equal(seen(&lab)->n_connections, 0);
	assert_int_equal(lab.s.n_by_verdict[VERDICT_UNKNOWN], 0);
	assert_int_equal(lab.s.ignored_other, 0);
	ledger_close(&lab.l, c);
	assert_int_equal(seen(&lab)->ignored_other, 1);
	assert_int_equal(lab.s.n_connections, 0);
	lab_close(&lab);
}

static void
ids_are_given_once_in_the_order_of_listing(void **state)
{
	struct connection *c[3];
	struct lab lab;

	(void)state;
	lab_open(&lab);
	for (unsigned i = 0; i < 3; i++) {
		c[i] = begin(&lab, (uint16_t)(40000 + i));
		shake_hands(&lab, c[i]);
	}
	for (unsigned i = 3; i-- > 0;)
		look(&lab, c[i]);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(seen(&lab)->connections[i]->id, i + 1);
		assert_int_equal(lab.s.connections[i]->end[SIDE_CLIENT].port, 40002 - i);
	}
	for (unsigned i = 0; i < 3; i++)
		ledger_close(&lab.l, c[i]);
	/* The end does not number anew what had a number. */
	assert_true(ledger_end(&lab.l));
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(seen(&lab)->connections[i]->end[SIDE_CLIENT].port, 40002 - i);
	lab_close(&lab);
}

static void
without_a_refresh_ids_count_by_first_packet(void **state)
{
	struct connection *c[3];
	struct lab lab;

	(void)state;
	lab_open(&lab);
	for (unsigned i = 0; i < 3; i++) {
		c[i] = begin(&lab, (uint16_t)(40000 + i));
		shake_hands(&lab, c[i]);
	}
	for (unsigned i = 3; i-- > 0;)
		ledger_close(&lab.l, c[i]);
	assert_int_equal(lab.n_changes, 0);
	assert_true(ledger_end(&lab.l));
	assert_int_equal(lab.n_changes, 3);
	assert_int_equal(lab.changed_id, 3);
	assert_int_equal(seen(&lab)->n_connections, 3);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(lab.s.connections[i]->id, i + 1);
		assert_int_equal(lab.s.connections[i]->end[SIDE_CLIENT].port, 40000 + i);
	}
	lab_close(&lab);
}

static void
the_first_ended_leave_and_what_was_shown_stays_until_the_sweep(void **state)
{
	struct lab lab;
	uint64_t more = 5;

	(void)state;
	lab_open(&lab);
	for (uint64_t i = 0; i < 1000; i++) {
		struct connection *c = begin(&lab, (uint16_t)i);
		shake_hands(&lab, c);
		look(&lab, c);
		ledger_close(&lab.l, c);
	}
	const struct judgement *oldest = seen(&lab)->connections[0];
	struct bytes node = oldest->end[SIDE_SERVER].node;
	struct snapshot before = lab.s;
	for (uint64_t i = 1000; i < LIMIT_CONNECTIONS + more; i++) {
		struct connection *c = begin(&lab, (uint16_t)i);
		shake_hands(&lab, c);
		ledger_close(&lab.l, c);
	}
	uint64_t shed = lab.l.shed;
	assert_true(shed >= more && lab.l.kept_bytes <= LIMIT_CONNECTION_BYTES);
	assert_int_equal(before.connections[0]->id, 1);
	assert_ptr_equal(before.connections[0], oldest);
	assert_memory_equal(node.p, "b@beta.lab", node.n);
	assert_int_equal(seen(&lab)->n_connections, 1000);

	unsigned most = 500, rounds = 0;
	do {
		most = 500;
		assert_true(ledger_look_at_ended(&lab.l, &most));
		rounds++;
	} while (most == 0);
	assert_true(ledger_sweep(&lab.l));
	assert_true(rounds >= (LIMIT_CONNECTIONS - 1000) / 500);
	assert_int_equal(seen(&lab)->n_connections, LIMIT_CONNECTIONS + more - shed);
	assert_int_equal(lab.s.connections[0]->id, shed < 1000 ? shed + 1 : 1000 + 1);
	assert_int_equal(lab.s.n_by_verdict[VERDICT_PLAINTEXT], LIMIT_CONNECTIONS + more);
	for (size_t i = 1; i < lab.s.n_connections; i++)
		assert_true(lab.s.connections[i]->id > lab.s.connections[i - 1]->id);
	lab_close(&lab);
}

static void
what_happens_is_told_in_events(void **state)
{
	static const struct { enum event_kind kind; uint32_t id; const char *text; } wanted[] = {
		{ EVENT_NAMED, 0, "b at 10.77.0.2:9100" },
		{ EVENT_LISTED, 1, "10.77.0.1:40000 to b@? at 10.77.0.2:9100" },
		{ EVENT_VERDICT, 1, "plaintext (seen); a@alpha.lab at 10.77.0.1:40000 to "
		    "b@beta.lab at 10.77.0.2:9100" },
		{ EVENT_UP, 1, "a@alpha.lab at 10.77.0.1:40000 to b@beta.lab at 10.77.0.2:9100" },
		{ EVENT_CLOSED, 1, "a@alpha.lab at 10.77.0.1:40000 to b@beta.lab at 10.77.0.2:9100" },
	};
	struct lab lab;

	(void)state;
	lab_open(&lab);
	label(&lab);
	label(&lab);		/* said again: no news */
	struct connection *c = begin(&lab, 40000);
	carry(&lab, c, SIDE_CLIENT, 1, false);
	look(&lab, c);
	shake_hands(&lab, c);
	look(&lab, c);
	carry(&lab, c, SIDE_CLIENT, 0, true);
	look(&lab, c);
	ledger_close(&lab.l, c);
	assert_int_equal(lab.events.last, sizeof wanted / sizeof *wanted);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		const struct event *e = events_find(&lab.events, i + 1);
		assert_int_equal(e->kind, wanted[i].kind);
		assert_int_equal(e->id, wanted[i].id);
		assert_string_equal(e->text, wanted[i].text);
	}
	lab_close(&lab);
}

static void
a_registration_lives_as_long_as_its_connection(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	struct connection *c = begin_epmd(&lab, 50000);
	tell(&lab, c, SIDE_CLIENT, (struct fact){ .kind = FACT_EPMD_ALIVE_REQUEST,
		.u.epmd_node = { .name = str("\033[2Jb"), .port = PORT, .node_type = 77 } });
	tell(&lab, c, SIDE_SERVER, (struct fact){ .kind = FACT_EPMD_ALIVE_ANSWER });
	assert_true(ledger_sweep(&lab.l));
	assert_int_equal(seen(&lab)->n_epmd, 1);
	assert_true(lab.s.epmd[0].listening);
	assert_int_equal(events_find(&lab.events, 1)->kind, EVENT_REGISTERED);
	assert_string_equal(events_find(&lab.events, 1)->text, "\\x1b[2Jb at 10.77.0.1:9100");

	carry(&lab, c, SIDE_CLIENT, 0, true);
	ledger_close(&lab.l, c);
	assert_false(ledger_has_labels(&lab.l));
	assert_true(ledger_sweep(&lab.l));
	assert_false(seen(&lab)->epmd[0].listening);
	assert_int_equal(events_find(&lab.events, 2)->kind, EVENT_UNREGISTERED);
	assert_int_equal(lab.events.last, 2);
	lab_close(&lab);
}

/* Merged captures may have the sides in any order. */
static void
a_registration_whose_answer_is_met_first_is_one(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	struct connection *c = begin_epmd(&lab, 50000);
	tell(&lab, c, SIDE_SERVER, (struct fact){ .kind = FACT_EPMD_ALIVE_ANSWER });
	assert_true(ledger_sweep(&lab.l));
	assert_int_equal(seen(&lab)->n_epmd, 0);
	tell(&lab, c, SIDE_CLIENT, (struct fact){ .kind = FACT_EPMD_ALIVE_REQUEST,
		.u.epmd_node = { .name = str("b"), .port = PORT, .node_type = 77 } });
	assert_true(ledger_sweep(&lab.l));
	assert_int_equal(seen(&lab)->n_epmd, 1);
	ledger_close(&lab.l, c);

	c = begin_epmd(&lab, 50001);
	tell(&lab, c, SIDE_SERVER, (struct fact){ .kind = FACT_EPMD_ALIVE_ANSWER,
		.u.epmd_answer.result = 1 });
	tell(&lab, c, SIDE_CLIENT, (struct fact){ .kind = FACT_EPMD_ALIVE_REQUEST,
		.u.epmd_node = { .name = str("c"), .port = PORT + 1, .node_type = 77 } });
	assert_true(ledger_sweep(&lab.l));
	assert_int_equal(seen(&lab)->n_epmd, 1);
	ledger_close(&lab.l, c);
	lab_close(&lab);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_shows_itself_is_listed_and_closed_at_its_fin),
		cmocka_unit_test(mere_traffic_changes_counters_and_nothing_else),
		cmocka_unit_test(a_label_makes_what_is_open_and_has_said_something_a_connection),
		cmocka_unit_test(what_turns_out_to_be_somebody_elses_leaves_and_is_counted_once),
		cmocka_unit_test(ids_are_given_once_in_the_order_of_listing),
		cmocka_unit_test(without_a_refresh_ids_count_by_first_packet),
		cmocka_unit_test(the_first_ended_leave_and_what_was_shown_stays_until_the_sweep),
		cmocka_unit_test(what_happens_is_told_in_events),
		cmocka_unit_test(a_registration_lives_as_long_as_its_connection),
		cmocka_unit_test(a_registration_whose_answer_is_met_first_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
