#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/words.h"

static char b[512];
static struct text t;

static int
empty(void **state)
{
	(void)state;
	t = TEXT(b);
	return 0;
}

static void
numbers_have_names(void **state)
{
	(void)state;
	words_put_version(&t, 0x0303);
	text_put(&t, " ");
	words_put_cipher(&t, 0x1302);
	text_put(&t, " ");
	words_put_group(&t, 0x001d);
	text_put(&t, " ");
	words_put_alert_level(&t, 1);
	text_put(&t, " ");
	words_put_alert_level(&t, 2);
	text_put(&t, " ");
	words_put_alert_description(&t, 45);
	assert_string_equal(b, "TLSv1.2 TLS_AES_256_GCM_SHA384 x25519 warning fatal certificate_expired");
}

static void
numbers_without_names_stay_numbers(void **state)
{
	(void)state;
	words_put_version(&t, 0x7f1c);
	text_put(&t, " ");
	words_put_cipher(&t, 0xfefe);
	text_put(&t, " ");
	words_put_group(&t, 0xfefe);
	text_put(&t, " ");
	words_put_alert_level(&t, 3);
	text_put(&t, " ");
	words_put_alert_description(&t, 255);
	text_put(&t, " ");
	words_put_link_type(&t, &(struct link_type_count){ .link_type = 147 });
	text_put(&t, " ");
	words_put_link_type(&t, &(struct link_type_count){ .link_type = 105, .name = "IEEE802_11" });
	assert_string_equal(b, "0x7f1c 0xfefe 0xfefe 3 255 147 IEEE802_11");
}

static void
a_certificate_may_be_of_any_century(void **state)
{
	(void)state;
	assert_true(words_put_date(&t, 0));
	text_put(&t, " ");
	assert_true(words_put_date(&t, -631152000));		/* UTCTime's first */
	text_put(&t, " ");
	assert_true(words_put_date(&t, 253402300799));		/* RFC 5280 4.1.2.5: for ever */
	text_put(&t, " ");
	assert_true(words_put_date(&t, -62135596800));
	assert_string_equal(b, "1970-01-01T00:00:00Z 1950-01-01T00:00:00Z "
	    "9999-12-31T23:59:59Z 0001-01-01T00:00:00Z");
}

static void
a_year_of_five_digits_is_no_date(void **state)
{
	(void)state;
	assert_false(words_put_date(&t, 253402300800));
	assert_false(words_put_date(&t, INT64_MAX));
	assert_false(words_put_date(&t, INT64_MIN));
	assert_string_equal(b, "");
}

static void
wire_strings_can_be_kept_to_ascii(void **state)
{
	(void)state;
	words_put_wire(&t, words_bytes("\xc3\xa9\n\\x"), true);
	text_put(&t, " ");
	words_put_wire(&t, words_bytes("\xc3\xa9\n\\x"), false);
	assert_string_equal(b, "\xc3\xa9\\x0a\\x5cx \\xc3\\xa9\\x0a\\x5cx");
}

static void
what_is_escaped_is_not_escaped_again(void **state)
{
	(void)state;
	words_put_escaped(&t, "\\x0a \xc3\xa9", true);
	text_put(&t, " ");
	words_put_escaped(&t, "\\x0a \xc3\xa9", false);
	assert_string_equal(b, "\\x0a \xc3\xa9 \\x0a \\xc3\\xa9");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(numbers_have_names, empty),
		cmocka_unit_test_setup(numbers_without_names_stay_numbers, empty),
		cmocka_unit_test_setup(a_certificate_may_be_of_any_century, empty),
		cmocka_unit_test_setup(a_year_of_five_digits_is_no_date, empty),
		cmocka_unit_test_setup(wire_strings_can_be_kept_to_ascii, empty),
		cmocka_unit_test_setup(what_is_escaped_is_not_escaped_again, empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
