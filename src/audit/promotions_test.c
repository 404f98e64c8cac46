#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/judgement.h"
#include "audit/promotions.h"

#define PORT 25672u

static struct promotions p;
static bool node_listens;

static int
begin(void **state)
{
	(void)state;
	promotions_init(&p);
	node_listens = true;
	return 0;
}

static int
end(void **state)
{
	(void)state;
	promotions_free(&p);
	return 0;
}

static struct address
host(uint8_t first)
{
	return address_ipv4((uint8_t[]){ first, 0, 0, 1 });
}

static bool
promote(uint8_t first, uint16_t source, unsigned known_by, uint64_t at_ns)
{
	const struct address a = host(first);

	return promotions_add(&p, &a, PORT, source, known_by, at_ns);
}

static unsigned
find(uint8_t first, uint16_t source, uint64_t first_ns, uint64_t last_ns)
{
	const struct address a = host(first);

	return promotions_find(&p, &a, PORT, source, first_ns, last_ns);
}

static bool
holds(void *owner, uint16_t source, uint16_t port)
{
	(void)owner, (void)source;
	assert_int_equal(port, PORT);
	return node_listens;
}

static void
it_holds_for_what_is_there_meanwhile(void **state)
{
	(void)state;
	assert_true(promote(10, 0, KNOWN_BY_FRAMES, 100));
	assert_int_equal(find(10, 0, 50, 60), 0);		/* over before */
	assert_int_equal(find(10, 0, 50, 150), KNOWN_BY_FRAMES);	/* from before */
	assert_int_equal(find(10, 0, 150, 160), KNOWN_BY_FRAMES);
	assert_int_equal(find(11, 0, 150, 160), 0);
	node_listens = false;
	assert_false(promotions_end(&p, holds, NULL, 180));	/* a list may lack one */
	assert_true(promotions_end(&p, holds, NULL, 200));
	assert_int_equal(find(10, 0, 150, 300), KNOWN_BY_FRAMES);
	assert_int_equal(find(10, 0, 300, 310), 0);
	assert_true(promote(10, 0, KNOWN_BY_LENGTHS, 400));
	assert_int_equal(find(10, 0, 300, 310), 0);		/* nobody vouched for that time */
	assert_int_equal(find(10, 0, 450, 460), KNOWN_BY_LENGTHS);
	assert_int_equal(find(10, 0, 150, 160), KNOWN_BY_FRAMES);
}

static void
a_list_that_lacks_it_once_changes_nothing(void **state)
{
	(void)state;
	assert_true(promote(10, 0, KNOWN_BY_FRAMES, 100));
	for (unsigned i = 0; i < 6; i++) {
		node_listens = i % 2;
		assert_false(promotions_end(&p, holds, NULL, 200 + i));
	}
	assert_int_equal(find(10, 0, 300, 310), KNOWN_BY_FRAMES);
}

static void
loopback_is_of_its_source(void **state)
{
	(void)state;
	assert_true(promote(127, 1, KNOWN_BY_FRAMES, 100));
	assert_int_equal(find(127, 1, 150, 160), KNOWN_BY_FRAMES);
	assert_int_equal(find(127, 2, 150, 160), 0);
	assert_true(promote(10, 1, KNOWN_BY_FRAMES, 100));
	assert_int_equal(find(10, 2, 150, 160), KNOWN_BY_FRAMES);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_holds_for_what_is_there_meanwhile, begin, end),
		cmocka_unit_test_setup_teardown(a_list_that_lacks_it_once_changes_nothing, begin, end),
		cmocka_unit_test_setup_teardown(loopback_is_of_its_source, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
