#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/intake.h"
#include "testkit/pack.h"

#define N 100000u

/* Reads all, step bytes at a time, and checks that want begins with it. */
static size_t
read_all(struct input *in, const uint8_t *want, size_t n, size_t step)
{
	size_t got = 0;

	assert_non_null(in);
	while (input_need(in, 1, true)) {
		size_t take = input_need(in, step, true) ? step : input_look(in).n;

		assert_int_equal(input_offset(in), got);
		assert_true(got + take <= n);
		assert_memory_equal(input_look(in).p, want + got, take);
		input_skip(in, take);
		got += take;
	}
	assert_int_equal(input_look(in).n, 0);
	return got;
}

static void
bytes_are_the_same_however_they_arrive(void **state)
{
	static const size_t at_once[] = { 1, 2, 3, 7, 4096, N }, step[] = { 1, 13, 5000 };
	uint8_t *p = pack_noise(N);

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		for (size_t j = 0; j < 3; j++) {
			struct input *in = input_memory((struct bytes){ p, N }, at_once[i]);
			struct diag d = { "" };

			assert_int_equal(read_all(in, p, N, step[j]), N);
			assert_false(input_is_packed(in));
			input_end(in, &d);
			assert_false(diag_is_set(&d));
			input_close(in);
		}
	}
	free(p);
}

static void
gzip_of_several_members_is_one_input(void **state)
{
	uint8_t *p = pack_noise(N), *packed = malloc(2 * N);
	size_t n = pack_gzip(p, N / 3, packed, N);

	(void)state;
	n += pack_gzip(p, 0, packed + n, 2 * N - n);
	n += pack_gzip(p + N / 3, N - N / 3, packed + n, 2 * N - n);
	for (size_t at_once = 1; at_once <= n; at_once = at_once * 5 + 1) {
		struct input *in = input_memory((struct bytes){ packed, n }, at_once);
		struct diag d = { "" };

		assert_int_equal(read_all(in, p, N, 1000), N);
		assert_true(input_is_packed(in));
		input_end(in, &d);
		assert_false(diag_is_set(&d));
		input_close(in);
	}
	free(packed);
	free(p);
}

static void
cut_gzip_gives_what_was_there_and_says_so(void **state)
{
	enum { SMALL = 500 };
	uint8_t *p = pack_noise(SMALL), packed[2 * SMALL];
	size_t n = pack_gzip(p, SMALL, packed, sizeof packed), before = 0;

	(void)state;
	for (size_t cut = 3; cut < n; cut++) {
		struct input *in = input_memory((struct bytes){ packed, cut }, 64);
		struct diag d = { "" };
		char want[200];
		size_t got = read_all(in, p, SMALL, 1);

		assert_true(got >= before);
		before = got;
		snprintf(want, sizeof want, "memory: the gzip data are cut off at "
		    "byte %zu of the unpacked data", got);
		input_end(in, &d);
		assert_string_equal(d.line, want);
		input_close(in);
	}
	assert_int_equal(before, SMALL);	/* only the trailer was cut at last */
	free(p);
}

static void
corrupt_gzip_gives_what_came_before(void **state)
{
	uint8_t *p = pack_noise(N), *packed = malloc(2 * N);
	size_t n = pack_gzip(p, N, packed, 2 * N);
	struct diag d = { "" }, e = { "" };

	(void)state;
	packed[n - 8] ^= 1;			/* the checksum */
	struct input *in = input_memory((struct bytes){ packed, n }, N);
	assert_int_equal(read_all(in, p, N, 1000), N);
	input_end(in, &d);
	assert_non_null(strstr(d.line, "the gzip data are corrupt"));
	assert_non_null(strstr(d.line, "at byte 100000 of the unpacked data"));
	input_close(in);

	packed[n - 8] ^= 1;
	memcpy(packed + n, "rubbish", 7);
	in = input_memory((struct bytes){ packed, n + 7 }, N);
	assert_int_equal(read_all(in, p, N, 1000), N);
	input_end(in, &e);
	assert_non_null(strstr(e.line, "the gzip data are corrupt"));
	input_close(in);
	free(packed);
	free(p);
}

static void
the_window_grows_to_what_is_needed(void **state)
{
	const size_t large = 3u << 20;
	uint8_t *p = pack_noise(large);
	struct input *in = input_memory((struct bytes){ p, large }, 100000);

	(void)state;
	assert_true(input_need(in, 10, true));
	input_skip(in, 10);
	assert_true(input_need(in, large - 10, true));
	assert_memory_equal(input_look(in).p, p + 10, large - 10);
	assert_false(input_need(in, large - 9, true));
	assert_false(input_need(in, SIZE_MAX, true));
	input_close(in);
	free(p);
}

static void
nothing_moves_unless_it_may(void **state)
{
	static const uint8_t p[] = "0123456789";
	struct input *in = input_memory((struct bytes){ p, 10 }, 4);

	(void)state;
	assert_true(input_need(in, 4, false));
	const uint8_t *was = input_look(in).p;
	assert_false(input_need(in, 5, false));
	assert_ptr_equal(input_look(in).p, was);
	assert_true(input_need(in, 5, true));
	input_close(in);
}

static void
what_cannot_be_opened_is_named(void **state)
{
	struct diag d = { "" }, e = { "" };

	(void)state;
	assert_null(input_open("/nonexistent/a.pcap", NULL, &d));
	assert_string_equal(d.line, "/nonexistent/a.pcap: No such file or directory");
	assert_null(input_open("/", NULL, &e));
	assert_string_equal(e.line, "/: Is a directory");
}

