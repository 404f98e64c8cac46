#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/remarks.h"
#include "net/forge.h"
#include "net/input.h"
#include "net/pcapng.h"

static struct remarks remarks;

/* All of a file; what it says beside its packets is in remarks. */
static struct haul
haul(const struct forge *f)
{
	struct input *in = input_memory(forge_bytes(f), 1000);
	struct diag d = { "" };

	assert_non_null(in);
	input_need(in, 12, true);
	struct source *s = pcapng_file_open(in, 0, &d);
	assert_non_null(s);
	remarks_init(&remarks);
	s->remarks = &remarks;
	return haul_of(s);
}

static void
drop(struct haul *h, struct forge *f)
{
	remarks_free(&remarks);
	haul_free(h);
	forge_free(f);
}

static void
expect(struct bytes b, const char *s)
{
	assert_non_null(b.p);
	assert_int_equal(b.n, strlen(s));
	assert_memory_equal(b.p, s, b.n);
}

/* [pcapng 4.6]; what is -1 is not said. */
static void
statistics(struct forge *f, uint32_t interface, int by_interface, int by_system)
{
	forge_begin(f, 5);
	forge_u32(f, interface);
	forge_u64(f, 0);
	forge_option_u64(f, 4, 1000);		/* isb_ifrecv */
	if (by_interface >= 0)
		forge_option_u64(f, 5, (uint64_t)by_interface);
	if (by_system >= 0)
		forge_option_u64(f, 7, (uint64_t)by_system);
	forge_option(f, 0, "", 0);
	forge_end(f);
}

/* An Enhanced Packet Block with one more option. */
static void
packet(struct forge *f, uint32_t interface, const char *captured, uint16_t code,
    const void *value, size_t n)
{
	size_t len = strlen(captured);

	forge_begin(f, 6);
	forge_u32(f, interface);
	forge_u64(f, 0);
	forge_u32(f, (uint32_t)len);
	forge_u32(f, 60);
	forge_put(f, captured, len);
	forge_fill(f, 0, (4 - len % 4) % 4);
	forge_option(f, 2, "\1\0\0\0", 4);	/* epb_flags */
	forge_option(f, code, value, n);
	forge_end(f);
}

static void
statistics_tell_what_was_lost(void **state)
{
	(void)state;
	for (int little = 0; little < 2; little++) {
		struct forge f = { .order = little ? ORDER_LITTLE : ORDER_BIG };

		forge_section(&f);
		forge_interface(&f, 1, 0, 6, 0);
		forge_interface(&f, 1, 0, 6, 0);
		forge_interface(&f, 1, 0, 6, 0);
		statistics(&f, 0, 5, 2);
		forge_enhanced(&f, 0, 1, 60, "packet");
		statistics(&f, 1, 3, -1);
		statistics(&f, 0, 10, 4);	/* the last one holds */
		statistics(&f, 2, -1, -1);
		forge_section(&f);
		forge_interface(&f, 1, 0, 6, 0);
		statistics(&f, 0, -1, 100);
		struct haul h = haul(&f);

		assert_int_equal(h.n, 1);
		assert_string_equal(h.damage.line, "");
		assert_true(remarks.drops_known);
		assert_int_equal(remarks.drops, 117);
		const struct recorded_interface *i = remarks.interfaces;
		assert_int_equal(i->drops, 14);
		assert_int_equal(i->next->drops, 3);
		assert_false(i->next->next->drops_known);
		assert_int_equal(i->next->next->next->drops, 100);
		drop(&h, &f);
	}
}

static void
without_statistics_nothing_is_known_of_losses(void **state)
{
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	statistics(&f, 0, -1, -1);
	forge_enhanced(&f, 0, 1, 60, "packet");
	struct haul h = haul(&f);
	assert_false(remarks.drops_known);
	drop(&h, &f);

	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	statistics(&f, 0, 0, -1);
	h = haul(&f);
	assert_true(remarks.drops_known);
	assert_int_equal(remarks.drops, 0);
	drop(&h, &f);
}

static void
packets_tell_what_was_lost_before_them(void **state)
{
	struct forge f = { .order = ORDER_BIG };

	(void)state;
	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	packet(&f, 0, "p", 4, "\0\0\0\0\0\0\0\5", 8);
	packet(&f, 0, "pa", 4, "\0\0\0\0\0\0\0\6", 8);
	packet(&f, 0, "pac", 4, "\0\0\0\6", 4);		/* of a wrong length: passed over */
	statistics(&f, 0, 9, 0);		/* the same losses, and not all of them */
	struct haul h = haul(&f);
	assert_int_equal(h.n, 3);
	assert_string_equal(h.damage.line, "");
	assert_int_equal(remarks.drops, 11);
	drop(&h, &f);

	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	forge_obsolete(&f, 0, 1, 60, "seven before");
	forge_obsolete(&f, 0, 1, 60, "not known");
	forge_patch(&f, f.open + 8, 0x0000ffff);
	forge_obsolete(&f, 0, 1, 60, "seven more");
	h = haul(&f);
	assert_int_equal(h.n, 3);
	assert_int_equal(remarks.drops, 14);
	drop(&h, &f);

	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	forge_obsolete(&f, 0, 1, 60, "not known");
	forge_patch(&f, f.open + 8, 0x0000ffff);
	h = haul(&f);
	assert_false(remarks.drops_known);
	drop(&h, &f);
}

