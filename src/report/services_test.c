#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/services.h"

static struct services *
read_lines(const char *lines)
{
	FILE *in = fmemopen((void *)(uintptr_t)lines, strlen(lines), "r");

	assert_non_null(in);
	struct services *s = services_read(in);
	assert_non_null(s);
	fclose(in);
	return s;
}

static void
a_tcp_port_has_the_first_name_given(void **state)
{
	(void)state;
	struct services *s = read_lines(
	    "# comment\n\n"
	    "epmd\t\t4369/tcp\t\t\t# Erlang Port Mapper Daemon\n"
	    "other 4369/tcp\n"
	    "domain 53/udp\n"
	    "last 65535/tcp alias\n");

	assert_string_equal(services_name(s, 4369), "epmd");
	assert_string_equal(services_name(s, 65535), "last");
	assert_null(services_name(s, 53));
	assert_null(services_name(s, 0));
	services_free(s);
}

static void
lines_that_are_no_service_are_skipped(void **state)
{
	(void)state;
	struct services *s = read_lines(
	    "big 65537/tcp\n"
	    "negative -1/tcp\n"
	    "none\n"
	    "half 7/\n"
	    "a-name-that-is-much-too-long-to-be-the-name-of-a-service 8/tcp\n"
	    "es\033[31mc 9/tcp\n"
	    "co:lon 10/tcp\n"
	    "#commented 11/tcp\n"
	    "fine 12/tcp");

	for (uint16_t port = 0; port < 12; port++)
		assert_null(services_name(s, port));
	assert_string_equal(services_name(s, 12), "fine");
	assert_null(services_name(s, 65535));
	services_free(s);
}

static void
without_a_file_no_port_has_a_name(void **state)
{
	(void)state;
	assert_null(services_name(NULL, 4369));
	services_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_tcp_port_has_the_first_name_given),
		cmocka_unit_test(lines_that_are_no_service_are_skipped),
		cmocka_unit_test(without_a_file_no_port_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
