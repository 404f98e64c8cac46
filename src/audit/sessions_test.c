#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "audit/sessions.h"
#include "base/limits.h"
#include "testkit/bench.h"

static const uint8_t id[32] = { 1 };

/* Connections under one id: two that began a session each, and one that resumes. */
struct lab {
	struct bench mutual, one_way, resuming;
	struct sessions all;
};

static void
play(struct bench *b, const char *script)
{
	bench_open(b, 0x0303, 0xc02c);	/* TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 */
	bench_play(b, script);
	b->c->tls.server_session_id = b->c->tls.client_session_id = (struct bytes){ id, sizeof id };
}

static void
lab_open(struct lab *lab)
{
	sessions_init(&lab->all);
	play(&lab->mutual, "cH sHCKRD cCKVSF sSFA");
	play(&lab->one_way, "cH sHCKD cKSF sSFA");
	play(&lab->resuming, "cH sH");
}

static void
lab_close(struct lab *lab)
{
	bench_close(&lab->mutual);
	bench_close(&lab->one_way);
	bench_close(&lab->resuming);
	sessions_free(&lab->all);
}

static void
another_session_under_an_id_does_not_change_the_first(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	sessions_recall(&lab.all, lab.resuming.c);
	assert_null(lab.resuming.c->tls.resumed_from);
	sessions_remember(&lab.all, lab.mutual.c);
	sessions_recall(&lab.all, lab.resuming.c);
	const struct session_facts *first = lab.resuming.c->tls.resumed_from;
	assert_non_null(first);
	assert_true(first->mutual);
	sessions_remember(&lab.all, lab.one_way.c);
	assert_true(first->mutual);
	sessions_recall(&lab.all, lab.resuming.c);
	assert_false(lab.resuming.c->tls.resumed_from->mutual);
	lab_close(&lab);
}

/* What two peers say in turn under one id is bounded like all else; a session that is not
 * remembered is never taken for the one before it. */
static void
sessions_under_one_id_have_a_bound(void **state)
{
	struct lab lab;

	(void)state;
	lab_open(&lab);
	for (unsigned i = 0; i < LIMIT_SESSIONS; i++)
		sessions_remember(&lab.all, i % 2 ? lab.mutual.c : lab.one_way.c);
	assert_int_equal(lab.all.n, LIMIT_SESSIONS);
	assert_int_equal(lab.all.shed, 0);
	sessions_recall(&lab.all, lab.resuming.c);
	assert_true(lab.resuming.c->tls.resumed_from->mutual);
	sessions_remember(&lab.all, lab.one_way.c);
	assert_int_equal(lab.all.n, LIMIT_SESSIONS);
	assert_int_equal(lab.all.shed, 1);
	lab.resuming.c->tls.resumed_from = NULL;
	sessions_recall(&lab.all, lab.resuming.c);
	assert_null(lab.resuming.c->tls.resumed_from);
	lab_close(&lab);
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
