#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "testkit/script.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#define TALKS_MAX 512

/* Deterministic: the same changes in every run. xorshift64, Marsaglia 2003. */
static uint64_t
random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void
the_facts_are_as_wanted_however_it_is_cut(void **state)
{
	struct diag d = { .line = "" };

	if (!talk_play_file(*state, &d))
		fail_msg("%s", d.line);
}

#define PROBED_MAX 3000u

/* What a side may begin with, only more bytes decide; and more bytes never
 * change what was decided. */
static void
a_probe_never_changes_its_mind(void **state)
{
	struct script *s = malloc(sizeof *s);
	struct diag d = { .line = "" };

	assert_non_null(s);
	assert_true(script_load(s, *state, &d));
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct script_line *l = &s->lines[i];
		enum fit fit = FIT_MORE;

		for (size_t n = 1; n <= l->n && n <= PROBED_MAX; n++) {
			uint8_t *own = malloc(n);
			assert_non_null(own);
			memcpy(own, l->p, n);
			enum fit now = s->dx->probe(l->side, rd_of(own, n));
			free(own);
			if (fit != FIT_MORE)
				assert_int_equal(now, fit);
			fit = now;
		}
	}
	script_free(s);
	free(s);
}

static void
change_a_line(struct script_line *l, uint64_t *random)
{
	size_t at = l->n > 0 ? random_next(random) % l->n : 0;
	uint8_t with = (uint8_t)random_next(random);

	switch (random_next(random) % 4) {
	case 0:
		if (l->n > 0)
			l->p[at] = with;
		break;
	case 1:
		if (l->n > 0)
			l->p[at] ^= (uint8_t)(1u << (with % 8));
		break;
	case 2:
		if (l->n > 0)
			memmove(l->p + at, l->p + at + 1, --l->n - at);
		break;
	default:		/* script_load() leaves room for one byte more */
		memmove(l->p + at + 1, l->p + at, l->n++ - at);
		l->p[at] = with;
		break;
	}
}

/* Long pushes are for limits; a changed byte in them is seldom seen. */
#define CHANGED_MAX  8192u
#define CHANGES      2000

static void
changed_bytes_never_make_cuts_matter(void **state)
{
	struct script *s = malloc(sizeof *s);
	struct talk *whole = malloc(sizeof *whole), *cut = malloc(sizeof *cut);
	struct diag d = { .line = "" };
	uint64_t random = 88172645463325252u;
	size_t n = 0;

	assert_true(s != NULL && whole != NULL && cut != NULL);
	assert_true(script_load(s, *state, &d));
	for (size_t i = 0; i < s->n_lines; i++)
		n += s->lines[i].n;
	for (int i = 0; n > 0 && n <= CHANGED_MAX && i < CHANGES; i++) {
		struct script_line *l = &s->lines[random_next(&random) % s->n_lines];
		struct script_line was = *l;
		size_t piece = 1 + random_next(&random) % 9;

		if (l->gap)
			continue;
		l->p = malloc(was.n + 2);
		assert_non_null(l->p);
		memcpy(l->p, was.p ? was.p : l->p, was.n);
		change_a_line(l, &random);
		script_play(s, (struct script_way){ 0 }, whole);
		script_play(s, (struct script_way){ .piece = piece }, cut);
		free(l->p);
		*l = was;
		if (!talk_same(whole, cut))
			fail_msg("change %d, pieces %zu: the cuts matter", i, piece);
	}
	script_free(s);
	free(s);
	free(whole);
	free(cut);
}

static int
is_talk(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".talk") == 0;
}

int
main(void)
{
	static const struct {
		const char *name;
		void (*run)(void **state);
	} kinds[] = {
		{ "wanted", the_facts_are_as_wanted_however_it_is_cut },
		{ "probe", a_probe_never_changes_its_mind },
		{ "changed", changed_bytes_never_make_cuts_matter },
	};
	const size_t n_kinds = sizeof kinds / sizeof *kinds;
	const char *source = getenv("srcdir");
	char dir[1024], name[TALKS_MAX][96], path[TALKS_MAX][1300];
	struct CMUnitTest tests[TALKS_MAX];
	struct dirent **files;
	size_t n_tests = 0;

	snprintf(dir, sizeof dir, "%s/fixtures/talks", source ? source : ".");
	int n = scandir(dir, &files, is_talk, alphasort);
	for (int i = 0; i < n; i++) {
		for (size_t k = 0; k < n_kinds && n_tests < TALKS_MAX; k++, n_tests++) {
			snprintf(path[n_tests], sizeof path[0], "%s/%s", dir, files[i]->d_name);
			snprintf(name[n_tests], sizeof name[0], "%.70s: %s", files[i]->d_name, kinds[k].name);
			tests[n_tests] = (struct CMUnitTest){ name[n_tests], kinds[k].run, NULL, NULL, path[n_tests] };
		}
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	if (n <= 0 || n_tests == TALKS_MAX) {
		fprintf(stderr, "%s: %s\n", dir, n <= 0 ? "no talks" : "too many talks");
		return 1;
	}
	return _cmocka_run_group_tests("talks", tests, n_tests, NULL, NULL);
}
