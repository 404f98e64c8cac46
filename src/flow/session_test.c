#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "testkit/delivery.h"
#include "testkit/dice.h"

#include <stdio.h>
#include <stdlib.h>

#define CASES       60u		/* of each dialogue */
#define NOISE_CASES 2000u
#define CHOICES_MAX 1200u

static int
open_delivery(void **state)
{
	const char *source = getenv("srcdir");
	struct delivery *d = malloc(sizeof *d);
	char buf[1024];
	struct text path = TEXT(buf);
	struct diag why = { .line = "" };

	text_putf(&path, "%s/fixtures", source ? source : ".");
	if (d == NULL || !delivery_open(d, buf, &why)) {
		fprintf(stderr, "%s\n", why.line);
		free(d);
		return 1;
	}
	*state = d;
	return 0;
}

static int
close_delivery(void **state)
{
	delivery_close(*state);
	free(*state);
	return 0;
}

/* Choices of any length, and now and then mostly zeros: few things are done. */
static size_t
throw_choices(struct dice *dice, uint8_t choices[CHOICES_MAX])
{
	size_t n = dice_between(dice, 0, CHOICES_MAX);
	unsigned percent = (unsigned)dice_between(dice, 1, 100);

	for (size_t i = 0; i < n; i++)
		choices[i] = dice_percent(dice, percent) ? (uint8_t)dice_below(dice, 256) : 0;
	return n;
}

static void
try_all(const struct delivery *d, enum manner manner, uint64_t seed)
{
	struct dice dice = { seed };
	uint8_t choices[CHOICES_MAX];
	unsigned n_wrong = 0;

	for (size_t i = 0; i < d->n; i++) {
		for (unsigned k = 0; k < CASES; k++) {
			char buf[16000];
			struct text why = TEXT(buf);
			size_t n = throw_choices(&dice, choices);
			if (delivery_try(&d->v[i], manner, rd_of(choices, n), &why))
				continue;
			printf("%s, case %u: %s", d->v[i].dialogue.name, k, buf);
			n_wrong++;
		}
	}
	assert_int_equal(n_wrong, 0);
}

static void
a_talk_in_packets_is_told_as_its_dissector_tells_it(void **state)
{
	const struct delivery *d = *state;
	unsigned n_talks = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct delivered *of = &d->v[i];
		if (!of->is_talk || !of->legal)
			continue;
		n_talks++;
		for (int side = 0; side < 2; side++) {
			assert_string_equal(of->plain.told.log[side].s, of->fed.log[side].s);
			assert_string_equal(of->plain.told.where[side].s, of->fed.where[side].s);
		}
	}
	assert_true(n_talks > 30);
}

/* What the recordings are of: none of it may hide that the list is too short. */
static void
every_verdict_is_among_the_dialogues(void **state)
{
	const struct delivery *d = *state;
	bool seen[N_VERDICTS] = { false };

	for (size_t i = 0; i < d->n; i++)
		for (size_t k = 0; k < d->v[i].truth.s.n_connections; k++)
			seen[d->v[i].truth.s.connections[k]->verdict] = true;
	for (unsigned v = VERDICT_PLAINTEXT; v < N_VERDICTS; v++)
		assert_true(seen[v]);
}

static void
whatever_the_segments_the_facts_are_the_same(void **state)
{
	try_all(*state, MANNER_CARRIED, 1);
}

static void
what_is_lost_or_contradicted_only_takes_away(void **state)
{
	try_all(*state, MANNER_HARMED, 2);
}

static void
noise_stays_within_bounds(void **state)
{
	struct dice dice = { 3 };
	uint8_t choices[CHOICES_MAX];

	(void)state;
	for (unsigned k = 0; k < NOISE_CASES; k++) {
		char buf[4000];
		struct text why = TEXT(buf);
		size_t n = throw_choices(&dice, choices);
		if (!delivery_try(NULL, MANNER_NOISE, rd_of(choices, n), &why))
			fail_msg("case %u: %s", k, buf);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_talk_in_packets_is_told_as_its_dissector_tells_it),
		cmocka_unit_test(every_verdict_is_among_the_dialogues),
		cmocka_unit_test(whatever_the_segments_the_facts_are_the_same),
		cmocka_unit_test(what_is_lost_or_contradicted_only_takes_away),
		cmocka_unit_test(noise_stays_within_bounds),
	};
	return cmocka_run_group_tests(tests, open_delivery, close_delivery);
}
