#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "report/recorded.h"

static struct bytes
bytes(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static void
fill(struct remarks *r)
{
	const uint8_t four[4] = { 10, 77, 0, 1 };
	struct address a = address_ipv4(four);
	const char *file = remarks_file(r, "a\n.pcapng");
	struct recorded_section *s = remarks_section(r, file);
	struct recorded_interface *i = remarks_interface(r, file);

	s->application = remarks_keep(r, bytes("dumpcap"));
	s->os = remarks_keep(r, bytes("Linux"));
	i->name = remarks_keep(r, bytes("eth0"));
	i->filter = remarks_keep(r, bytes("tcp"));
	i->drops_known = true;
	i->drops = 1;
	remarks_interface(r, file);
	remarks_name(r, &a, bytes("alpha\x1b[31m"));
	remarks_comment(r, file, REMARK_ON_PACKET, 17, bytes("g\xc3\xb6tt"));
	remarks_comment(r, file, REMARK_ON_SECTION, 0, bytes("all"));
	remarks_key_log(r, bytes("CLIENT_RANDOM 00 42\n"));
	remarks_other_secret(r);
	remarks_other_secret(r);
	r->left_out.comments = 3;
}

static void
must_write(const struct remarks *r, bool utf8, const char *want)
{
	char *out = NULL;
	size_t n;
	FILE *f = open_memstream(&out, &n);
	struct wrap w = { .out = f };

	assert_non_null(f);
	recorded_write(r, utf8, &w);
	fclose(f);
	assert_string_equal(out, want);
	free(out);
}

static void
all_of_it_is_written_but_secrets(void **state)
{
	struct remarks r;

	(void)state;
	remarks_init(&r);
	must_write(&r, true, "");
	must_write(NULL, true, "");
	fill(&r);
	must_write(&r, true,
"file a\\x0a.pcapng; written by dumpcap; system Linux\n"
"    interface eth0 of a\\x0a.pcapng; 1 packet dropped; filter tcp\n"
"    interface without a name of a\\x0a.pcapng\n"
"    10.77.0.1 is called alpha\\x1b[31m\n"
"    comment on packet 17 of a\\x0a.pcapng: g\xc3\xb6tt\n"
"    comment on section of a\\x0a.pcapng: all\n"
"    1 TLS key log, not used, 2 other secrets, not used\n"
"    3 comments left out\n");
	remarks_free(&r);
}

static void
a_terminal_without_utf8_gets_ascii(void **state)
{
	struct remarks r;

	(void)state;
	remarks_init(&r);
	const char *file = remarks_file(&r, "f");
	remarks_section(&r, file);
	remarks_comment(&r, file, REMARK_ON_INTERFACE, 2, bytes("g\xc3\xb6tt"));
	must_write(&r, false,
"file f\n"
"    comment on interface 2 of f: g\\xc3\\xb6tt\n");
	remarks_free(&r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_is_written_but_secrets),
		cmocka_unit_test(a_terminal_without_utf8_gets_ascii),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
