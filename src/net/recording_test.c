#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/recording.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/remarks.h"
#include "net/forge.h"
#include "net/intake.h"

static char directory[64];
static struct remarks remarks;

static int
make_directory(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/recording_test.XXXXXX");
	remarks_init(&remarks);
	return mkdtemp(directory) != NULL ? 0 : -1;
}

static int
remove_directory(void **state)
{
	DIR *d = opendir(directory);
	struct dirent *e;

	(void)state;
	while (d != NULL && (e = readdir(d)) != NULL)
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	remarks_free(&remarks);
	return rmdir(directory);
}

static const char *
path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

static void
write_file(const char *name, struct bytes b)
{
	FILE *f = fopen(path_of(name), "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
	assert_int_equal(fclose(f), 0);
}

/* A pcap file with a packet at each of these seconds; its bytes are the file's name. */
static void
write_pcap(const char *name, const uint32_t *seconds, size_t n)
{
	struct forge f = { .order = ORDER_LITTLE };

	forge_pcap(&f, 0xa1b2c3d4, 1, 65535);
	for (size_t i = 0; i < n; i++)
		forge_record(&f, seconds[i], 0, 60, name);
	write_file(name, forge_bytes(&f));
	forge_free(&f);
}

static struct source *
open_it(const char *name)
{
	struct diag d = { "" };
	struct source *s = recording_open(name, 3, NULL, &d);

	assert_string_equal(d.line, "");
	assert_non_null(s);
	s->remarks = &remarks;
	return s;
}

/* "name name ...": what the packets say, in their order. */
static void
expect_packets(struct haul *h, const char *want)
{
	char got[1024] = "";

	for (size_t i = 0; i < h->n; i++) {
		assert_int_equal(h->v[i].source, 3);
		assert_true(i == 0 || h->v[i].at_ns >= h->v[i - 1].at_ns);
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i > 0 ? " " : "",
		    haul_text(h, i));
	}
	assert_string_equal(got, want);
	assert_int_equal(h->last, GOT_END);
}

static void
expect_error(const char *name, const char *want)
{
	struct diag d = { "" };

	assert_null(recording_open(name, 0, NULL, &d));
	assert_non_null(strstr(d.line, want));
}

static void
files_follow_each_other_by_time(void **state)
{
	(void)state;
	write_pcap("z", (uint32_t[]){ 10, 11 }, 2);
	write_pcap("b", (uint32_t[]){ 12, 20 }, 2);
	write_pcap("a", (uint32_t[]){ 15, 25 }, 2);		/* overlaps b */
	write_pcap("none", NULL, 0);
	write_pcap(".hidden", (uint32_t[]){ 10 }, 1);
	mkdir(path_of("below"), 0700);
	struct haul h = haul_of(open_it(directory));
	expect_packets(&h, "z z b a b a");
	assert_string_equal(h.damage.line, "");
	assert_int_equal(remarks.n_unread, 0);
	haul_free(&h);
	rmdir(path_of("below"));
}

static void
equal_times_go_by_the_numbers_in_names(void **state)
{
	(void)state;
	write_pcap("cap10", (uint32_t[]){ 10 }, 1);
	write_pcap("cap2", (uint32_t[]){ 10 }, 1);
	write_pcap("cap", (uint32_t[]){ 10 }, 1);
	write_pcap("cap01", (uint32_t[]){ 10 }, 1);
	write_pcap("cap1x", (uint32_t[]){ 10 }, 1);
	write_pcap("cap1", (uint32_t[]){ 10 }, 1);
	struct haul h = haul_of(open_it(directory));
	expect_packets(&h, "cap cap01 cap1 cap1x cap2 cap10");
	haul_free(&h);
}

static void
a_pattern_is_one_unless_a_file_has_that_name(void **state)
{
	(void)state;
	write_pcap("one.pcap", (uint32_t[]){ 10 }, 1);
	write_pcap("two.pcap", (uint32_t[]){ 11 }, 1);
	write_pcap("x", (uint32_t[]){ 9 }, 1);
	mkdir(path_of("dir.pcap"), 0700);
	struct haul h = haul_of(open_it(path_of("*.pcap")));
	expect_packets(&h, "one.pcap two.pcap");
	assert_int_equal(remarks.n_unread, 1);
	assert_string_equal(remarks.unread->file, path_of("dir.pcap"));
	assert_string_equal(remarks.unread->why, "not a regular file");
	haul_free(&h);
	rmdir(path_of("dir.pcap"));

	write_pcap("*.pcap", (uint32_t[]){ 12 }, 1);
	h = haul_of(open_it(path_of("*.pcap")));
	expect_packets(&h, "*.pcap");
	haul_free(&h);

	expect_error(path_of("*.cap"), "*.cap: No such file or directory");
	expect_error(path_of("none"), "none: No such file or directory");
}

