#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/messages.h"

static struct messages m;

static int
forget(void **state)
{
	(void)state;
	messages_free(&m);
	return 0;
}

static void
tell(enum side side, struct fact f, uint64_t start, uint64_t n)
{
	const struct stamped where = { .at_ns = 7, .start = start, .end = start + n, .peer_acked = 3 };

	f.side = side;
	assert_true(messages_fact(&m, &f, &where));
}

static void
tell_record(enum side side, uint8_t type, uint16_t length, bool sealed)
{
	struct fact f = { .kind = FACT_TLS_RECORD };

	f.u.tls_record.type = type;
	f.u.tls_record.length = length;
	f.u.tls_record.sealed = sealed;
	tell(side, f, 100, length + 5u);
}

static void
each_says_what_is_in_it(void **state)
{
	struct fact f = { .kind = FACT_TLS_CLIENT_HELLO, .message = { NULL, 512 } };

	(void)state;
	f.u.tls_hello.version = 0x0304;
	f.u.tls_hello.n_shares = 1;
	f.u.tls_hello.shares[0] = 29;
	tell(SIDE_CLIENT, f, 0, 517);
	f = (struct fact){ .kind = FACT_TLS_SERVER_HELLO };
	f.u.tls_hello.version = 0x0303;
	f.u.tls_hello.cipher = 0xc030;
	tell(SIDE_SERVER, f, 5, 80);
	f.u.tls_hello.retry = true;
	f.u.tls_hello.group = 24;
	tell(SIDE_SERVER, f, 5, 80);
	f = (struct fact){ .kind = FACT_DIST_STATUS };
	f.u.dist_status.status = DIST_STATUS_NOK;
	tell(SIDE_SERVER, f, 0, 6);
	tell_record(SIDE_CLIENT, 22, 40, true);

	static const struct message want[] = {
		{ 7, 517, 3, 512, 0x0304, 29, MESSAGE_CLIENT_HELLO, SIDE_CLIENT },
		{ 7, 85, 3, 80, 0x0303, 0xc030, MESSAGE_SERVER_HELLO, SIDE_SERVER },
		{ 7, 85, 3, 80, 0x0303, 24, MESSAGE_HELLO_RETRY_REQUEST, SIDE_SERVER },
		{ 7, 6, 3, 6, DIST_STATUS_NOK, 0, MESSAGE_SEND_STATUS, SIDE_SERVER },
		{ 7, 145, 3, 40, 0, 0, MESSAGE_SEALED_HANDSHAKE, SIDE_CLIENT },
	};
	assert_int_equal(m.n, sizeof want / sizeof *want);
	for (unsigned i = 0; i < m.n; i++) {
		assert_int_equal(message_at(m.first, i)->at_ns, want[i].at_ns);
		assert_int_equal(message_at(m.first, i)->end, want[i].end);
		assert_int_equal(message_at(m.first, i)->peer_acked, want[i].peer_acked);
		assert_int_equal(message_at(m.first, i)->size, want[i].size);
		assert_int_equal(message_at(m.first, i)->code, want[i].code);
		assert_int_equal(message_at(m.first, i)->more, want[i].more);
		assert_int_equal(message_at(m.first, i)->kind, want[i].kind);
		assert_int_equal(message_at(m.first, i)->side, want[i].side);
	}
}

/* What a record in clear holds is told by itself; what breaks a rule is no message. */
static void
the_rest_is_none(void **state)
{
	(void)state;
	tell_record(SIDE_CLIENT, 22, 512, false);
	tell_record(SIDE_CLIENT, 24, 30, true);
	struct fact f = { .kind = FACT_TLS_ALERT };
	f.u.tls_alert.sealed = true;
	tell(SIDE_CLIENT, f, 0, 7);
	for (enum fact_kind k = FACT_NONE; k <= FACT_EPMD_COMMAND; k++)
		tell(SIDE_CLIENT, (struct fact){ .kind = k }, 0, 7);
	tell(SIDE_CLIENT, (struct fact){ .kind = FACT_BLIND }, 0, 7);
	tell(SIDE_CLIENT, (struct fact){ .kind = FACT_ANOMALY }, 0, 7);
	tell(SIDE_CLIENT, (struct fact){ .kind = FACT_DIST_FRAME }, 0, 7);
	assert_int_equal(m.n, 0);
	assert_false(m.more);
}

static void
there_is_a_bound(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3 * MESSAGES_DATA_MAX; i++)
		tell_record(SIDE_CLIENT, 23, 30, true);
	assert_int_equal(m.n, MESSAGES_DATA_MAX);
	assert_false(m.more);
	for (unsigned i = 0; i < 2 * MESSAGES_MAX; i++)
		tell(SIDE_SERVER, (struct fact){ .kind = FACT_TLS_SERVER_HELLO_DONE }, i, 4);
	assert_int_equal(m.n, MESSAGES_MAX);
	assert_true(m.more);
}

/* Who was given them looks at the same ones later. */
static void
what_was_given_stays(void **state)
{
	(void)state;
	tell_record(SIDE_CLIENT, 22, 1, true);
	const struct message_block *given = m.first;
	for (unsigned i = 2; i < 40; i++)
		tell_record(SIDE_CLIENT, 22, (uint16_t)i, true);
	assert_ptr_equal(m.first, given);
	for (unsigned i = 0; i < 39; i++)
		assert_int_equal(message_at(given, i)->size, i + 1);
}

static void
acknowledgements_order_the_sides(void **state)
{
	static const struct message early = { .at_ns = 9, .end = 100, .peer_acked = 0 };
	static const struct message answer = { .at_ns = 5, .end = 50, .peer_acked = 100 };
	static const struct message beside = { .at_ns = 10, .end = 50, .peer_acked = 20 };

	(void)state;
	assert_true(message_precedes(&early, &answer));		/* merged captures have other times */
	assert_false(message_precedes(&answer, &early));
	assert_true(message_precedes(&early, &beside));
	assert_false(message_precedes(&beside, &early));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_says_what_is_in_it, forget),
		cmocka_unit_test_teardown(the_rest_is_none, forget),
		cmocka_unit_test_teardown(there_is_a_bound, forget),
		cmocka_unit_test_teardown(what_was_given_stays, forget),
		cmocka_unit_test(acknowledgements_order_the_sides),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
