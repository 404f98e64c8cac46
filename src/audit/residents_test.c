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
		assert_true(ports_have(&r.candidates, rabbit[i]) && ports_have(&r.listening, rabbit[i]));
	assert_false(ports_have(&r.candidates, EPMD) || ports_have(&r.candidates, 8080));
	assert_true(ports_have(&r.listening, EPMD) && ports_have(&r.listening, 8080));
	assert_false(ports_have(&r.listening, 25671));
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
	assert_false(residents_has_node(&r, 300) || ports_have(&r.listening, 9300) ||
	    ports_have(&r.candidates, 9300));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_node_listens_at_candidates, begin, end),
		cmocka_unit_test_setup_teardown(who_only_asks_is_none, begin, end),
		cmocka_unit_test_setup_teardown(each_list_is_taken_anew, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
