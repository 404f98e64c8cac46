#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dissectors/dist_frame.h"

#include <stdlib.h>

/* The example of OTP's "Distribution Header for fragmented messages": the first
 * fragment of a message to a registered name, cut short in its payload. */
static const uint8_t fragment[] = {
	0, 0, 0, 80, 131, 69, 0, 0, 2, 168, 0, 0, 5, 83, 0, 0, 0, 0, 0, 0, 0, 2,
	5, 4, 137, 9, 10, 5, 236, 3, 'r', 'e', 'g', 9, 4, 'c', 'a', 'l', 'l',
	238, 13, 's', 'e', 't', '_', 'g', 'e', 't', '_', 's', 't', 'a', 't', 'e',
	104, 4, 97, 6, 103, 82, 0, 0, 0, 0, 85, 0, 0, 0, 0, 2, 82, 1, 82, 2,
	104, 3, 82, 3, 103, 82, 0, 0, 0, 0,
};

static struct frame
verify(const uint8_t *p, size_t n)
{
	uint8_t *own = malloc(n ? n : 1);

	assert_non_null(own);
	memcpy(own, p, n);
	struct frame f = frame_verify(rd_of(own, n));
	free(own);
	return f;
}

static void
the_documents_example_is_verified(void **state)
{
	(void)state;
	assert_int_equal(verify(fragment, sizeof fragment).look, FRAME_VERIFIED);
	assert_int_equal(verify(fragment, sizeof fragment).length, sizeof fragment - 4);
}

static void
a_frame_is_asked_for_whole(void **state)
{
	(void)state;
	for (size_t n = 0; n < sizeof fragment; n++) {
		struct frame f = verify(fragment, n);

		assert_int_equal(f.look, FRAME_SHORT);
		assert_int_equal(f.need, n < 4 ? 4 : n < 6 ? 6 : sizeof fragment);
	}
}

static void
a_long_frame_is_asked_for_in_part(void **state)
{
	uint8_t p[FRAME_HEADER + FRAME_VERIFY_MAX] = { 0 };

	(void)state;
	memcpy(p, fragment, sizeof fragment);
	p[1] = 1;
	assert_int_equal(verify(p, sizeof p - 1).look, FRAME_SHORT);
	assert_int_equal(verify(p, sizeof p - 1).need, sizeof p);
	assert_int_equal(verify(p, sizeof p).look, FRAME_VERIFIED);
	assert_int_equal(verify(p, sizeof p).length, 0x10050);
}

/* Every byte up to the payload counts, but for those that may be anything. */
static bool
may_be_anything(size_t i)
{
	static const struct { size_t first, last; } free_bytes[] = {
		{  6, 13 },	/* SequenceId */
		{ 19, 21 },	/* FragmentId, but for its high bytes */
		{ 25, 25 },	/* the unused bits beside LongAtoms */
		{ 26, 28 }, { 33, 33 }, { 39, 39 },	/* where atoms are in the cache */
		{ 61, 69 },	/* the pid's id, serial and creation */
	};

	for (size_t k = 0; k < sizeof free_bytes / sizeof *free_bytes; k++)
		if (i >= free_bytes[k].first && i <= free_bytes[k].last)
			return true;
	return false;
}

static void
a_changed_byte_is_no_frame(void **state)
{
	(void)state;
	for (size_t i = 4; i < 74; i++) {
		uint8_t p[sizeof fragment];

		memcpy(p, fragment, sizeof p);
		p[i] ^= 0x80;
		enum frame_look look = verify(p, sizeof p).look;
		if (look != (may_be_anything(i) ? FRAME_VERIFIED : FRAME_WRONG))
			fail_msg("byte %zu: %d", i, (int)look);
	}
}

static void
a_tick_has_no_length(void **state)
{
	static const uint8_t tick[4];

	(void)state;
	assert_int_equal(frame_look(rd_of(tick, 4)).look, FRAME_TICK);
	assert_int_equal(frame_verify(rd_of(tick, 4)).look, FRAME_TICK);
	assert_int_equal(frame_look(rd_of(tick, 3)).look, FRAME_SHORT);
}

static void
a_later_fragment_is_plausible_and_never_verified(void **state)
{
	uint8_t p[4 + 18] = { 0, 0, 0, 18, 131, 70, [21] = 1 };

	(void)state;
	assert_int_equal(verify(p, sizeof p).look, FRAME_PLAUSIBLE);
	p[21] = 0;
	assert_int_equal(verify(p, sizeof p).look, FRAME_WRONG);
	p[14] = 1;
	assert_int_equal(verify(p, sizeof p).look, FRAME_WRONG);
	p[3] = 17;
	assert_int_equal(verify(p, sizeof p).look, FRAME_WRONG);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_documents_example_is_verified),
		cmocka_unit_test(a_frame_is_asked_for_whole),
		cmocka_unit_test(a_long_frame_is_asked_for_in_part),
		cmocka_unit_test(a_changed_byte_is_no_frame),
		cmocka_unit_test(a_tick_has_no_length),
		cmocka_unit_test(a_later_fragment_is_plausible_and_never_verified),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
