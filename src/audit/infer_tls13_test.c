#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audit/infer_tls13.h"
#include "dissectors/names.h"
#include "testkit/bench.h"

#define TLS13 0x0304

/* The records of a mutual handshake and of the distribution handshake inside:
 * plain message lengths, in the order in which they are sent. */
enum what {
	EE, REQUEST, SERVER_CERTIFICATE, SERVER_VERIFY, SERVER_FINISHED,
	CLIENT_CERTIFICATE, CLIENT_VERIFY, CLIENT_FINISHED,
	NAME, STATUS, CHALLENGE, REPLY, ACK,
	N_RECORDS
};

#define BIT(what) (1u << (what))
#define ALL       (BIT(N_RECORDS) - 1)

static const struct { enum side side; unsigned plain; } usual[N_RECORDS] = {
	[EE]                 = { SIDE_SERVER, 6 },
	[REQUEST]            = { SIDE_SERVER, 151 },
	[SERVER_CERTIFICATE] = { SIDE_SERVER, 1311 },
	[SERVER_VERIFY]      = { SIDE_SERVER, 264 },
	[SERVER_FINISHED]    = { SIDE_SERVER, 0 },	/* the hash's */
	[CLIENT_CERTIFICATE] = { SIDE_CLIENT, 1314 },
	[CLIENT_VERIFY]      = { SIDE_CLIENT, 264 },
	[CLIENT_FINISHED]    = { SIDE_CLIENT, 0 },
	[NAME]               = { SIDE_CLIENT, 30 },
	[STATUS]             = { SIDE_SERVER, 7 },
	[CHALLENGE]          = { SIDE_SERVER, 33 },
	[REPLY]              = { SIDE_CLIENT, 25 },
	[ACK]                = { SIDE_SERVER, 21 },
};

struct talk13 {
	uint16_t cipher;
	bool     retry, compat;		/* HelloRetryRequest; ChangeCipherSpec for middleboxes */
	unsigned plain[N_RECORDS];	/* 0: as usual */
	unsigned n_tickets;		/* after the client's Finished */
	unsigned early_tickets;		/* before it */
};

static unsigned
finished_length(uint16_t cipher)
{
	return strstr(tls_cipher_name(cipher), "SHA384") ? 52 : 36;
}

static void
record(struct bench *b, const struct talk13 *t, enum side side, unsigned plain)
{
	bench_sealed(b, side, 23, (uint16_t)(plain + infer_overhead(TLS13, t->cipher)));
}

static void
hellos(struct bench *b, const struct talk13 *t)
{
	bench_say(b, SIDE_CLIENT, 'H');
	if (t->retry) {
		struct fact f = { .kind = FACT_TLS_SERVER_HELLO };
		f.u.tls_hello.version = TLS13;
		f.u.tls_hello.cipher = t->cipher;
		f.u.tls_hello.retry = true;
		bench_tell(b, SIDE_SERVER, f, 99);
		if (t->compat)
			bench_play(b, "sS cS");
		bench_say(b, SIDE_CLIENT, 'H');
	}
	bench_say(b, SIDE_SERVER, 'H');
	if (t->compat && !t->retry)
		bench_say(b, SIDE_SERVER, 'S');
}

static unsigned
plain_length(const struct talk13 *t, enum what what)
{
	if (what == SERVER_FINISHED || what == CLIENT_FINISHED)
		return finished_length(t->cipher);
	return t->plain[what] ? t->plain[what] : usual[what].plain;
}

/* Plays the records whose bit is in set. */
static void
play13(struct bench *b, const struct talk13 *t, unsigned set)
{
	bench_open(b, TLS13, t->cipher);
	hellos(b, t);
	for (unsigned what = 0; what < N_RECORDS; what++) {
		if (what == CLIENT_CERTIFICATE) {
			for (unsigned n = 0; n < t->early_tickets; n++)
				record(b, t, SIDE_SERVER, 230);
			if (t->compat && !t->retry)
				bench_say(b, SIDE_CLIENT, 'S');
		}
		if (what == NAME)
			for (unsigned n = 0; n < t->n_tickets; n++)
				record(b, t, SIDE_SERVER, 230);
		if (set & BIT(what))
			record(b, t, usual[what].side, plain_length(t, (enum what)what));
	}
}

