#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/limits.h"
#include "base/socket.h"

static void
a_list_is_bounded_and_counts_the_rest(void **state)
{
	struct socket_list l = { .v = NULL };

	(void)state;
	for (uint32_t i = 0; i < LIMIT_SOCKETS + 7; i++) {
		struct socket_seen s = { .inode = i };
		assert_true(socket_list_add(&l, &s));
	}
	assert_int_equal(l.n, LIMIT_SOCKETS);
	assert_int_equal(l.left_out, 7);
	assert_int_equal(l.v[0].inode, 0);
	assert_int_equal(l.v[LIMIT_SOCKETS - 1].inode, LIMIT_SOCKETS - 1);
	socket_list_clear(&l);
	assert_int_equal(l.n + l.left_out, 0);
	assert_true(socket_list_add(&l, &(struct socket_seen){ .inode = 9 }));
	assert_int_equal(l.n, 1);
	assert_int_equal(l.v[0].inode, 9);
	socket_list_free(&l);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_bounded_and_counts_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
