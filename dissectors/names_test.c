#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "dissectors/names.h"

#include <stdio.h>
#include <stdlib.h>

/* The tables are searched by halves: out of order, a number is lost. */
static void
every_number_of_the_ciphers_is_found(void **state)
{
	static const struct { uint16_t number; const char *name; } rows[] = {
#include "dissectors/names_cipher.inc"
	};
	const size_t n = sizeof rows / sizeof *rows;

	(void)state;
	assert_in_range(n, 340, 400);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			assert_true(rows[i - 1].number < rows[i].number);
		assert_string_equal(tls_cipher_name(rows[i].number), rows[i].name);
	}
}

/* "0x13,0x02 - TLS_AES_256_GCM_SHA384 - ..." */
static void
openssl_calls_every_cipher_the_same(void **state)
{
	FILE *f = popen("openssl ciphers -V -stdname 'ALL:COMPLEMENTOFALL:@SECLEVEL=0'", "r");
	char line[512], name[256];
	unsigned high, low, n = 0;

	(void)state;
	assert_non_null(f);
	for (; fgets(line, sizeof line, f) != NULL; n++) {
		assert_int_equal(sscanf(line, " 0x%x,0x%x - %255s", &high, &low, name), 3);
		const char *ours = tls_cipher_name((uint16_t)(high << 8 | low));
		if (ours == NULL || strcmp(ours, name) != 0)
			fail_msg("0x%02x%02x: %s, not %s", high, low, name, ours ? ours : "nothing");
	}
	assert_int_equal(pclose(f), 0);
	assert_in_range(n, 50, 1000);
}

static void
versions(void **state)
{
	(void)state;
	assert_string_equal(tls_version_name(0x0300), "SSLv3");
	assert_string_equal(tls_version_name(0x0301), "TLSv1");
	assert_string_equal(tls_version_name(0x0302), "TLSv1.1");
	assert_string_equal(tls_version_name(0x0303), "TLSv1.2");
	assert_string_equal(tls_version_name(0x0304), "TLSv1.3");
	assert_null(tls_version_name(0x0305));
	assert_null(tls_version_name(0));
}

static void
groups(void **state)
{
	static const struct { uint16_t number; const char *name; bool post_quantum; } some[] = {
		{ 0x0001, "sect163k1", false }, { 0x0017, "secp256r1", false },
		{ 0x001a, "brainpoolP256r1", false }, { 0x001d, "x25519", false },
		{ 0x001e, "x448", false }, { 0x0104, "ffdhe8192", false },
		{ 0x0200, "MLKEM512", true }, { 0x0201, "MLKEM768", true },
		{ 0x0202, "MLKEM1024", true }, { 0x11eb, "SecP256r1MLKEM768", true },
		{ 0x11ec, "X25519MLKEM768", true }, { 0x11ed, "SecP384r1MLKEM1024", true },
		{ 0x6399, "X25519Kyber768Draft00", true },
		{ 0xff02, "arbitrary_explicit_char2_curves", false },
	};
	unsigned n = 0, n_post_quantum = 0;

	(void)state;
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		assert_string_equal(tls_group_name(some[i].number), some[i].name);
		assert_int_equal(tls_group_is_post_quantum(some[i].number), some[i].post_quantum);
	}
	for (unsigned g = 0; g <= UINT16_MAX; g++) {
		n += tls_group_name((uint16_t)g) != NULL;
		n_post_quantum += tls_group_is_post_quantum((uint16_t)g);
	}
	assert_int_equal(n, 57);
	assert_int_equal(n_post_quantum, 9);
	assert_null(tls_group_name(0x0a0a));		/* GREASE, RFC 8701 */
}

static void
signatures(void **state)
{
	unsigned n = 0;

	(void)state;
	assert_string_equal(tls_signature_name(0x0201), "rsa_pkcs1_sha1");
	assert_string_equal(tls_signature_name(0x0403), "ecdsa_secp256r1_sha256");
	assert_string_equal(tls_signature_name(0x0804), "rsa_pss_rsae_sha256");
	assert_string_equal(tls_signature_name(0x0807), "ed25519");
	assert_string_equal(tls_signature_name(0x080b), "rsa_pss_pss_sha512");
	assert_string_equal(tls_signature_name(0x091c), "slhdsa_shake_256f");
	for (unsigned s = 0; s <= UINT16_MAX; s++)
		n += tls_signature_name((uint16_t)s) != NULL;
	assert_int_equal(n, 49);
}

static void
alerts(void **state)
{
	unsigned n = 0;

	(void)state;
	assert_string_equal(tls_alert_name(0), "close_notify");
	assert_string_equal(tls_alert_name(40), "handshake_failure");
	assert_string_equal(tls_alert_name(45), "certificate_expired");
	assert_string_equal(tls_alert_name(48), "unknown_ca");
	assert_string_equal(tls_alert_name(116), "certificate_required");
	assert_string_equal(tls_alert_name(121), "ech_required");
	assert_null(tls_alert_name(255));
	for (unsigned a = 0; a <= UINT8_MAX; a++)
		n += tls_alert_name((uint8_t)a) != NULL;
	assert_int_equal(n, 37);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_of_the_ciphers_is_found),
		cmocka_unit_test(openssl_calls_every_cipher_the_same),
		cmocka_unit_test(versions),
		cmocka_unit_test(groups),
		cmocka_unit_test(signatures),
		cmocka_unit_test(alerts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