static const uint16_t suites[] = { 0x1301, 0x1302, 0x1303, 0x1304, 0x1305 };
#define N_SUITES (sizeof suites / sizeof *suites)

static enum verdict
verdict_of(const struct talk13 *t, unsigned set)
{
	struct bench b;

	play13(&b, t, set);
	enum verdict v = bench_judge(&b)->verdict;
	bench_close(&b);
	return v;
}

#define WITHOUT_CLIENT (ALL & ~(BIT(CLIENT_CERTIFICATE) | BIT(CLIENT_VERIFY)))

static void
the_shapes_are_told_apart_in_every_suite(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4 * N_SUITES; i++) {
		struct talk13 t = { .cipher = suites[i / 4], .retry = i & 1, .compat = i & 2 };
		struct talk13 declined = t;

		assert_int_equal(verdict_of(&t, ALL), VERDICT_MUTUAL);
		assert_int_equal(verdict_of(&t, WITHOUT_CLIENT & ~BIT(REQUEST)), VERDICT_ONE_WAY);
		declined.plain[CLIENT_CERTIFICATE] = 8;
		assert_int_equal(verdict_of(&declined, ALL & ~BIT(CLIENT_VERIFY)), VERDICT_ONE_WAY);
	}
}

/* What the installed openssl calls a TLS 1.3 suite is one of those above. */
static void
every_suite_of_openssl_is_tried(void **state)
{
	FILE *p = popen("openssl ciphers -s -tls1_3 -V -ciphersuites TLS_AES_256_GCM_SHA384:"
	    "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_128_CCM_8_SHA256:"
	    "TLS_AES_128_CCM_SHA256", "r");
	unsigned high, low, n = 0;
	char line[256];

	(void)state;
	assert_non_null(p);
	while (fgets(line, sizeof line, p) != NULL) {
		if (sscanf(line, " 0x%x,0x%x", &high, &low) != 2)
			continue;
		bool tried = false;
		for (size_t i = 0; i < N_SUITES; i++)
			tried |= suites[i] == (high << 8 | low);
		assert_true(tried);
		n++;
	}
	assert_int_equal(pclose(p), 0);
	assert_int_equal(n, N_SUITES);
}

/* The property that matters: leave out any of request, certificate, proof and
 * acceptance, in any combination with anything else, and it is not mutual. */
static void
no_subset_of_the_records_is_mutual(void **state)
{
	const unsigned needed = ALL & ~BIT(ACK);
	unsigned n_mutual = 0;

	(void)state;
	for (size_t i = 0; i < 4 * N_SUITES; i++) {
		struct talk13 t = { .cipher = suites[i / 4], .retry = i & 1, .compat = i & 2 };

		for (unsigned set = 0; set <= ALL; set++) {
			bool mutual = verdict_of(&t, set) == VERDICT_MUTUAL;
			if (mutual != ((set & needed) == needed))
				fail_msg("suite %04x: records %04x: mutual is %d", t.cipher, set, mutual);
			n_mutual += mutual;
		}
	}
	assert_int_equal(n_mutual, 2 * 4 * N_SUITES);
}

/* The same with other keys and with tickets: sizes of signatures that are
 * small, large, or those of another message. */
static void
no_key_or_ticket_makes_a_subset_mutual(void **state)
{
	static const unsigned signature[] = { 64, 70, 72, 103, 114, 138, 128, 256, 512, 1024, 2420 };
	const unsigned needed = ALL & ~BIT(ACK);

	(void)state;
	for (size_t i = 0; i < sizeof signature / sizeof *signature; i++) {
		for (unsigned tickets = 0; tickets < 9; tickets++) {
			struct talk13 t = { .cipher = suites[i % N_SUITES], .compat = true,
				.n_tickets = tickets % 3, .early_tickets = tickets / 3 };
			t.plain[CLIENT_VERIFY] = t.plain[SERVER_VERIFY] = 8 + signature[i];
			assert_int_equal(verdict_of(&t, ALL), VERDICT_MUTUAL);
			for (unsigned set = 0; set <= ALL; set++)
				if ((set & needed) != needed)
					assert_int_not_equal(verdict_of(&t, set), VERDICT_MUTUAL);
		}
	}
}

