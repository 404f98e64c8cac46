#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audit/transcript.h"
#include "base/limits.h"
#include "base/text.h"

/* What was asked of the checker: whose key, and over what. A message is four bytes
 * of header and its letter, a random is its letter 32 times. */
struct asked {
	unsigned n;
	char said[2][256];		/* of the client, of the server */
};

static struct asked asked;

static const struct certificate leaves[2] = {
	{ .der = { (const uint8_t *)"client", 6 } }, { .der = { (const uint8_t *)"server", 6 } },
};

/* A signature is good when it is 'g'. */
static enum signature_check
note_and_answer(struct bytes certificate, uint16_t version, uint16_t scheme,
    const struct bytes *parts, size_t n_parts, struct bytes signature)
{
	struct text t = TEXT(asked.said[certificate.p[0] == 's']);

	asked.n++;
	text_putf(&t, "%04x %04x ", version, scheme);
	for (size_t i = 0; i < n_parts; i++)
		for (size_t at = 0; at < parts[i].n; at++)
			if (parts[i].p[at] > ' ' && (at == 0 || parts[i].p[at] != parts[i].p[at - 1]))
				text_putf(&t, "%c", parts[i].p[at]);
	text_putf(&t, " %c", signature.p[0]);
	return signature.p[0] == 'g' ? SIGNATURE_GOOD : SIGNATURE_BAD;
}

struct bench {
	struct transcripts store;
	struct transcript t;
	uint8_t message[70000];
	size_t n;			/* of every message, header included */
	char signature;
	uint16_t version;
};

static void
open_bench(struct bench *b)
{
	memset(b, 0, sizeof *b);
	asked = (struct asked){ 0 };
	transcripts_init(&b->store, note_and_answer);
	b->n = 6;
	b->signature = 'g';
	b->version = 0x0303;
}

static void
close_bench(struct bench *b)
{
	transcript_end(&b->t);
	assert_int_equal(b->store.held, 0);
}

static const struct kind {
	char letter;
	enum fact_kind kind;
} kinds[] = {
	{ 'R', FACT_TLS_CERTIFICATE_REQUEST }, { 'D', FACT_TLS_SERVER_HELLO_DONE },
	{ 'U', FACT_TLS_OTHER_MESSAGE },       { 'S', FACT_TLS_CHANGE_CIPHER_SPEC },
	{ 'K', FACT_TLS_KEY_EXCHANGE },        { 'V', FACT_TLS_CERTIFICATE_VERIFY },
	{ 'C', FACT_TLS_CERTIFICATES },        { '0', FACT_TLS_OTHER_MESSAGE },
	{ '!', FACT_ANOMALY },                 { '-', FACT_BLIND },
	{ 'r', FACT_TLS_RECORD },              { 'L', FACT_TLS_ALERT },
	{ 'u', FACT_TLS_KEY_EXCHANGE },		/* not signed, or not read */
};

/* Every message ends with its letter and, where it has one, its signature. */
static void
say(struct bench *b, enum side side, char letter)
{
	struct fact f = { .side = side, .kind = side == SIDE_CLIENT ? FACT_TLS_CLIENT_HELLO :
	    FACT_TLS_SERVER_HELLO, .message = { b->message, b->n } };
	struct bytes last = { b->message + b->n - 1, 1 };
	uint8_t random[32];

	memset(random, side == SIDE_CLIENT ? '<' : '>', sizeof random);
	memset(b->message, 0, b->n);
	b->message[b->n - 2] = (uint8_t)letter;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].letter == letter)
			f.kind = kinds[i].kind;
	if (letter == 'H') {
		f.u.tls_hello.version = side == SIDE_CLIENT ? 0x0303 : b->version;
		f.u.tls_hello.random = (struct bytes){ random, sizeof random };
	} else if (letter == 'U' || letter == '0') {
		f.u.tls_message.type = letter == 'U' ? 22 : 0;
	} else if (letter == 'V') {
		b->message[b->n - 1] = (uint8_t)b->signature;
		f.u.tls_signature.scheme = 0x0403;
		f.u.tls_signature.signature = last;
	} else if (letter == 'K' && side == SIDE_SERVER) {
		b->message[b->n - 1] = (uint8_t)b->signature;
		f.u.tls_key_exchange.scheme = 0x0804;
		f.u.tls_key_exchange.parameters = (struct bytes){ b->message + b->n - 2, 1 };
		f.u.tls_key_exchange.signature = last;
	}
	transcript_fact(&b->t, &b->store, &f, letter == 'C' ? &leaves[side] : NULL);
}