static void
what_is_no_capture_is_left_out_by_name(void **state)
{
	(void)state;
	write_pcap("a", (uint32_t[]){ 10 }, 1);
	write_file("b", (struct bytes){ (const uint8_t *)"", 0 });
	write_file("c", (struct bytes){ (const uint8_t *)"a word", 6 });
	struct haul h = haul_of(open_it(directory));
	expect_packets(&h, "a");
	assert_string_equal(h.damage.line, "");
	haul_free(&h);

	const struct recorded_unread *u = remarks.unread;
	assert_int_equal(remarks.n_unread, 2);
	bool b_is_first = strcmp(u->why, "empty") == 0;
	const struct recorded_unread *b = b_is_first ? u : u->next, *c = b_is_first ? u->next : u;
	assert_string_equal(b->file, path_of("b"));
	assert_string_equal(b->why, "empty");
	assert_string_equal(c->file, path_of("c"));
	assert_string_equal(c->why, "not a capture file");

	unlink(path_of("a"));
	expect_error(directory, ": holds no capture file");
}

static void
damage_of_files_is_named_and_the_others_are_read(void **state)
{
	char name[32];

	(void)state;
	write_pcap("cut", (uint32_t[]){ 10, 11 }, 2);
	assert_int_equal(truncate(path_of("cut"), 24 + 16 + 3 + 5), 0);
	write_pcap("whole", (uint32_t[]){ 12 }, 1);
	write_file("packed", (struct bytes){ (const uint8_t *)"\x1f\x8b\x08\0", 4 });
	struct haul h = haul_of(open_it(directory));
	expect_packets(&h, "cut whole");
	assert_non_null(strstr(h.damage.line, "/cut: cut off in the record at byte 43"));
	assert_non_null(strstr(h.damage.line, "/packed: the gzip data are cut off at byte 0"));
	haul_free(&h);

	/* Too many to be named are counted. */
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "cut%d", i);
		write_pcap(name, (uint32_t[]){ 20 }, 1);
		assert_int_equal(truncate(path_of(name), 30), 0);
	}
	h = haul_of(open_it(directory));
	expect_packets(&h, "cut whole");
	const char *more = strstr(h.damage.line, "; and ");
	unsigned named = 1, rest = 0;
	assert_non_null(more);
	assert_int_equal(sscanf(more, "; and %u more files are damaged", &rest), 1);
	for (const char *s = h.damage.line; (s = strstr(s, " at byte ")) != NULL; s++)
		named++;
	assert_int_equal(named - 1 + rest, 42);
	haul_free(&h);
}

static void
what_cannot_be_opened_or_read_is_an_error(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	write_pcap("a", (uint32_t[]){ 10 }, 1);
	forge_pcap(&f, 0xa1b2c3d4, 1, 65535);
	f.p[4] = 3;
	write_file("b", forge_bytes(&f));
	forge_free(&f);
	expect_error(directory, "/b: this version of pcap is not supported");
	unlink(path_of("b"));
	assert_int_equal(symlink("nowhere", path_of("b")), 0);
	expect_error(directory, "/b: No such file or directory");
}