static void
impossible_counts_do_not_wrap(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	forge_begin(&f, 5);
	forge_u32(&f, 0);
	forge_u64(&f, 0);
	forge_option_u64(&f, 5, UINT64_MAX);
	forge_option_u64(&f, 7, 1);
	forge_end(&f);
	packet(&f, 0, "p", 4, "\377\377\377\377\377\377\377\377", 8);
	packet(&f, 0, "p", 4, "\377\377\377\377\377\377\377\377", 8);
	struct haul h = haul(&f);
	assert_int_equal(h.n, 2);
	assert_int_equal(remarks.drops, 1ull << 48);
	drop(&h, &f);
}

static void
sections_and_interfaces_describe_themselves(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_begin(&f, 0x0a0d0d0a);
	forge_u32(&f, 0x1a2b3c4d);
	forge_u16(&f, 1);
	forge_u16(&f, 0);
	forge_u64(&f, UINT64_MAX);
	forge_option(&f, 2, "a machine", 9);
	forge_option(&f, 1, "one", 3);
	forge_option(&f, 3, "Linux", 5);
	forge_option(&f, 4, "dumpcap", 7);
	forge_option(&f, 1, "two", 3);
	forge_end(&f);
	forge_begin(&f, 1);
	forge_u16(&f, 1);
	forge_u16(&f, 0);
	forge_u32(&f, 0);
	forge_option(&f, 2, "eth0", 4);
	forge_option(&f, 3, "uplink", 6);
	forge_option(&f, 11, "\0tcp port 4369", 14);
	forge_option(&f, 12, "Linux 6", 7);
	forge_option(&f, 15, "a card", 6);
	forge_option(&f, 1, "of eth0", 7);
	forge_end(&f);
	forge_begin(&f, 1);
	forge_u32(&f, 1);
	forge_u32(&f, 0);
	forge_option(&f, 11, "\1byte code", 10);
	forge_end(&f);
	struct haul h = haul(&f);

	assert_string_equal(h.damage.line, "");
	assert_string_equal(remarks.sections->file, "memory");
	expect(remarks.sections->hardware, "a machine");
	expect(remarks.sections->os, "Linux");
	expect(remarks.sections->application, "dumpcap");
	assert_null(remarks.sections->next);
	expect(remarks.interfaces->name, "eth0");
	expect(remarks.interfaces->description, "uplink");
	expect(remarks.interfaces->filter, "tcp port 4369");
	expect(remarks.interfaces->os, "Linux 6");
	expect(remarks.interfaces->hardware, "a card");
	assert_null(remarks.interfaces->next->filter.p);
	assert_null(remarks.interfaces->next->name.p);
	expect(remarks.comments->text, "one");
	expect(remarks.comments->next->text, "two");
	assert_int_equal(remarks.comments->next->on, REMARK_ON_SECTION);
	expect(remarks.comments->next->next->text, "of eth0");
	assert_int_equal(remarks.comments->next->next->on, REMARK_ON_INTERFACE);
	assert_int_equal(remarks.comments->next->next->number, 1);
	drop(&h, &f);
}

static void
comments_know_their_packet(void **state)
{
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	forge_simple(&f, 1, "s");
	packet(&f, 0, "pac", 1, "look here", 9);
	forge_enhanced(&f, 0, 1, 60, "x");
	packet(&f, 0, "pack", 1, "and here", 8);
	/* Options that are longer than the block take nothing away from the packet. */
	packet(&f, 0, "packe", 1, "", 0);
	f.p[f.n - 6] = 200;
	forge_simple(&f, 1, "s");
	struct haul h = haul(&f);

	assert_int_equal(h.n, 6);
	assert_string_equal(h.damage.line, "");
	assert_string_equal(haul_text(&h, 4), "packe");
	expect(remarks.comments->text, "look here");
	assert_int_equal(remarks.comments->on, REMARK_ON_PACKET);
	assert_int_equal(remarks.comments->number, 2);
	expect(remarks.comments->next->text, "and here");
	assert_int_equal(remarks.comments->next->number, 4);
	assert_null(remarks.comments->next->next);
	drop(&h, &f);
}

static void
name_record(struct forge *f, uint16_t type, const void *value, uint16_t n)
{
	forge_option(f, type, value, n);
}

