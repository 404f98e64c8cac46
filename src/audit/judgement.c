#include "audit/judgement.h"

const char *
verdict_word(enum verdict v)
{
	switch (v) {
	case VERDICT_PLAINTEXT: return "plaintext";
	case VERDICT_MUTUAL:    return "mutual";
	case VERDICT_ONE_WAY:   return "one-way";
	case VERDICT_ENCRYPTED: return "encrypted";
	case VERDICT_REFUSED:   return "refused";
	/* Never judged is the same as nothing to judge by. */
	case VERDICT_NONE:
	case VERDICT_UNKNOWN:
	case N_VERDICTS:        break;
	}
	return "unknown";
}

const char *
verdict_key(enum verdict v)
{
	return v == VERDICT_ONE_WAY ? "one_way" : verdict_word(v);
}

const char *
evidence_word(enum evidence e)
{
	switch (e) {
	case EVIDENCE_NONE:      break;
	case EVIDENCE_INFERRED:  return "inferred";
	case EVIDENCE_RESUMED:   return "resumed";
	case EVIDENCE_DECRYPTED: return "decrypted";
	case EVIDENCE_SEEN:      return "seen";
	}
	return "none";
}

const char *
state_word(enum connection_state s)
{
	switch (s) {
	case STATE_NONE:      break;
	case STATE_HANDSHAKE: return "handshake";
	case STATE_UP:        return "up";
	case STATE_CLOSED:    return "closed";
	case STATE_REFUSED:   return "refused";
	}
	return NULL;
}

const char *
reason_word(enum reason r)
{
	switch (r) {
	case REASON_NONE:             break;
	case REASON_COOKIE_MISMATCH:  return "cookie-mismatch";
	case REASON_NOT_ALLOWED:      return "not-allowed";
	case REASON_SIMULTANEOUS:     return "simultaneous";
	case REASON_PLAIN_TO_TLS:     return "plain-to-tls";
	case REASON_TLS_TO_PLAIN:     return "tls-to-plain";
	case REASON_NO_ANSWER:        return "no-answer";
	case REASON_ALERT:            return "alert";
	case REASON_RESET:            return "reset";
	case REASON_CLOSED:           return "closed";
	case REASON_NOT_DISTRIBUTION: return "not-distribution";
	}
	return NULL;
}

const char *
certificate_state_word(enum certificate_state s)
{
	switch (s) {
	case CERTIFICATE_ABSENT:        break;
	case CERTIFICATE_SENT:          return "sent";
	case CERTIFICATE_DECLINED:      return "declined";
	case CERTIFICATE_NOT_REQUESTED: return "not-requested";
	case CERTIFICATE_NOT_REACHED:   return "not-reached";
	case CERTIFICATE_UNKNOWN:       return "unknown";
	}
	return NULL;
}

const char *
known_by_word(enum known_by one)
{
	switch (one) {
	case KNOWN_BY_EPMD:      return "epmd";
	case KNOWN_BY_PORT:      return "port";
	case KNOWN_BY_HANDSHAKE: return "handshake";
	case KNOWN_BY_FRAMES:    return "frames";
	case KNOWN_BY_LENGTHS:   return "lengths";
	case KNOWN_BY_DECRYPTED: return "decrypted";
	}
	return NULL;
}

const char *
blind_word(enum blind why)
{
	switch (why) {
	case BLIND_NONE:          break;
	case BLIND_MIDSTREAM:     return "midstream";
	case BLIND_GAP:           return "gap";
	case BLIND_ONE_DIRECTION: return "one-direction";
	case BLIND_SNAPLEN:       return "snaplen";
	case BLIND_NO_KEYS:       return "no-keys";
	case BLIND_LIMIT:         return "limit";
	case BLIND_OVERLAP:       return "overlap";
	case BLIND_DROPPED:       return "dropped";
	}
	return NULL;
}

const char *
dist_status_word(enum dist_status s)
{
	switch (s) {
	case DIST_STATUS_NONE:            break;
	case DIST_STATUS_OK:              return "ok";
	case DIST_STATUS_OK_SIMULTANEOUS: return "ok_simultaneous";
	case DIST_STATUS_NOK:             return "nok";
	case DIST_STATUS_NOT_ALLOWED:     return "not_allowed";
	case DIST_STATUS_ALIVE:           return "alive";
	case DIST_STATUS_NAMED:           return "named";
	case DIST_STATUS_TRUE:            return "true";
	case DIST_STATUS_FALSE:           return "false";
	case DIST_STATUS_OTHER:           return "other";
	}
	return NULL;
}

unsigned
verdict_rank(enum verdict v)
{
	switch (v) {
	case VERDICT_PLAINTEXT: return 1;
	case VERDICT_ONE_WAY:   return 2;
	case VERDICT_UNKNOWN:   return 3;
	case VERDICT_ENCRYPTED: return 4;
	case VERDICT_REFUSED:   return 5;
	case VERDICT_MUTUAL:    return 6;
	case VERDICT_NONE:
	case N_VERDICTS:        break;
	}
	return 0;
}
