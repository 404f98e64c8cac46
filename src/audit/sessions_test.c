#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/sessions.h"
#include "base/limits.h"
#include "testkit/bench.h"

static const uint8_t id[32] = { 1 };

static void
play(struct bench *b, const char *script)
{
	bench_open(b, 0x0303, 0xc02c);	/* TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 */
	bench_play(b, script);
	b->c->tls.server_session_id = b->c->tls.client_session_id = (struct bytes){ id, sizeof id };
}

static void
another_session_under_an_id_does_not_change_the_first(void **state)
{
	struct bench mutual, one_way, resuming;
	struct sessions all;

	(void)state;
	sessions_init(&all);
	play(&mutual, "cH sHCKRD cCKVSF sSFA");
	play(&one_way, "cH sHCKD cKSF sSFA");
	play(&resuming, "cH sH");
	sessions_recall(&all, resuming.c);
	assert_null(resuming.c->tls.resumed_from);
	sessions_remember(&all, mutual.c);
	sessions_recall(&all, resuming.c);
	const struct session_facts *first = resuming.c->tls.resumed_from;
	assert_non_null(first);
	assert_true(first->mutual);
	sessions_remember(&all, one_way.c);
	assert_true(first->mutual);
	sessions_recall(&all, resuming.c);
	assert_false(resuming.c->tls.resumed_from->mutual);
	bench_close(&mutual);
	bench_close(&one_way);
	bench_close(&resuming);
	sessions_free(&all);
}

/* What two peers say in turn under one id is bounded like all else; a session that is not
 * remembered is never taken for the one before it. */
static void
sessions_under_one_id_have_a_bound(void **state)
{
	struct bench mutual, one_way, resuming;
	struct sessions all;

	(void)state;
	sessions_init(&all);
	play(&mutual, "cH sHCKRD cCKVSF sSFA");
	play(&one_way, "cH sHCKD cKSF sSFA");
	play(&resuming, "cH sH");
	for (unsigned i = 0; i < LIMIT_SESSIONS; i++)
		sessions_remember(&all, i % 2 ? mutual.c : one_way.c);
	assert_int_equal(all.n, LIMIT_SESSIONS);
	assert_int_equal(all.shed, 0);
	sessions_recall(&all, resuming.c);
	assert_true(resuming.c->tls.resumed_from->mutual);
	sessions_remember(&all, one_way.c);
	assert_int_equal(all.n, LIMIT_SESSIONS);
	assert_int_equal(all.shed, 1);
	resuming.c->tls.resumed_from = NULL;
	sessions_recall(&all, resuming.c);
	assert_null(resuming.c->tls.resumed_from);
	bench_close(&mutual);
	bench_close(&one_way);
	bench_close(&resuming);
	sessions_free(&all);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_session_under_an_id_does_not_change_the_first),
		cmocka_unit_test(sessions_under_one_id_have_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
