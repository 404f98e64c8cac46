#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "audit/residents.h"

#define EPMD 4369u

static struct socket_list list;
static struct residents r;
static struct ports epmd;

static int
begin(void **state)
{
	(void)state;
	epmd = (struct ports){ { 0 } };
	ports_add(&epmd, EPMD);
	socket_list_clear(&list);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	residents_free(&r);
	socket_list_free(&list);
	return 0;
}

static void
listens(uint32_t pid, uint16_t port)
{
	const struct socket_seen s = { .state = SOCKET_LISTENING, .pid = pid, .local_port = port,
		.local = address_ipv4((uint8_t[4]){ 0 }) };

	assert_true(socket_list_add(&list, &s));
}

static void
talks(uint32_t pid, unsigned from, uint16_t local_port, unsigned to, uint16_t remote_port)
{
	const struct socket_seen s = { .state = SOCKET_ESTABLISHED, .pid = pid,
		.local = address_ipv4((uint8_t[]){ from == 127 ? 127 : 10, 0, 0, (uint8_t)from }),
		.remote = address_ipv4((uint8_t[]){ to == 127 ? 127 : 10, 0, 0, (uint8_t)to }),
		.local_port = local_port, .remote_port = remote_port };

	assert_true(socket_list_add(&list, &s));
}

static bool
listens_at(uint16_t port)
{
	const struct address a = address_ipv4((uint8_t[]){ 10, 0, 0, 1 });

	return residents_listener(&r, &a, port) != NULL;
}

/* RabbitMQ: distribution, AMQP, HTTP and more from one process. */
static void
a_node_listens_at_candidates(void **state)
{
	static const uint16_t rabbit[] = { 25672, 5672, 5671, 15672, 15692 };

	(void)state;
	listens(1, EPMD);
	listens(9, 8080);
	for (size_t i = 0; i < 5; i++)
		listens(7, rabbit[i]);
	talks(1, 127, EPMD, 127, 40000);		/* EPMD's own end */
	talks(7, 127, 40000, 127, EPMD);
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(r.n, 1);
	assert_true(residents_has_node(&r, 7));
	assert_false(residents_has_node(&r, 1) || residents_has_node(&r, 9) || residents_has_node(&r, 0));
	for (size_t i = 0; i < 5; i++)
		assert_true(ports_have(&r.candidates, rabbit[i]) && listens_at(rabbit[i]));
	assert_false(ports_have(&r.candidates, EPMD) || ports_have(&r.candidates, 8080));
	assert_true(listens_at(EPMD) && listens_at(8080));
	assert_false(listens_at(25671));
}

/* Who asks another host's EPMD for a port is no node for that. */
static void
who_only_asks_is_none(void **state)
{
	(void)state;
	listens(7, 9100);
	talks(7, 1, 40000, 2, EPMD);
	talks(0, 127, 40001, 127, EPMD);		/* whose it is may not be seen */
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(r.n, 0);
	talks(7, 1, 40002, 1, EPMD);			/* the host's own, by its address */
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_true(residents_has_node(&r, 7));
}

static void
each_list_is_taken_anew(void **state)
{
	(void)state;
	ports_add(&epmd, 65535);
	for (uint32_t pid = 1; pid <= 300; pid++) {
		talks(pid, 127, 40000, 127, 65535);
		listens(pid, (uint16_t)(9000 + pid));
	}
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(r.n, 300);
	assert_true(residents_has_node(&r, 300) && ports_have(&r.candidates, 9300));
	socket_list_clear(&list);
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_false(residents_has_node(&r, 300) || listens_at(9300) ||
	    ports_have(&r.candidates, 9300));
}

/* Who listens at the address itself has it, else who does at any. */
static void
a_listener_is_of_its_address(void **state)
{
	const struct address own = address_ipv4((uint8_t[]){ 10, 0, 0, 1 }),
	    loopback = address_ipv4((uint8_t[]){ 127, 0, 0, 1 });
	struct socket_seen s = { .state = SOCKET_LISTENING, .pid = 8, .local = own, .local_port = 9000 };

	(void)state;
	assert_true(socket_list_add(&list, &s));
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(residents_listener(&r, &own, 9000)->pid, 8);
	assert_null(residents_listener(&r, &loopback, 9000));
	assert_null(residents_listener(&r, &own, 8999));
	listens(7, 9000);
	listens(9, 9001);
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(residents_listener(&r, &own, 9000)->pid, 8);
	assert_int_equal(residents_listener(&r, &loopback, 9000)->pid, 7);
	assert_int_equal(residents_listener(&r, &loopback, 9001)->pid, 9);
}

/* To whom somebody is connected, and whether for distribution nobody has told. */
static void
the_nameless_are_counted(void **state)
{
	(void)state;
	talks(7, 127, 40000, 127, EPMD);
	talks(8, 127, 40001, 127, EPMD);
	talks(9, 127, 40002, 127, EPMD);		/* it listens nowhere: a CLI's */
	listens(7, 25672);
	listens(7, 5672);
	listens(8, 9100);
	listens(10, 8080);				/* no node */
	talks(10, 1, 8080, 2, 50000);
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(residents_nameless(&r), 0);
	talks(7, 1, 5672, 2, 50001);
	talks(8, 1, 9100, 2, 50002);
	talks(9, 1, 40003, 2, 50003);			/* it dialled */
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(residents_nameless(&r), 2);
	residents_name(&r, 8080);
	residents_name(&r, 1);
	assert_int_equal(residents_nameless(&r), 2);
	residents_name(&r, 25672);
	assert_int_equal(residents_nameless(&r), 1);
	residents_name(&r, 9100);
	assert_int_equal(residents_nameless(&r), 0);
	assert_true(residents_take(&r, 1, &list, &epmd));
	assert_int_equal(residents_nameless(&r), 2);
}

/* What one namespace has is not there in the other. */
static void
namespaces_are_kept_apart(void **state)
{
	struct residents two[2] = { { .n = 0 }, { .n = 0 } };
	const struct address a = address_ipv4((uint8_t[]){ 10, 0, 0, 1 });

	(void)state;
	talks(7, 127, 40000, 127, EPMD);
	listens(7, 9000);
	talks(9, 127, 40000, 127, EPMD);
	listens(9, 9001);
	list.v[2].space = list.v[3].space = 1;
	assert_true(residents_take(two, 2, &list, &epmd));
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(two[i].n, 1);
		assert_true(residents_has_node(&two[i], i == 0 ? 7 : 9));
		assert_true(ports_have(&two[i].candidates, (uint16_t)(9000 + i)));
		assert_false(ports_have(&two[i].candidates, (uint16_t)(9001 - i)));
		assert_null(residents_listener(&two[i], &a, (uint16_t)(9001 - i)));
		residents_free(&two[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_node_listens_at_candidates, begin, end),
		cmocka_unit_test_setup_teardown(who_only_asks_is_none, begin, end),
		cmocka_unit_test_setup_teardown(each_list_is_taken_anew, begin, end),
		cmocka_unit_test_setup_teardown(a_listener_is_of_its_address, begin, end),
		cmocka_unit_test_setup_teardown(the_nameless_are_counted, begin, end),
		cmocka_unit_test_setup_teardown(namespaces_are_kept_apart, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
