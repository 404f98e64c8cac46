#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/dump.h"

#include <errno.h>

#include "base/limits.h"
#include "net/forge.h"
#include "net/input.h"
#include "net/savefile.h"

static struct packet
packet_of(const char *text, uint32_t wire_len, uint64_t at_ns)
{
	return (struct packet){
		.at_ns = at_ns,
		.captured = { (const uint8_t *)text, strlen(text) },
		.wire_len = wire_len,
		.link_type = 1,
		.time_digits = 9,
	};
}

/* What is written while a dump is open. */
struct paper {
	char  *p;
	size_t n;
	struct dump dump;
};

static void
paper_begin(struct paper *paper)
{
	*paper = (struct paper){ .p = NULL };
	paper->dump.out = open_memstream(&paper->p, &paper->n);
	assert_non_null(paper->dump.out);
}

static void
paper_end(struct paper *paper)
{
	assert_int_equal(fclose(paper->dump.out), 0);
	dump_free(&paper->dump);
}

static struct haul
read_back(const struct paper *paper)
{
	struct bytes b = { (const uint8_t *)paper->p, paper->n };
	struct diag d = { "" };
	struct source *s = savefile_read(input_memory(b, 4096), 0, &d);

	assert_non_null(s);
	return haul_of(s);
}

/* draft-ietf-opsawg-pcapng 4.1 to 4.3. A file of these bytes was looked at with
 * capinfos -T and tshark -r of Wireshark 4.0.17: one interface, Ethernet, nanoseconds,
 * one packet of 5 bytes of 60, at 1700000000.123456789. */
static void
every_byte_is_as_the_draft_says(void **state)
{
	static const uint8_t want[] = {
		0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a, 1, 0, 0, 0,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28, 0, 0, 0,

		1, 0, 0, 0, 32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0,

		6, 0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0,
		0xfe, 0x9c, 0x97, 0x17, 0x15, 0xcd, 0x85, 0x3d, 5, 0, 0, 0, 60, 0, 0, 0,
		'f', 'i', 'r', 's', 't', 0, 0, 0, 40, 0, 0, 0,
	};
	struct packet p = packet_of("first", 60, 1700000000123456789u);
	struct paper paper;

	(void)state;
	paper_begin(&paper);
	assert_true(dump_packet(&paper.dump, &p));
	paper_end(&paper);
	assert_int_equal(paper.n, sizeof want);
	assert_memory_equal(paper.p, want, sizeof want);
	free(paper.p);
}

static void
a_file_without_packets_is_a_capture(void **state)
{
	struct paper paper;

	(void)state;
	paper_begin(&paper);
	assert_true(dump_begin(&paper.dump));
	assert_true(dump_begin(&paper.dump));
	paper_end(&paper);
	assert_int_equal(paper.n, 28);

	struct haul h = read_back(&paper);
	assert_int_equal(h.n, 0);
	assert_int_equal(h.last, GOT_END);
	assert_false(diag_is_set(&h.damage));
	haul_free(&h);
	free(paper.p);
}

static void
packets_of_every_length_and_origin_are_read_back(void **state)
{
	static const struct { uint32_t link_type, interface; uint16_t source; } from[] = {
		{ 1, 0, 0 }, { 276, 0, 0 }, { 1, 1, 0 }, { 1, 0, 1 }, { 65535, 4095, 65535 },
	};
	enum { N = 50, FROM = sizeof from / sizeof *from };
	char text[N + 1] = "";
	struct paper paper;

	(void)state;
	paper_begin(&paper);
	for (size_t i = 0; i < N; i++) {
		struct packet p = packet_of(text, (uint32_t)(i + i % 3), i * 1111111111111u);

		p.link_type = from[i % FROM].link_type;
		p.interface = from[i % FROM].interface;
		p.source = from[i % FROM].source;
		assert_true(dump_packet(&paper.dump, &p));
		text[i] = (char)('a' + i % 26);
	}
	assert_int_equal(paper.dump.n_interfaces, FROM);
	paper_end(&paper);

	struct haul h = read_back(&paper);
	assert_int_equal(h.n, N);
	assert_false(diag_is_set(&h.damage));
	for (size_t i = 0; i < N; i++) {
		assert_int_equal(h.v[i].captured.n, i);
		assert_memory_equal(h.v[i].captured.p, text, i);
		assert_int_equal(h.v[i].wire_len, i + i % 3);
		assert_int_equal(h.v[i].at_ns, i * 1111111111111u);
		assert_int_equal(h.v[i].time_digits, 9);
		assert_int_equal(h.v[i].link_type, from[i % FROM].link_type);
		assert_int_equal(h.v[i].interface, i % FROM);
	}
	haul_free(&h);
	free(paper.p);
}

static void
a_packet_that_no_block_holds_is_cut(void **state)
{
	size_t n = LIMIT_BLOCK_BYTES;
	uint8_t *bytes = calloc(n, 1);
	struct packet p = { .captured = { bytes, n }, .wire_len = (uint32_t)n, .link_type = 1 };
	struct paper paper;

	(void)state;
	assert_non_null(bytes);
	paper_begin(&paper);
	assert_true(dump_packet(&paper.dump, &p));
	paper_end(&paper);
	free(bytes);

	struct haul h = read_back(&paper);
	assert_int_equal(h.n, 1);
	assert_false(diag_is_set(&h.damage));
	assert_int_equal(h.v[0].captured.n, n - 32);
	assert_int_equal(h.v[0].wire_len, n);
	haul_free(&h);
	free(paper.p);
}

static void
what_cannot_be_written_is_said(void **state)
{
	struct packet p = packet_of("x", 1, 0);
	struct paper paper;

	(void)state;
	paper_begin(&paper);
	p.link_type = 65536;
	errno = 0;
	assert_false(dump_packet(&paper.dump, &p));
	assert_int_equal(errno, EINVAL);
	p.link_type = 1;
	for (p.interface = 0; p.interface < LIMIT_INTERFACES; p.interface++)
		assert_true(dump_packet(&paper.dump, &p));
	assert_false(dump_packet(&paper.dump, &p));
	assert_int_equal(errno, EOVERFLOW);
	p.interface = 17;
	assert_true(dump_packet(&paper.dump, &p));
	paper_end(&paper);
	free(paper.p);

	struct dump full = { .out = fopen("/dev/full", "w") };
	assert_non_null(full.out);
	setbuf(full.out, NULL);
	assert_false(dump_begin(&full));
	assert_int_equal(errno, ENOSPC);
	fclose(full.out);
	dump_free(&full);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_as_the_draft_says),
		cmocka_unit_test(a_file_without_packets_is_a_capture),
		cmocka_unit_test(packets_of_every_length_and_origin_are_read_back),
		cmocka_unit_test(a_packet_that_no_block_holds_is_cut),
		cmocka_unit_test(what_cannot_be_written_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