/* Coalesce, split or pad records at random: what comes out is the truth or
 * "encrypted", never another shape. */
static void
records_that_are_not_a_message_each_are_not_judged_wrongly(void **state)
{
	static const struct { unsigned set; enum verdict truth; } talks[] = {
		{ ALL, VERDICT_MUTUAL },
		{ WITHOUT_CLIENT & ~BIT(REQUEST), VERDICT_ONE_WAY },
		{ ALL & ~BIT(CLIENT_VERIFY), VERDICT_ONE_WAY },		/* declined: 8 bytes */
	};
	unsigned seed = 1, n_weaker = 0;

	(void)state;
	for (unsigned round = 0; round < 60000; round++) {
		unsigned which = round % 3;
		struct talk13 t = { .cipher = suites[round / 3 % N_SUITES], .compat = true };
		unsigned length[2 * N_RECORDS], n = 0;
		enum side side[2 * N_RECORDS];
		struct bench b;

		if (which == 2)
			t.plain[CLIENT_CERTIFICATE] = 8;
		for (unsigned what = 0; what < N_RECORDS; what++) {
			unsigned r = (seed = seed * 1103515245u + 12345u) >> 16 & 0x7fff;
			unsigned plain = plain_length(&t, (enum what)what);
			if (!(talks[which].set & BIT(what)))
				continue;
			if (r % 8 == 0 && n > 0 && side[n - 1] == usual[what].side) {
				length[n - 1] += plain;			/* coalesced */
				continue;
			}
			side[n] = usual[what].side;
			length[n++] = plain;
			if (r % 8 == 1 && plain > 1) {			/* split */
				unsigned part = 1 + r / 8 % (plain - 1);
				length[n - 1] = part;
				side[n] = usual[what].side;
				length[n++] = plain - part;
			} else if (r % 8 == 2) {
				length[n - 1] += r / 8 % 300;		/* padded */
			}
		}
		bench_open(&b, TLS13, t.cipher);
		hellos(&b, &t);
		for (unsigned i = 0; i < n; i++)
			record(&b, &t, side[i], length[i]);
		enum verdict v = bench_judge(&b)->verdict;
		if (v != talks[which].truth && v != VERDICT_ENCRYPTED)
			fail_msg("round %u: %s", round, verdict_word(v));
		n_weaker += v == VERDICT_ENCRYPTED;
		bench_close(&b);
	}
	assert_in_range(n_weaker, 1, 59999);
}

static void
psk_early_data_and_compression_are_not_inferred(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct talk13 t = { .cipher = 0x1301 };
		struct bench b;
		play13(&b, &t, ALL);
		b.c->tls.psk_chosen = i == 0;
		b.c->tls.early_data = i == 1;
		b.c->tls.compressed_certificates = i == 2;
		assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
		assert_int_equal(b.j.tls.client.state, CERTIFICATE_UNKNOWN);
		assert_true(strlen(b.j.explanation) > 0);
		bench_close(&b);
	}
}

/* Acknowledgements order the sides: an answer that had not seen what it
 * answers is none. */
static void
server_data_that_has_not_seen_the_clients_finished_is_no_acceptance(void **state)
{
	struct talk13 t = { .cipher = 0x1302 };
	struct bench b;

	(void)state;
	bench_open(&b, TLS13, t.cipher);
	hellos(&b, &t);
	for (unsigned what = EE; what <= SERVER_FINISHED; what++)
		record(&b, &t, SIDE_SERVER, plain_length(&t, (enum what)what));
	record(&b, &t, SIDE_SERVER, plain_length(&t, STATUS));
	record(&b, &t, SIDE_SERVER, plain_length(&t, CHALLENGE));
	record(&b, &t, SIDE_SERVER, plain_length(&t, ACK));
	for (unsigned what = CLIENT_CERTIFICATE; what <= NAME; what++)
		record(&b, &t, SIDE_CLIENT, plain_length(&t, (enum what)what));
	record(&b, &t, SIDE_CLIENT, plain_length(&t, REPLY));
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
	bench_close(&b);
}