static void
play(struct bench *b, const char *talk)
{
	enum side side = SIDE_CLIENT;

	for (bool start = true; *talk != '\0'; talk++) {
		if (*talk != ' ' && !start)
			say(b, side, *talk);
		else if (start)
			side = *talk == 'c' ? SIDE_CLIENT : SIDE_SERVER;
		start = *talk == ' ';
	}
}

static void
expect(const char *talk, enum signature_check server, enum signature_check client)
{
	struct bench *b = malloc(sizeof *b);

	assert_non_null(b);
	open_bench(b);
	play(b, talk);
	assert_int_equal(b->t.by[SIDE_SERVER], server);
	assert_int_equal(b->t.by[SIDE_CLIENT], client);
	assert_true(asked.n == (unsigned)(server != 0) + (client != 0));
	close_bench(b);
	free(b);
}

#define NOT  SIGNATURE_NOT_CHECKED
#define GOOD SIGNATURE_GOOD

/* [RFC 5246 7.4.3, 7.4.8] */
static void
what_is_signed_is_what_was_said_before(void **state)
{
	(void)state;
	expect("cH sHCKRD cCKVS sS", GOOD, GOOD);
	assert_string_equal(asked.said[SIDE_SERVER], "0303 0804 <>K g");
	assert_string_equal(asked.said[SIDE_CLIENT], "0303 0403 HHCKgRDCK g");
	expect("cH sHCUKRD cCKVS sS", GOOD, GOOD);
	assert_string_equal(asked.said[SIDE_CLIENT], "0303 0403 HHCUKgRDCK g");
	expect("cH sHCRD cCKVS sS", NOT, GOOD);		/* RSA key exchange */
	assert_string_equal(asked.said[SIDE_CLIENT], "0303 0403 HHCRDCK g");
}

/* Every way to mix the two sides: the same is asked, and all is given back. */
static void
the_order_of_the_sides_does_not_matter(void **state)
{
	static const char client[] = "HCKVS", server[] = "HCKRDS";
	struct bench *b = malloc(sizeof *b);
	unsigned n_ways = 0;

	(void)state;
	assert_non_null(b);
	for (unsigned mix = 0; mix < 1u << 11; mix++) {
		const char *c = client, *s = server;
		if (__builtin_popcount(mix) != 5)
			continue;
		open_bench(b);
		for (unsigned bit = 0; bit < 11; bit++)
			say(b, mix & 1u << bit ? SIDE_CLIENT : SIDE_SERVER, mix & 1u << bit ? *c++ : *s++);
		assert_null(b->t.messages);
		assert_int_equal(b->t.by[SIDE_SERVER], GOOD);
		assert_int_equal(b->t.by[SIDE_CLIENT], GOOD);
		assert_string_equal(asked.said[SIDE_CLIENT], "0303 0403 HHCKgRDCK g");
		assert_string_equal(asked.said[SIDE_SERVER], "0303 0804 <>K g");
		assert_int_equal(asked.n, 2);
		close_bench(b);
		n_ways++;
	}
	assert_int_equal(n_ways, 462);
	free(b);
}

static void
a_bad_signature_is_bad(void **state)
{
	struct bench *b = malloc(sizeof *b);

	(void)state;
	assert_non_null(b);
	open_bench(b);
	play(b, "cH sHCKRD");
	b->signature = 'b';
	play(b, "cCKVS");
	assert_int_equal(b->t.by[SIDE_SERVER], GOOD);
	assert_int_equal(b->t.by[SIDE_CLIENT], SIGNATURE_BAD);
	close_bench(b);
	free(b);
}

