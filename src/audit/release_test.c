#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/release.h"

static void
says(struct release r, const char *wanted)
{
	char b[32];
	struct text t = TEXT(b);

	release_put(&t, r);
	assert_string_equal(b, wanted);
}

/* The flags that nodes of these releases were recorded to send; engine_test reads them. */
static void
recorded_flags(void **state)
{
	(void)state;
	says(release_of_flags(UINT64_C(0x101df7fbd), true), "23");
	says(release_of_flags(UINT64_C(0xd07df7fbd), true), "25-27");
	says(release_of_flags(UINT64_C(0x6d07df7fbd), true), "29+");
}

/* [OTP dist: distribution flags]: V4_NC came with 24, ALTACT_SIG with 28. */
static void
documented_flags(void **state)
{
	(void)state;
	says(release_of_flags(UINT64_C(0xd01df7fbd), true), "24");
	says(release_of_flags(UINT64_C(0x2d07df7fbd), true), "28");
	says(release_of_flags(UINT64_C(0x0df7fbd), true), "22-");
}

/* Version 5 has the lower half only: it says the least that it can be. */
static void
half_of_the_flags(void **state)
{
	(void)state;
	says(release_of_flags(0x1df7fbd, false), "23+");
	says(release_of_flags(0x7df7fbd, false), "25+");
	says(release_of_flags(0x0df7fbd, false), "22-");
}

/* [erl_interface, jinterface] send no header with an atom cache. */
static void
no_emulator(void **state)
{
	(void)state;
	says(release_of_flags(UINT64_C(0xd07df7fbd) & ~UINT64_C(0x2000), true), "?");
	says(release_of_flags(0, true), "?");
}

static void
versions(void **state)
{
	(void)state;
	says(release_of_version(6), "23+");
	says(release_of_version(7), "23+");
	says(release_of_version(5), "22-");
	says(release_of_version(0), "?");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recorded_flags),
		cmocka_unit_test(documented_flags),
		cmocka_unit_test(half_of_the_flags),
		cmocka_unit_test(no_emulator),
		cmocka_unit_test(versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