static void
damage_is_named_with_its_place(void **state)
{
	static const uint8_t p[] = "0123456789";
	struct input *in = input_memory((struct bytes){ p, 10 }, 4);
	struct diag d = { "" }, e = { "" };

	(void)state;
	assert_true(input_need(in, 7, true));
	input_skip(in, 7);
	input_damage(in, "nonsense", &d);
	assert_string_equal(d.line, "memory: nonsense at byte 7");
	assert_false(input_need(in, 4, true));
	input_end(in, &e);
	assert_string_equal(e.line, "memory: cut off in the record at byte 7");
	input_close(in);
}

/* A file without a name that holds n bytes of p. */
static int
file_of(const uint8_t *p, size_t n)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(p, 1, n, f), n);
	assert_int_equal(fflush(f), 0);
	int fd = dup(fileno(f));
	assert_true(fd >= 0);
	fclose(f);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static bool
says_yes(void *owner, int fd, bool dry)
{
	int *fd_asked = owner;

	*fd_asked = dry ? fd : *fd_asked;
	return true;
}

static void
what_is_read_is_counted_as_it_lies_in_the_file(void **state)
{
	uint8_t *p = pack_noise(N), *packed = malloc(2 * N);
	size_t n = pack_gzip(p, N, packed, 2 * N);
	int asked = -1, fd = file_of(packed, n);
	struct intake k = { .goes_on = says_yes, .owner = &asked };
	struct diag d = { "" };

	(void)state;
	intake_expect(&k, fd);
	assert_int_equal(k.size, n);
	struct input *in = input_take(fd, "packed", &k, &d);
	assert_int_equal(read_all(in, p, N, 1000), N);
	assert_int_equal(k.n_read, n);
	assert_int_equal(asked, fd);
	assert_false(k.refused);
	input_end(in, &d);
	assert_string_equal(d.line, "");
	input_close(in);
	free(packed);
	free(p);
}

static void
size_is_what_is_left_of_files_and_a_pipe_has_none(void **state)
{
	int fd = file_of((const uint8_t *)"0123456789", 10), pair[2];
	struct intake k = { .refused = false };

	(void)state;
	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	intake_expect(&k, fd);
	assert_int_equal(k.size, 6);
	assert_int_equal(lseek(fd, 40, SEEK_SET), 40);
	intake_expect(&k, fd);
	assert_int_equal(k.size, 6);
	assert_false(k.open_ended);
	assert_int_equal(pipe(pair), 0);
	intake_expect(&k, pair[0]);
	assert_int_equal(k.size, 6);
	assert_true(k.open_ended);
	close(fd);
	close(pair[0]);
	close(pair[1]);
}

/* So many questions are answered with yes. */
static bool
says_yes_to_some(void *owner, int fd, bool dry)
{
	unsigned *left = owner;

	(void)fd;
	(void)dry;
	assert_true(*left < 1000);		/* no is said once */
	return (*left)-- > 0;
}

static void
interrupted_input_gives_what_it_has_and_says_so(void **state)
{
	enum { LARGE = 700000 };
	uint8_t *p = pack_noise(LARGE), *packed = malloc(2 * LARGE);
	size_t n = pack_gzip(p, LARGE, packed, 2 * LARGE), before[2] = { 0, 0 };

	(void)state;
	for (unsigned most = 1; most < 12; most++) {
		for (int pack = 0; pack < 2; pack++) {
			unsigned left = most;
			struct intake k = { .goes_on = says_yes_to_some, .owner = &left };
			struct diag d = { "" };
			struct input *in = input_take(pack ? file_of(packed, n) : file_of(p, LARGE),
			    "big", &k, &d);
			size_t got = read_all(in, p, LARGE, 1000);

			assert_true(got >= before[pack]);
			before[pack] = got;
			input_end(in, &d);
			assert_string_equal(d.line, k.refused ?
			    "interrupted: the rest of big was not read" : "");
			assert_int_equal(k.refused, left > 1000);
			assert_true(k.refused || got == LARGE);
			input_close(in);
		}
	}
	assert_int_equal(before[0], LARGE);
	assert_true(before[1] > 0);
	free(packed);
	free(p);
}

static void
interrupted_before_its_first_byte_it_cannot_be_opened(void **state)
{
	unsigned left = 0;
	struct intake k = { .goes_on = says_yes_to_some, .owner = &left };
	struct diag d = { "" };

	(void)state;
	assert_null(input_take(file_of((const uint8_t *)"0123456789", 10), "a file", &k, &d));
	assert_string_equal(d.line, "a file: interrupted");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_the_same_however_they_arrive),
		cmocka_unit_test(gzip_of_several_members_is_one_input),
		cmocka_unit_test(cut_gzip_gives_what_was_there_and_says_so),
		cmocka_unit_test(corrupt_gzip_gives_what_came_before),
		cmocka_unit_test(the_window_grows_to_what_is_needed),
		cmocka_unit_test(nothing_moves_unless_it_may),
		cmocka_unit_test(what_cannot_be_opened_is_named),
		cmocka_unit_test(damage_is_named_with_its_place),
		cmocka_unit_test(what_is_read_is_counted_as_it_lies_in_the_file),
		cmocka_unit_test(size_is_what_is_left_of_files_and_a_pipe_has_none),
		cmocka_unit_test(interrupted_input_gives_what_it_has_and_says_so),
		cmocka_unit_test(interrupted_before_its_first_byte_it_cannot_be_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