static void
what_is_not_a_full_handshake_is_not_checked(void **state)
{
	(void)state;
	expect("cHH sHCKRD cCKVS", NOT, NOT);
	expect("cH sHHCKRD cCKVS", NOT, NOT);
	expect("cH sHCK0RD cCKVS", GOOD, NOT);		/* HelloRequest */
	expect("cCH sHCKRD cCKVS", NOT, NOT);
	expect("cH sCHKRD cCKVS", NOT, NOT);
	expect("cH sHS cSr", NOT, NOT);			/* abbreviated */
	expect("cH sHKRD cCKVS", NOT, GOOD);		/* no server certificate */
	expect("cH sHCuRD cCKVS", NOT, GOOD);
	expect("cH sHCKRD cKVS", GOOD, NOT);		/* no client certificate */
	expect("cH sHCKRD cCKS", GOOD, NOT);
	expect("cH sHCKD cCKVS", GOOD, NOT);		/* not asked */
	expect("cH sHCKR cCKVS", GOOD, NOT);
	expect("sHCKRD cCKVS", NOT, NOT);
}

static void
a_loss_before_the_end_of_a_sides_part_ends_it(void **state)
{
	(void)state;
	expect("c-H sHCKRD cCKVS", NOT, NOT);
	expect("cH s!HCKRD cCKVS", NOT, NOT);
	expect("cH sHCK-RD cCKVS", GOOD, NOT);
	expect("cH sHCKRD cCK!VS", GOOD, NOT);
	/* After it there is nothing to be lost. */
	expect("cH sHCKRD- cCKVS", GOOD, GOOD);
	expect("cH sHCKRD!rL cCKVS", GOOD, GOOD);
}

/* Once nothing is left to check, nothing is kept. */
static void
memory_is_given_back_early(void **state)
{
	static const char *const talks[] = { "cH sHCKD", "cH sHCKRD cCKV", "cH sHCKRD cS", "cH sHS",
		"sS", "cH sHCRD cCKV", "cH sHCD", "cH sHCKRD cCKV- cH sHCK" };
	struct bench *b = malloc(sizeof *b);

	(void)state;
	assert_non_null(b);
	for (size_t i = 0; i < sizeof talks / sizeof *talks; i++) {
		open_bench(b);
		play(b, talks[i]);
		assert_null(b->t.messages);
		assert_true(b->t.over);
		assert_int_equal(b->store.held, 0);
		close_bench(b);
	}
	open_bench(b);
	b->version = 0x0304;
	play(b, "cH");
	assert_int_not_equal(b->store.held, 0);
	play(b, "sH");
	assert_null(b->t.messages);
	close_bench(b);
	free(b);
}

static void
beyond_its_bounds_nothing_is_kept_and_that_is_counted(void **state)
{
	struct bench *b = malloc(sizeof *b);

	(void)state;
	assert_non_null(b);
	open_bench(b);
	b->n = LIMIT_TRANSCRIPT_BYTES / 2;		/* exactly what may be kept */
	play(b, "cH sH");
	assert_int_equal(b->store.shed, 0);
	assert_non_null(b->t.messages);
	b->n = 6;
	play(b, "sCKRD cCKV");
	assert_int_equal(b->store.shed, 1);
	assert_int_equal(b->t.by[SIDE_SERVER], NOT);
	close_bench(b);

	open_bench(b);
	b->store.held = LIMIT_TRANSCRIPT_TOTAL;		/* others have it all */
	play(b, "cH sHCKRD cCKVS");
	assert_int_equal(b->store.shed, 1);
	assert_int_equal(b->store.held, LIMIT_TRANSCRIPT_TOTAL);
	assert_int_equal(asked.n, 0);
	b->store.held = 0;
	close_bench(b);
	free(b);
}

static void
without_a_checker_nothing_is_kept(void **state)
{
	struct bench *b = malloc(sizeof *b);

	(void)state;
	assert_non_null(b);
	open_bench(b);
	b->store.check = NULL;
	play(b, "cH sHCKRD cCKVS");
	assert_null(b->t.messages);
	close_bench(b);
	free(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_signed_is_what_was_said_before),
		cmocka_unit_test(the_order_of_the_sides_does_not_matter),
		cmocka_unit_test(a_bad_signature_is_bad),
		cmocka_unit_test(what_is_not_a_full_handshake_is_not_checked),
		cmocka_unit_test(a_loss_before_the_end_of_a_sides_part_ends_it),
		cmocka_unit_test(memory_is_given_back_early),
		cmocka_unit_test(beyond_its_bounds_nothing_is_kept_and_that_is_counted),
		cmocka_unit_test(without_a_checker_nothing_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