static size_t
n_open(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	if (d == NULL)
		return 0;
	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

/* As another user: root holds what it may not open later. */
static void
of_files_in_a_row_one_is_open(void **state)
{
	uid_t was = geteuid();
	struct diag d = { "" };
	struct batch b;
	char name[32];

	(void)state;
	for (uint32_t i = 0; i < 300; i++) {
		snprintf(name, sizeof name, "cap%u", i);
		write_pcap(name, (uint32_t[]){ 2 * i, 2 * i + 1 }, 2);
		chmod(path_of(name), 0644);
	}
	chmod(directory, 0755);
	if (was == 0)
		assert_int_equal(seteuid(65534), 0);
	size_t before = n_open(), most = 0, n = 0;
	struct source *s = recording_open(directory, 0, NULL, &d);
	assert_non_null(s);
	assert_int_equal(n_open(), before);
	while (source_next(s, &b, &d) == GOT_SOME) {
		for (unsigned i = 0; i < b.n; i++)
			assert_int_equal(b.v[i].at_ns, (uint64_t)n++ * 1000000000);
		size_t now = n_open() - before;
		most = now > most ? now : most;
	}
	assert_string_equal(d.line, "");
	assert_int_equal(n, 600);
	assert_int_equal(most, 1);
	source_close(s);
	if (was == 0)
		assert_int_equal(seteuid(was), 0);
}

static void
root_reads_what_it_could_open_no_more(void **state)
{
	struct rlimit before, few;
	char name[32];

	(void)state;
	if (geteuid() != 0)
		skip();
	for (uint32_t i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "cap%u", i);
		write_pcap(name, (uint32_t[]){ i }, 1);
		chmod(path_of(name), 0600);
	}
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	few = before;
	few.rlim_cur = 40;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
	struct source *s = open_it(directory);
	assert_int_equal(seteuid(65534), 0);
	struct haul h = haul_of(s);
	assert_int_equal(seteuid(0), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	assert_string_equal(h.error.line, "");
	assert_int_equal(h.n, 60);
	haul_free(&h);
}

/* So many questions are answered with yes. */
static bool
says_yes_to_some(void *owner, int fd, bool dry)
{
	unsigned *left = owner;

	(void)fd;
	(void)dry;
	if (*left == 0)
		return false;
	--*left;
	return true;
}

/* Each file of a set is asked for twice: its bytes, and its end. */
static void
interrupted_set_gives_what_it_has_read(void **state)
{
	static const char *const want[] = { "", "a a", "a a", "a a b", "a a b", "a a b c" };

	(void)state;
	write_pcap("a", (uint32_t[]){ 10, 11 }, 2);
	write_pcap("b", (uint32_t[]){ 12 }, 1);
	write_pcap("c", (uint32_t[]){ 13 }, 1);
	for (unsigned most = 0; most < 6; most++) {
		char line[200];
		unsigned left = most;
		struct intake k = { .goes_on = says_yes_to_some, .owner = &left };
		struct diag d = { "" };
		struct source *s = recording_open(directory, 3, &k, &d);

		assert_non_null(s);
		s->remarks = &remarks;
		struct haul h = haul_of(s);
		expect_packets(&h, want[most]);
		snprintf(line, sizeof line, "interrupted: the rest of %s was not read", directory);
		assert_string_equal(h.damage.line, line);
		haul_free(&h);
	}
}

static void
what_is_to_be_read_is_known_before(void **state)
{
	unsigned left = 1000;
	struct intake k = { .goes_on = says_yes_to_some, .owner = &left };
	struct diag d = { "" };

	(void)state;
	write_pcap("a", (uint32_t[]){ 10, 11 }, 2);	/* 24 bytes, and 17 for each packet */
	write_pcap("b", (uint32_t[]){ 12 }, 1);
	write_file("words", (struct bytes){ (const uint8_t *)"words", 5 });
	struct source *s = recording_open(directory, 3, &k, &d);
	assert_non_null(s);
	assert_int_equal(k.size, 24 + 17 + 17 + 24 + 17);
	assert_int_equal(k.n_read, 0);
	s->remarks = &remarks;
	struct haul h = haul_of(s);
	expect_packets(&h, "a a b");
	assert_int_equal(k.n_read, k.size);
	haul_free(&h);
	s = recording_open(path_of("b"), 3, &k, &d);
	assert_int_equal(k.size, 24 + 17 + 17 + 2 * (24 + 17));
	source_close(s);
}

#define IN_A_DIRECTORY(test) \
	cmocka_unit_test_setup_teardown(test, make_directory, remove_directory)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_DIRECTORY(files_follow_each_other_by_time),
		IN_A_DIRECTORY(equal_times_go_by_the_numbers_in_names),
		IN_A_DIRECTORY(a_pattern_is_one_unless_a_file_has_that_name),
		IN_A_DIRECTORY(what_is_no_capture_is_left_out_by_name),
		IN_A_DIRECTORY(damage_of_files_is_named_and_the_others_are_read),
		IN_A_DIRECTORY(what_cannot_be_opened_or_read_is_an_error),
		IN_A_DIRECTORY(of_files_in_a_row_one_is_open),
		IN_A_DIRECTORY(root_reads_what_it_could_open_no_more),
		IN_A_DIRECTORY(interrupted_set_gives_what_it_has_read),
		IN_A_DIRECTORY(what_is_to_be_read_is_known_before),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
