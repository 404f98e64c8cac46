#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/text.h"
#include "dissectors/fact.h"

#define BYTES(literal) ((struct bytes){ (const uint8_t *)(literal), sizeof (literal) - 1 })

static void
put_is(const struct fact *f, const char *wanted)
{
	char buf[1024];
	struct text t = TEXT(buf);

	fact_put(&t, f);
	assert_string_equal(t.s, wanted);
	assert_false(t.cut);
}

static void
every_kind_has_a_line_of_its_own(void **state)
{
	char before[1024] = "";

	(void)state;
	for (int kind = FACT_NONE; kind <= FACT_BLIND; kind++) {
		struct fact f = { .kind = (enum fact_kind)kind, .side = SIDE_SERVER };
		char buf[1024];
		struct text t = TEXT(buf);

		if (f.kind == FACT_ANOMALY)
			f.u.anomaly.source = "RFC 1";
		fact_put(&t, &f);
		assert_memory_equal(t.s, "server ", 7);
		assert_null(strchr(t.s, '?'));
		assert_string_not_equal(t.s, before);
		strcpy(before, t.s);
	}
}

static void
a_registration(void **state)
{
	struct fact f = { .kind = FACT_EPMD_ALIVE_REQUEST, .side = SIDE_CLIENT };

	(void)state;
	f.u.epmd_node.name = BYTES("bob");
	f.u.epmd_node.port = 40001;
	f.u.epmd_node.node_type = 77;
	f.u.epmd_node.highest = 6;
	f.u.epmd_node.lowest = 5;
	put_is(&f, "client epmd.alive_request name=bob port=40001 type=77 dist=5..6");
}

static void
a_failed_lookup_has_only_a_result(void **state)
{
	struct fact f = { .kind = FACT_EPMD_PORT_ANSWER, .side = SIDE_SERVER };

	(void)state;
	f.u.epmd_node.result = 1;
	put_is(&f, "server epmd.port_answer result=1");
}

static void
hostile_strings_stay_one_word(void **state)
{
	struct fact f = { .kind = FACT_EPMD_PORT_REQUEST, .side = SIDE_CLIENT };

	(void)state;
	f.u.epmd_node.name = BYTES("a\n b\0\x1b[0m ");
	put_is(&f, "client epmd.port_request name=a\\x0a\\x20b\\x00\\x1b[0m\\x20");
}

static void
distribution(void **state)
{
	struct fact f = { .kind = FACT_DIST_NAME, .side = SIDE_CLIENT };

	(void)state;
	f.u.dist_node.version = 6;
	f.u.dist_node.flags = 0xd07df7fbd;
	f.u.dist_node.creation = UINT32_MAX;
	f.u.dist_node.name = BYTES("a@b");
	put_is(&f, "client dist.name version=6 flags=0xd07df7fbd creation=4294967295 name=a@b");

	f = (struct fact){ .kind = FACT_DIST_STATUS, .side = SIDE_SERVER };
	f.u.dist_status.status = DIST_STATUS_OK_SIMULTANEOUS;
	put_is(&f, "server dist.status ok_simultaneous");
	f.u.dist_status.status = DIST_STATUS_NAMED;
	f.u.dist_status.name = BYTES("x@y");
	f.u.dist_status.creation = 7;
	put_is(&f, "server dist.status named creation=7 name=x@y");

	f = (struct fact){ .kind = FACT_DIST_FRAME, .side = SIDE_SERVER };
	f.u.dist_frame = DIST_FRAME_CONTROL;
	put_is(&f, "server dist.frame control");
}

static void
a_client_hello(void **state)
{
	struct fact f = { .kind = FACT_TLS_CLIENT_HELLO, .side = SIDE_CLIENT };

	(void)state;
	f.u.tls_hello.version = 0x0304;
	f.u.tls_hello.legacy_version = 0x0303;
	f.u.tls_hello.random = BYTES("\x01\xff");
	f.u.tls_hello.psk = true;
	f.u.tls_hello.sni = BYTES("beta.lab");
	f.u.tls_hello.n_versions = 2;
	f.u.tls_hello.versions[0] = 0x0304;
	f.u.tls_hello.versions[1] = 0x0303;
	f.u.tls_hello.n_groups = 1;
	f.u.tls_hello.groups[0] = 29;
	f.u.tls_hello.n_alpn = 1;
	f.u.tls_hello.alpn[0] = BYTES("h2");
	put_is(&f, "client tls.client_hello version=0x0304 legacy=0x0303 random=01ff session= "
	    "psk=1 ticket=0 early_data=0 ems=0 compress=0 sni=beta.lab versions=0x0304,0x0303 groups=0x001d "
	    "shares= alpn=h2");
}

static void
more_certificates_than_are_kept_are_counted(void **state)
{
	struct fact f = { .kind = FACT_TLS_CERTIFICATES, .side = SIDE_SERVER };
	char buf[256];
	struct text t = TEXT(buf);

	(void)state;
	f.u.tls_certificates.n = TLS_CHAIN_MAX + 1;
	fact_put(&t, &f);
	assert_string_equal(t.s, "server tls.certificates n=17 lengths=0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0");
}

static void
anomalies_and_blindness(void **state)
{
	struct fact f = { .kind = FACT_ANOMALY, .side = SIDE_CLIENT };

	(void)state;
	f.u.anomaly.what = ANOMALY_TRAILING;
	f.u.anomaly.source = "OTP epmd: ALIVE2_REQ";
	put_is(&f, "client anomaly trailing OTP epmd: ALIVE2_REQ");
	f = (struct fact){ .kind = FACT_BLIND, .side = SIDE_CLIENT };
	f.u.blind.why = BLIND_ONE_DIRECTION;
	f.u.blind.n = 12;
	put_is(&f, "client blind one-direction n=12");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_a_line_of_its_own),
		cmocka_unit_test(a_registration),
		cmocka_unit_test(a_failed_lookup_has_only_a_result),
		cmocka_unit_test(hostile_strings_stay_one_word),
		cmocka_unit_test(distribution),
		cmocka_unit_test(a_client_hello),
		cmocka_unit_test(more_certificates_than_are_kept_are_counted),
		cmocka_unit_test(anomalies_and_blindness),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
