#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "audit/snapshot.h"

static void
same(const char *got, const char *want)
{
	if (want == NULL)
		assert_null(got);
	else
		assert_string_equal(got, want);
}

static void
verdicts(void **state)
{
	(void)state;
	same(verdict_word(VERDICT_NONE), "unknown");
	same(verdict_word(VERDICT_PLAINTEXT), "plaintext");
	same(verdict_word(VERDICT_MUTUAL), "mutual");
	same(verdict_word(VERDICT_ONE_WAY), "one-way");
	same(verdict_word(VERDICT_ENCRYPTED), "encrypted");
	same(verdict_word(VERDICT_REFUSED), "refused");
	same(verdict_word(VERDICT_UNKNOWN), "unknown");
}

static void
a_verdict_is_a_member_name_without_a_hyphen(void **state)
{
	(void)state;
	same(verdict_key(VERDICT_ONE_WAY), "one_way");
	for (int v = VERDICT_NONE; v < N_VERDICTS; v++) {
		assert_null(strchr(verdict_key((enum verdict)v), '-'));
		if (v != VERDICT_ONE_WAY)
			same(verdict_key((enum verdict)v), verdict_word((enum verdict)v));
	}
}

static void
evidence(void **state)
{
	(void)state;
	same(evidence_word(EVIDENCE_NONE), "none");
	same(evidence_word(EVIDENCE_INFERRED), "inferred");
	same(evidence_word(EVIDENCE_RESUMED), "resumed");
	same(evidence_word(EVIDENCE_DECRYPTED), "decrypted");
	same(evidence_word(EVIDENCE_SEEN), "seen");
}

static void
states(void **state)
{
	(void)state;
	same(state_word(STATE_NONE), NULL);
	same(state_word(STATE_HANDSHAKE), "handshake");
	same(state_word(STATE_UP), "up");
	same(state_word(STATE_CLOSED), "closed");
	same(state_word(STATE_REFUSED), "refused");
}

static void
reasons(void **state)
{
	(void)state;
	same(reason_word(REASON_NONE), NULL);
	same(reason_word(REASON_COOKIE_MISMATCH), "cookie-mismatch");
	same(reason_word(REASON_NOT_ALLOWED), "not-allowed");
	same(reason_word(REASON_SIMULTANEOUS), "simultaneous");
	same(reason_word(REASON_PLAIN_TO_TLS), "plain-to-tls");
	same(reason_word(REASON_TLS_TO_PLAIN), "tls-to-plain");
	same(reason_word(REASON_NO_ANSWER), "no-answer");
	same(reason_word(REASON_ALERT), "alert");
	same(reason_word(REASON_RESET), "reset");
	same(reason_word(REASON_CLOSED), "closed");
	same(reason_word(REASON_NOT_DISTRIBUTION), "not-distribution");
}

static void
certificates(void **state)
{
	(void)state;
	same(certificate_state_word(CERTIFICATE_ABSENT), NULL);
	same(certificate_state_word(CERTIFICATE_SENT), "sent");
	same(certificate_state_word(CERTIFICATE_DECLINED), "declined");
	same(certificate_state_word(CERTIFICATE_NOT_REQUESTED), "not-requested");
	same(certificate_state_word(CERTIFICATE_NOT_REACHED), "not-reached");
	same(certificate_state_word(CERTIFICATE_UNKNOWN), "unknown");
}

static void
known_by(void **state)
{
	(void)state;
	same(known_by_word(KNOWN_BY_EPMD), "epmd");
	same(known_by_word(KNOWN_BY_PORT), "port");
	same(known_by_word(KNOWN_BY_HANDSHAKE), "handshake");
	same(known_by_word(KNOWN_BY_FRAMES), "frames");
	same(known_by_word(KNOWN_BY_LENGTHS), "lengths");
	same(known_by_word(KNOWN_BY_DECRYPTED), "decrypted");
	same(known_by_word((enum known_by)0), NULL);
	same(known_by_word((enum known_by)(KNOWN_BY_EPMD | KNOWN_BY_PORT)), NULL);
}

static void
blindness(void **state)
{
	(void)state;
	same(blind_word(BLIND_NONE), NULL);
	same(blind_word(BLIND_MIDSTREAM), "midstream");
	same(blind_word(BLIND_GAP), "gap");
	same(blind_word(BLIND_ONE_DIRECTION), "one-direction");
	same(blind_word(BLIND_SNAPLEN), "snaplen");
	same(blind_word(BLIND_NO_KEYS), "no-keys");
	same(blind_word(BLIND_LIMIT), "limit");
	same(blind_word(BLIND_OVERLAP), "overlap");
	same(blind_word(BLIND_DROPPED), "dropped");
}

static void
dist_statuses(void **state)
{
	(void)state;
	same(dist_status_word(DIST_STATUS_NONE), NULL);
	same(dist_status_word(DIST_STATUS_OK), "ok");
	same(dist_status_word(DIST_STATUS_OK_SIMULTANEOUS), "ok_simultaneous");
	same(dist_status_word(DIST_STATUS_NOK), "nok");
	same(dist_status_word(DIST_STATUS_NOT_ALLOWED), "not_allowed");
	same(dist_status_word(DIST_STATUS_ALIVE), "alive");
	same(dist_status_word(DIST_STATUS_NAMED), "named");
	same(dist_status_word(DIST_STATUS_TRUE), "true");
	same(dist_status_word(DIST_STATUS_FALSE), "false");
	same(dist_status_word(DIST_STATUS_OTHER), "other");
}

static void
epmd_entries(void **state)
{
	(void)state;
	same(epmd_how_word(EPMD_HOW_NONE), NULL);
	same(epmd_how_word(EPMD_HOW_ALIVE2), "alive2");
	same(epmd_how_word(EPMD_HOW_PORT2), "port2");
	same(epmd_how_word(EPMD_HOW_NAMES), "names");
	same(epmd_type_word(77), "normal");
	same(epmd_type_word(72), "hidden");
	same(epmd_type_word(0), NULL);
	same(epmd_type_word(255), NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(verdicts),
		cmocka_unit_test(a_verdict_is_a_member_name_without_a_hyphen),
		cmocka_unit_test(evidence),
		cmocka_unit_test(states),
		cmocka_unit_test(reasons),
		cmocka_unit_test(certificates),
		cmocka_unit_test(known_by),
		cmocka_unit_test(blindness),
		cmocka_unit_test(dist_statuses),
		cmocka_unit_test(epmd_entries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
