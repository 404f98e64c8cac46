#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/decode.h"

#include "net/forge.h"

struct shape {
	uint32_t link_type;
	bool     is_v6;
	size_t   link_len;
	const char *link;
};

static const struct shape shapes[] = {
	{ 1, false, 14, "\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" },
	{ 1, true, 14, "\2\0\0\0\0\1\2\0\0\0\0\2\x86\xdd" },
	{ 1, false, 22, "\2\0\0\0\0\1\2\0\0\0\0\2\x88\xa8\0\1\x81\0\0\2\x08\0" },
	{ 113, false, 16, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x08\0" },
	{ 113, true, 16, "\0\0\0\1\0\6\0\0\0\0\0\0\0\0\x86\xdd" },
	{ 276, false, 20, "\x08\0\0\0\0\0\0\2\0\1\4\6\0\0\0\0\0\0\0\0" },
	{ 276, true, 20, "\x86\xdd\0\0\0\0\0\2\0\1\4\6\0\0\0\0\0\0\0\0" },
	{ 0, false, 4, "\2\0\0\0" },
	{ 0, true, 4, "\0\0\0\x1e" },
	{ 108, false, 4, "\0\0\0\2" },
	{ 12, false, 0, "" },
	{ 14, true, 0, "" },
	{ 101, false, 0, "" },
	{ 101, true, 0, "" },
	{ 228, false, 0, "" },
	{ 229, true, 0, "" },
};

#define N_SHAPES	(sizeof shapes / sizeof *shapes)
#define PAYLOAD		"payload"

/* A packet with 8 bytes of TCP options and a payload. tcp_at: where TCP begins. */
static struct forge
packet_of(const struct shape *s, size_t *tcp_at)
{
	struct forge f = { .order = ORDER_BIG };
	uint16_t tcp_len = 28 + sizeof PAYLOAD - 1;

	forge_put(&f, s->link, s->link_len);
	if (s->is_v6) {
		forge_u32(&f, 0x60000000);
		forge_u16(&f, (uint16_t)(tcp_len + 8));
		forge_u8(&f, 60);
		forge_u8(&f, 64);
		forge_fill(&f, 0, 15);
		forge_u8(&f, 1);
		forge_fill(&f, 0xfe, 16);
		forge_u8(&f, 6);		/* a destination option */
		forge_u8(&f, 0);
		forge_put(&f, "\1\4\0\0\0\0", 6);
	} else {
		forge_u16(&f, 0x4600);
		forge_u16(&f, (uint16_t)(24 + tcp_len));
		forge_u16(&f, 0xbeef);
		forge_u16(&f, 0x4000);
		forge_u16(&f, 0x4006);
		forge_u16(&f, 0);		/* no checksum yet */
		forge_u32(&f, 0x0a4d0001);
		forge_u32(&f, 0x0a4d0002);
		forge_fill(&f, 1, 4);
	}
	*tcp_at = f.n;
	forge_u16(&f, 45979);
	forge_u16(&f, 4369);
	forge_u32(&f, 0x01020304);
	forge_u32(&f, 0xfffefdfc);
	forge_u16(&f, 0x70da);			/* ECE CWR, PSH, ACK, SYN: of 28 bytes */
	forge_u16(&f, 512);
	forge_u32(&f, 0);
	forge_put(&f, "\2\4\5\xb4\1\1\1\1", 8);
	forge_put(&f, PAYLOAD, sizeof PAYLOAD - 1);
	return f;
}

/* Decodes the first n bytes in memory of their exact size; what the segment
 * borrows is checked here, and not to be looked at after. */
static enum decoded
decode_exact(const struct shape *s, const struct forge *f, size_t n, struct segment *out)
{
	uint8_t *exact = malloc(n > 0 ? n : 1);
	struct packet p = { .link_type = s->link_type, .captured = { exact, n },
		.wire_len = (uint32_t)f->n };

	assert_non_null(exact);
	memcpy(exact, f->p, n);
	enum decoded d = decode(&p, out);
	if (d == DECODED_TCP) {
		assert_true(out->payload.n <= out->payload_len);
		assert_memory_equal(out->payload.p, PAYLOAD, out->payload.n);
		assert_memory_equal(out->options.p, "\2\4\5\xb4\1\1\1\1", out->options.n);
	}
	free(exact);
	return d;
}

static void
a_segment_is_read_under_every_link_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SHAPES; i++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[i], &tcp_at);
		char src[ADDRESS_TEXT_MAX], dst[ADDRESS_TEXT_MAX];
		struct segment s;

		assert_int_equal(decode_exact(&shapes[i], &f, f.n, &s), DECODED_TCP);
		assert_string_equal(address_text(&s.src, src),
		    shapes[i].is_v6 ? "::1" : "10.77.0.1");
		assert_string_equal(address_text(&s.dst, dst), shapes[i].is_v6 ?
		    "fefe:fefe:fefe:fefe:fefe:fefe:fefe:fefe" : "10.77.0.2");
		assert_int_equal(s.src_port, 45979);
		assert_int_equal(s.dst_port, 4369);
		assert_int_equal(s.seq, 0x01020304);
		assert_int_equal(s.ack, 0xfffefdfc);
		assert_int_equal(s.flags, TCP_SYN | TCP_ACK);
		assert_int_equal(s.window, 512);
		assert_int_equal(s.ip_id, shapes[i].is_v6 ? 0 : 0xbeef);
		assert_int_equal(s.options.n, 8);
		assert_int_equal(s.payload.n, sizeof PAYLOAD - 1);
		assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
		assert_int_equal(s.seen_from, shapes[i].link_type == 276 ? VANTAGE_SENT :
		    shapes[i].link_type == 113 ? VANTAGE_RECEIVED : VANTAGE_UNKNOWN);
		forge_free(&f);
	}
}

