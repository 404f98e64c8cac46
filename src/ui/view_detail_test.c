#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "report/sample.h"
#include "ui/view_detail.h"

#define KEY(c) ((struct press){ .kind = PRESS_CHARACTER, .code = (c) })

struct bench {
	struct sample sample;
	struct scene scene;
	struct screen screen;
	void *view;
};

static struct bench b;

static int
open_bench(void **state)
{
	(void)state;
	memset(&b, 0, sizeof b);
	sample_lab(&b.sample);
	for (size_t i = 0; i < b.sample.snapshot.n_connections; i++)
		b.sample.connections[i].flow = 100 + i;
	b.scene = (struct scene){ .snapshot = &b.sample.snapshot, .live = true,
		.now_ns = SAMPLE_AT_NS + UINT64_C(60000000000), .style = { .utf8 = true } };
	b.screen.utf8 = true;
	b.view = view_detail.open();
	return b.view != NULL && screen_resize(&b.screen, 80, 40) ? 0 : -1;
}

static int
close_bench(void **state)
{
	(void)state;
	view_detail.close(b.view);
	screen_free(&b.screen);
	return 0;
}

static void
draw(void)
{
	struct area all = { 0, 0, b.screen.width, b.screen.height };

	screen_clear(&b.screen, all, INK_NONE);
	view_detail.draw(b.view, &b.screen, all, &b.scene);
}

static void
look(void)
{
	assert_true(view_detail.refresh(b.view, &b.scene));
	draw();
}

static void
show(uint64_t id)
{
	view_detail.show(b.view, id, &b.scene);
	look();
}

static void
put_line(unsigned y, char line[4096])
{
	struct text t = { .s = line, .cap = 4096 };

	line[0] = '\0';
	screen_line(&b.screen, y, &t);
	assert_false(t.cut);
}

static bool
shows(const char *what)
{
	char line[4096];

	for (unsigned y = 0; y < b.screen.height; y++) {
		put_line(y, line);
		if (strstr(line, what) != NULL)
			return true;
	}
	return false;
}

static void
assert_screen(const char *const *want)
{
	char line[4096];
	unsigned y = 0;

	for (; want[y] != NULL; y++) {
		put_line(y, line);
		assert_string_equal(line, want[y]);
	}
	for (; y < b.screen.height; y++) {
		put_line(y, line);
		assert_string_equal(line, "");
	}
}

static void
one_connection_tells_the_whole_story(void **state)
{
	static const char *const want[] = {
"#4 ? -> b@beta.lab, inet_tls",
"    client 10.77.0.1:46220: sent 8623 bytes in 40 packets",
"    server 10.77.0.2:45979: sent 7289 bytes in 38 packets",
"    first packet 2023-11-14T22:13:20.123456Z, last 2023-11-14T22:13:22.123456Z,",
"      2.000s between",
"",
"Verdict: refused, alert",
"    the client refused the server's certificate: certificate_expired",
"    evidence: seen; known by: epmd; blind: gap",
"",
"Handshake, as far as it is known",
"          client                                                         server",
"  +0.000  │── ClientHello, 258 bytes: offers TLSv1.2, SNI beta.lab ──────────>│",
"  +0.001  │<── ServerHello, 87 bytes: TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_25… ──│",
"  +0.001  │<── Certificate, 912 bytes: a chain of 2, O = Lab, CN = beta.lab ──│",
"  +0.009  │── alert, 2 bytes: fatal certificate_expired ─────────────────────>│",
"          │   not all was seen: gap                                           │",
"          │   refused: alert                                                  │",
"",
"TLS",
"    TLSv1.2, TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, group x25519, SNI beta.lab",
"    server certificate: sent (seen)",
"      O = Lab, CN = beta.lab",
"        sha256 be7a000000000000…; valid 2023-07-22T04:26:40Z to",
"          2026-09-21T14:13:20Z; EC-P-256; issuer O = Lab, CN = Lab CA",
"        names DNS:beta.lab",
"      O = Lab, CN = Lab CA",
"        sha256 ca00000000000000…; valid 2023-07-22T04:26:40Z to",
"          2033-05-18T03:33:20Z; CA; self-signed; RSA-2048; issuer O = Lab, CN =",
"          Lab CA",
"    client certificate: not-reached (seen)",
"    alert from the client: fatal certificate_expired",
		NULL
	};

	(void)state;
	b.sample.connections[3].blind = BLIND_BIT(BLIND_GAP);
	show(4);
	assert_screen(want);
	assert_int_equal(b.screen.cells[0].ink, INK_STRONG);
	assert_int_equal(b.screen.cells[6 * 80].ink, INK_REFUSED);
}

static void
it_follows_its_connection(void **state)
{
	(void)state;
	show(3);
	assert_true(shows("Verdict: mutual, handshake"));
	b.sample.connections[2].state = STATE_UP;
	look();
	assert_true(shows("Verdict: mutual, up"));
	assert_false(shows("Verdict: mutual, handshake"));
}