static void
names_of_addresses_are_kept(void **state)
{
	static const char six[] = "\xfd\x77\0\0\0\0\0\0\0\0\0\0\0\0\0\1gamma";
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	for (int little = 0; little < 2; little++) {
		struct forge f = { .order = little ? ORDER_LITTLE : ORDER_BIG };

		forge_section(&f);
		forge_begin(&f, 4);
		name_record(&f, 1, "\12\0\0\1alpha\0alpha.lab\0", 20);
		name_record(&f, 3, "\1\2\3\4\5\6card\0", 11);	/* of a MAC address */
		name_record(&f, 2, six, sizeof six);
		name_record(&f, 1, "\12\0\0\2no zero", 11);
		name_record(&f, 0, "", 0);
		forge_option(&f, 2, "a resolver", 10);
		forge_end(&f);
		struct haul h = haul(&f);

		assert_string_equal(h.damage.line, "");
		const struct recorded_name *n = remarks.names;
		expect(n->name, "alpha");
		assert_string_equal(address_text(&n->address, text), "10.0.0.1");
		expect((n = n->next)->name, "alpha.lab");
		expect((n = n->next)->name, "gamma");
		assert_string_equal(address_text(&n->address, text), "fd77::1");
		expect((n = n->next)->name, "no zero");
		assert_null(n->next);
		drop(&h, &f);
	}
}

static void
secrets_are_kept_and_counted(void **state)
{
	static const char keys[] = "CLIENT_RANDOM 01 02\n";
	struct forge f = { .order = ORDER_LITTLE };

	(void)state;
	forge_section(&f);
	forge_begin(&f, 10);
	forge_u32(&f, 0x544c534b);
	forge_u32(&f, sizeof keys - 1);
	forge_put(&f, keys, sizeof keys - 1);
	forge_end(&f);
	forge_begin(&f, 10);
	forge_u32(&f, 0x57474b4c);		/* of WireGuard */
	forge_u32(&f, 0);
	forge_end(&f);
	struct haul h = haul(&f);

	assert_string_equal(h.damage.line, "");
	assert_int_equal(remarks.n_key_logs, 1);
	assert_int_equal(remarks.n_other_secrets, 1);
	expect(remarks.secrets->key_log, keys);
	assert_null(remarks.secrets->next);
	drop(&h, &f);
}

/* The block that was built last is the damage. */
static void
expect_damage(struct forge *f, const char *what)
{
	struct haul h = haul(f);

	assert_non_null(strstr(h.damage.line, what));
	drop(&h, f);
}

static struct forge
begun(uint32_t type)
{
	struct forge f = { .order = ORDER_LITTLE };

	forge_section(&f);
	forge_interface(&f, 1, 0, 6, 0);
	forge_begin(&f, type);
	return f;
}

static void
impossible_blocks_are_damage(void **state)
{
	struct forge f = begun(5);

	(void)state;
	forge_u32(&f, 1);
	forge_u64(&f, 0);
	forge_end(&f);
	expect_damage(&f, "no interface for the statistics in the block");

	f = begun(5);
	forge_u64(&f, 0);
	forge_end(&f);
	expect_damage(&f, "too short statistics in the block");

	f = begun(5);
	forge_u32(&f, 0);
	forge_u64(&f, 0);
	forge_option(&f, 5, "four", 4);
	forge_end(&f);
	expect_damage(&f, "impossible count in the block");

	f = begun(5);
	forge_u32(&f, 0);
	forge_u64(&f, 0);
	forge_u32(&f, 0x01000001);
	forge_end(&f);
	expect_damage(&f, "options longer than the block");

	f = begun(4);
	forge_u32(&f, 0x01000001);
	forge_end(&f);
	expect_damage(&f, "names longer than the block");

	f = begun(4);
	name_record(&f, 2, "1234", 4);
	forge_end(&f);
	expect_damage(&f, "too short an address in the block");

	f = begun(10);
	forge_u32(&f, 0x544c534b);
	forge_u32(&f, 100);
	forge_end(&f);
	expect_damage(&f, "secrets longer than the block");

	f = begun(0x0a0d0d0a);
	forge_u32(&f, 0x1a2b3c4d);
	forge_u32(&f, 1);
	forge_end(&f);
	expect_damage(&f, "too short a section in the block");
}

static void
nobody_need_ask_for_remarks(void **state)
{
	struct forge f = begun(4);
	struct diag d = { "" };

	(void)state;
	name_record(&f, 1, "\12\0\0\1alpha", 9);
	forge_end(&f);
	statistics(&f, 0, 5, 5);
	forge_obsolete(&f, 0, 1, 60, "old");
	packet(&f, 0, "p", 1, "comment", 7);
	struct haul h = haul_of(pcapng_file_open(input_memory(forge_bytes(&f), 9), 0, &d));
	assert_int_equal(h.n, 2);
	assert_string_equal(h.damage.line, "");
	haul_free(&h);
	forge_free(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statistics_tell_what_was_lost),
		cmocka_unit_test(without_statistics_nothing_is_known_of_losses),
		cmocka_unit_test(packets_tell_what_was_lost_before_them),
		cmocka_unit_test(impossible_counts_do_not_wrap),
		cmocka_unit_test(sections_and_interfaces_describe_themselves),
		cmocka_unit_test(comments_know_their_packet),
		cmocka_unit_test(names_of_addresses_are_kept),
		cmocka_unit_test(secrets_are_kept_and_counted),
		cmocka_unit_test(impossible_blocks_are_damage),
		cmocka_unit_test(nobody_need_ask_for_remarks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