static void
a_packet_cut_anywhere_is_malformed_or_short_of_payload(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SHAPES; i++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[i], &tcp_at);

		for (size_t n = 0; n <= f.n; n++) {
			struct segment s;
			enum decoded d = decode_exact(&shapes[i], &f, n, &s);

			if (n < tcp_at + 28) {
				assert_int_equal(d, DECODED_MALFORMED);
				continue;
			}
			assert_int_equal(d, DECODED_TCP);
			assert_int_equal(s.payload.n, n - tcp_at - 28);
			assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
		}
		forge_free(&f);
	}
}

static void
padding_of_the_link_is_no_payload(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SHAPES; i++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[i], &tcp_at);
		struct segment s;

		forge_fill(&f, 0xee, 20);
		assert_int_equal(decode_exact(&shapes[i], &f, f.n, &s), DECODED_TCP);
		assert_int_equal(s.payload.n, sizeof PAYLOAD - 1);
		assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
		forge_free(&f);
	}
}

static void
an_impossible_data_offset_is_malformed(void **state)
{
	(void)state;
	for (unsigned words = 0; words < 16; words++) {
		size_t tcp_at;
		struct forge f = packet_of(&shapes[0], &tcp_at);
		struct packet p = { .link_type = 1, .wire_len = (uint32_t)f.n };
		struct segment s;

		/* 35 bytes of TCP are there. */
		f.p[tcp_at + 12] = (uint8_t)(words << 4);
		p.captured = forge_bytes(&f);
		assert_int_equal(decode(&p, &s), words >= 5 && words * 4 <= 35 ?
		    DECODED_TCP : DECODED_MALFORMED);
		forge_free(&f);
	}
}

static void
segmentation_offload_is_as_long_as_the_wire_says(void **state)
{
	size_t tcp_at;
	struct forge f = packet_of(&shapes[0], &tcp_at);
	struct packet p = { .link_type = 1, .captured = forge_bytes(&f), .wire_len = 70000 };
	struct segment s;

	(void)state;
	f.p[16] = f.p[17] = 0;			/* total length */
	assert_int_equal(decode(&p, &s), DECODED_TCP);
	assert_int_equal(s.payload.n, sizeof PAYLOAD - 1);
	assert_int_equal(s.payload_len, 70000 - tcp_at - 28);

	/* Some writers do not know the length on the wire. */
	p.wire_len = 0;
	assert_int_equal(decode(&p, &s), DECODED_TCP);
	assert_int_equal(s.payload_len, sizeof PAYLOAD - 1);
	forge_free(&f);
}

static void
what_is_not_tcp_is_told_apart(void **state)
{
	size_t tcp_at;
	struct forge f = packet_of(&shapes[0], &tcp_at);
	struct packet p = { .link_type = 1, .captured = forge_bytes(&f),
		.wire_len = (uint32_t)f.n };
	struct segment s;

	(void)state;
	f.p[23] = 17;
	assert_int_equal(decode(&p, &s), DECODED_NOT_TCP);
	f.p[12] = 0x12;
	assert_int_equal(decode(&p, &s), DECODED_NOT_TCP);
	p.link_type = 147;
	assert_int_equal(decode(&p, &s), DECODED_LINK_UNKNOWN);
	forge_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_segment_is_read_under_every_link_header),
		cmocka_unit_test(a_packet_cut_anywhere_is_malformed_or_short_of_payload),
		cmocka_unit_test(padding_of_the_link_is_no_payload),
		cmocka_unit_test(an_impossible_data_offset_is_malformed),
		cmocka_unit_test(segmentation_offload_is_as_long_as_the_wire_says),
		cmocka_unit_test(what_is_not_tcp_is_told_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