static void
what_has_left_the_list_stays_to_be_read_and_says_so(void **state)
{
	(void)state;
	show(5);
	assert_true(shows("#5 ? -> b@beta.lab"));
	assert_false(shows("not in the list"));
	/* Its memory is given back, and something else is there. */
	b.sample.snapshot.n_connections = 4;
	memset(&b.sample.connections[4], 0xa5, sizeof b.sample.connections[4]);
	b.scene.now_ns += UINT64_C(10000000000);
	look();
	assert_true(shows("#5 is not in the list any more"));
	assert_true(shows("what follows was known of it at 2023-11-14T22:14:20Z"));
	assert_true(shows("Verdict: one-way, up"));
	/* It can be laid out anew, and read to its end. */
	assert_true(screen_resize(&b.screen, 60, 12));
	draw();
	assert_true(shows("#5 is not in the list any more"));
	struct request r = { .kind = REQUEST_NOT_MINE };
	view_detail.press(b.view, (struct press){ .kind = PRESS_END }, &b.scene, &r);
	assert_int_equal(r.kind, REQUEST_NONE);
	draw();
	assert_true(shows("Distribution"));
}

static void
another_one_has_nothing_of_the_last(void **state)
{
	(void)state;
	show(5);
	show(77);
	assert_true(shows("#77 is not in the list"));
	assert_false(shows("any more"));
	assert_false(shows("Verdict"));
	show(1);
	assert_true(shows("#1 a@alpha.lab -> b@beta.lab, inet_tcp"));
	assert_false(shows("not in the list"));
}

/* At the end of a file connections get their numbers anew. */
static void
a_new_number_is_still_the_same_connection(void **state)
{
	(void)state;
	show(4);
	assert_true(shows("#4 ?"));
	const struct judgement *first = b.sample.listed[0];
	b.sample.listed[0] = b.sample.listed[3];
	b.sample.listed[3] = first;
	b.sample.connections[3].id = 1;
	b.sample.connections[0].id = 4;
	look();
	assert_true(shows("#1 ?"));
	assert_true(shows("Verdict: refused"));
	look();
	assert_true(shows("#1 ?"));
}

static void
a_small_screen_scrolls(void **state)
{
	char hint[256];
	struct text t = TEXT(hint);
	struct request r = { .kind = REQUEST_NOT_MINE };

	(void)state;
	assert_true(screen_resize(&b.screen, 80, 18));
	show(4);
	view_detail.put_hint(b.view, &t, &b.scene);
	assert_string_equal(hint, "lines 1 to 18 of 31   Esc: back to the list");
	assert_false(shows("alert from the client"));
	view_detail.press(b.view, KEY('G'), &b.scene, &r);
	assert_int_equal(r.kind, REQUEST_NONE);
	draw();
	assert_true(shows("alert from the client"));
	view_detail.press(b.view, KEY('x'), &b.scene, &r);
	assert_int_equal(r.kind, REQUEST_NOT_MINE);
	/* What is new does not move what is read. */
	look();
	assert_true(shows("alert from the client"));
	/* Another connection begins at its top. */
	show(1);
	assert_true(shows("#1 a@alpha.lab"));
}

static void
without_a_connection_it_is_blank(void **state)
{
	static const char *const want[] = { NULL };

	(void)state;
	look();
	assert_screen(want);
}

/* What strangers send, where it could: on every screen, harmless, within the screen. */
static void
strangers_and_narrow_screens_do_no_harm(void **state)
{
	struct certificate odd = sample_alpha;

	(void)state;
	for (size_t i = 0; i < SAMPLE_N_HOSTILE; i++) {
		struct judgement *j = &b.sample.connections[1];

		odd.subject = odd.issuer = odd.names[0] = odd.key = sample_hostile[i];
		j->end[SIDE_CLIENT].node = j->end[SIDE_SERVER].node = j->tls.sni =
		    words_bytes(sample_hostile[i]);
		j->tls.client.chain.v[0] = &odd;
		b.scene.style.utf8 = b.screen.utf8 = i % 2 == 0;
		assert_true(screen_resize(&b.screen, 1 + (unsigned)(i * 7 % 90), 60));
		show(2);
		for (size_t c = 0; c < (size_t)b.screen.width * b.screen.height; c++)
			for (const char *p = b.screen.cells[c].s; *p != '\0'; p++) {
				assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
				assert_true(b.screen.utf8 || (unsigned char)*p < 0x80);
			}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(one_connection_tells_the_whole_story, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(it_follows_its_connection, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(what_has_left_the_list_stays_to_be_read_and_says_so,
		    open_bench, close_bench),
		cmocka_unit_test_setup_teardown(another_one_has_nothing_of_the_last, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(a_new_number_is_still_the_same_connection, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(a_small_screen_scrolls, open_bench, close_bench),
		cmocka_unit_test_setup_teardown(without_a_connection_it_is_blank, open_bench,
		    close_bench),
		cmocka_unit_test_setup_teardown(strangers_and_narrow_screens_do_no_harm, open_bench,
		    close_bench),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