static void
an_alert_where_a_message_was_due_is_a_refusal(void **state)
{
	static const struct {
		unsigned set;
		enum side alert;
		enum certificate_state client;
	} v[] = {
		{ BIT(CLIENT_CERTIFICATE) - 1, SIDE_CLIENT, CERTIFICATE_NOT_REACHED },
		{ (BIT(CLIENT_CERTIFICATE) - 1) & ~BIT(REQUEST), SIDE_CLIENT, CERTIFICATE_NOT_REQUESTED },
		{ BIT(CLIENT_VERIFY) - 1, SIDE_CLIENT, CERTIFICATE_SENT },
		{ BIT(NAME) - 1, SIDE_SERVER, CERTIFICATE_SENT },
		{ BIT(NAME + 1) - 1, SIDE_SERVER, CERTIFICATE_SENT },
		{ BIT(EE), SIDE_SERVER, CERTIFICATE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
		struct talk13 t = { .cipher = 0x1302, .compat = true };
		struct bench b;
		play13(&b, &t, v[i].set);
		record(&b, &t, v[i].alert, 2);
		assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
		bench_fin(&b, v[i].alert);
		bench_judge(&b);
		assert_int_equal(b.j.verdict, VERDICT_REFUSED);
		assert_int_equal(b.j.evidence, EVIDENCE_INFERRED);
		assert_int_equal(b.j.reason, REASON_ALERT);
		assert_true(b.j.tls.alert.sealed);
		assert_int_equal(b.j.tls.alert.from, v[i].alert);
		assert_int_equal(b.j.tls.client.state, v[i].client);
		bench_close(&b);
	}
}

static void
other_tls_is_not_taken_for_distribution(void **state)
{
	static const unsigned https[] = { 400, 1500, 16384 };	/* request, then answers */
	struct talk13 t = { .cipher = 0x1301, .n_tickets = 2 };
	struct bench b;

	(void)state;
	play13(&b, &t, BIT(NAME) - 1);
	record(&b, &t, SIDE_CLIENT, https[0]);
	record(&b, &t, SIDE_SERVER, https[1]);
	record(&b, &t, SIDE_SERVER, https[2]);
	record(&b, &t, SIDE_CLIENT, https[0]);
	record(&b, &t, SIDE_SERVER, https[2]);
	assert_int_equal(verdict_known_by(b.c), 0);
	assert_int_equal(bench_judge(&b)->verdict, VERDICT_ENCRYPTED);
	bench_close(&b);
}

static void
say_server_hello(struct bench *b, bool retry, uint16_t group)
{
	struct fact f = { .kind = FACT_TLS_SERVER_HELLO };

	f.u.tls_hello.version = TLS13;
	f.u.tls_hello.cipher = suites[0];
	f.u.tls_hello.retry = retry;
	f.u.tls_hello.group = group;
	bench_tell(b, SIDE_SERVER, f, 99);
}

/* [RFC 8446 4.2.8, 4.2.9] With psk_ke there is no key_share in the hello after it. */
static void
the_group_of_a_retry_is_not_one_that_was_used(void **state)
{
	static const uint16_t groups[] = { 0, 0x001d };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct bench b;

		bench_open(&b, TLS13, suites[0]);
		bench_say(&b, SIDE_CLIENT, 'H');
		say_server_hello(&b, true, 0x001d);
		bench_say(&b, SIDE_CLIENT, 'H');
		say_server_hello(&b, false, groups[i]);
		assert_int_equal(b.c->tls.group, groups[i]);
		bench_close(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_shapes_are_told_apart_in_every_suite),
		cmocka_unit_test(every_suite_of_openssl_is_tried),
		cmocka_unit_test(no_subset_of_the_records_is_mutual),
		cmocka_unit_test(no_key_or_ticket_makes_a_subset_mutual),
		cmocka_unit_test(records_that_are_not_a_message_each_are_not_judged_wrongly),
		cmocka_unit_test(psk_early_data_and_compression_are_not_inferred),
		cmocka_unit_test(server_data_that_has_not_seen_the_clients_finished_is_no_acceptance),
		cmocka_unit_test(an_alert_where_a_message_was_due_is_a_refusal),
		cmocka_unit_test(other_tls_is_not_taken_for_distribution),
		cmocka_unit_test(the_group_of_a_retry_is_not_one_that_was_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
