#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/remarks.h"

#include <stdlib.h>

#include "base/limits.h"

static struct bytes
bytes(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static void
what_is_kept_is_a_copy_in_order(void **state)
{
	char text[] = "one";
	struct remarks r;

	(void)state;
	remarks_init(&r);
	const char *file = remarks_file(&r, "a.pcapng");
	remarks_comment(&r, file, REMARK_ON_PACKET, 7, bytes(text));
	text[0] = 'X';
	remarks_comment(&r, file, REMARK_ON_SECTION, 0, bytes(""));
	remarks_interface(&r, file)->name = remarks_keep(&r, bytes("eth0"));
	assert_non_null(remarks_interface(&r, file));

	assert_string_equal(r.comments->file, "a.pcapng");
	assert_int_equal(r.comments->number, 7);
	assert_memory_equal(r.comments->text.p, "one", 3);
	assert_int_equal(r.comments->next->on, REMARK_ON_SECTION);
	assert_non_null(r.comments->next->text.p);	/* there, and empty */
	assert_int_equal(r.comments->next->text.n, 0);
	assert_memory_equal(r.interfaces->name.p, "eth0", 4);
	assert_null(r.interfaces->next->name.p);	/* not said */
	assert_null(r.interfaces->next->next);
	remarks_free(&r);
}

static void
a_name_that_was_said_before_is_kept_once(void **state)
{
	const uint8_t four[4] = { 10, 0, 0, 1 }, other[4] = { 10, 0, 0, 2 };
	struct address a = address_ipv4(four), b = address_ipv4(other);
	struct remarks r;

	(void)state;
	remarks_init(&r);
	for (int i = 0; i < 100000; i++) {
		remarks_name(&r, &a, bytes("alpha"));
		remarks_name(&r, &b, bytes("alpha"));
		remarks_name(&r, &a, bytes("alph"));
	}
	assert_int_equal(r.n_names, 3);
	assert_int_equal(r.left_out.names, 0);
	assert_true(address_equal(&r.names->next->address, &b));
	assert_memory_equal(r.names->next->next->name.p, "alph", 4);
	assert_null(r.names->next->next->next);
	remarks_free(&r);
}

static void
everything_is_bounded_and_counted(void **state)
{
	uint8_t *large = calloc(1, LIMIT_KEY_LOG_BYTES);
	struct remarks r;

	(void)state;
	assert_non_null(large);
	remarks_init(&r);
	for (uint32_t i = 0; i < LIMIT_REMARKED_NAMES + 5; i++) {
		uint8_t octets[4] = { 10, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };
		struct address a = address_ipv4(octets);

		remarks_name(&r, &a, bytes("n"));
		remarks_comment(&r, "f", REMARK_ON_PACKET, i, bytes("c"));
		remarks_interface(&r, "f");
		remarks_section(&r, "f");
		remarks_unread(&r, "dir/f", "empty");
	}
	assert_int_equal(r.n_unread, LIMIT_REMARKED_NAMES + 5);
	assert_int_equal(r.n_unread_named, LIMIT_REMARKED_UNREAD);
	assert_string_equal(r.unread->next->file, "dir/f");
	assert_string_equal(r.unread->next->why, "empty");
	assert_int_equal(r.n_names, LIMIT_REMARKED_NAMES);
	assert_int_equal(r.left_out.names, 5);
	assert_int_equal(r.left_out.comments, LIMIT_REMARKED_NAMES + 5 - LIMIT_REMARKED_COMMENTS);
	assert_int_equal(r.left_out.interfaces,
	    LIMIT_REMARKED_NAMES + 5 - LIMIT_REMARKED_INTERFACES);
	assert_int_equal(r.left_out.sections, LIMIT_REMARKED_NAMES + 5 - LIMIT_REMARKED_SECTIONS);

	remarks_key_log(&r, (struct bytes){ large, LIMIT_KEY_LOG_BYTES });
	assert_null(r.secrets);
	remarks_key_log(&r, bytes("CLIENT_RANDOM 00 11\n"));
	assert_memory_equal(r.secrets->key_log.p, "CLIENT_RANDOM", 13);
	assert_int_equal(r.n_key_logs, 2);
	assert_int_equal(r.left_out.key_logs, 1);
	remarks_free(&r);

	remarks_init(&r);
	remarks_comment(&r, "f", REMARK_ON_PACKET, 1, (struct bytes){ large, LIMIT_REMARK_BYTES });
	assert_null(r.comments);
	assert_int_equal(r.left_out.comments, 1);
	remarks_free(&r);
	free(large);
}

static void
drops_are_a_sum_of_what_holds_last(void **state)
{
	struct remarks r;

	(void)state;
	remarks_init(&r);
	assert_false(r.drops_known);
	remarks_drops(&r, 0, 0);
	assert_true(r.drops_known);
	assert_int_equal(r.drops, 0);
	remarks_drops(&r, 0, 7);
	remarks_drops(&r, 0, 3);
	remarks_drops(&r, 7, 5);
	assert_int_equal(r.drops, 8);
	for (int i = 0; i < 10; i++)
		remarks_drops(&r, 0, UINT64_MAX / 4);
	assert_true(r.drops >= UINT64_MAX / 2 && r.drops < UINT64_MAX);
	remarks_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept_is_a_copy_in_order),
		cmocka_unit_test(a_name_that_was_said_before_is_kept_once),
		cmocka_unit_test(everything_is_bounded_and_counted),
		cmocka_unit_test(drops_are_a_sum_of_what_holds_last),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
