/*
 * rules_tls - how good the TLS is: the questions that hellos and signatures
 * answer.
 *
 * source: RFC 8446, RFC 5246, RFC 9325; the names of suites are IANA's.
 */
#include "audit/asking.h"
#include "dissectors/names.h"

#define VERSION_TLS12 0x0303
#define VERSION_TLS13 0x0304

static void
put_suite(struct text *why, const struct judged_tls *t)
{
	const char *name = tls_cipher_name(t->cipher);

	if (name != NULL)
		text_put(why, name);
	else
		text_putf(why, "cipher suite 0x%04x", (unsigned)t->cipher);
}

static void
put_version(struct text *why, const struct judged_tls *t)
{
	const char *name = tls_version_name(t->version);

	if (name != NULL)
		text_put(why, name);
	else
		text_putf(why, "version 0x%04x", (unsigned)t->version);
}

/* What a passive reader needs of the hellos, and does not have. */
static bool
hellos_fail_us(const struct judgement *j, bool has_it, const char *what, struct text *why)
{
	if (is_disputed(j))
		text_putf(why, "the %s cannot be told", what);
	else if (!has_it)
		text_putf(why, "the ServerHello was not captured: the %s cannot be told", what);
	return is_disputed(j) || !has_it;
}

/* Signatures */

static bool
says(const struct judged_tls *t, const char *what)
{
	const char *name = t->has_cipher ? tls_cipher_name(t->cipher) : NULL;

	return name != NULL && strstr(name, what) != NULL;
}

/* [RFC 5246 7.4.3] DHE and ECDHE parameters are signed, unless anonymous. */
static enum answer
server_has_to_sign(const struct judged_tls *t)
{
	if (t->version >= VERSION_TLS13 || t->version == 0 || tls_cipher_name(t->cipher) == NULL)
		return ANSWER_ABSENT;
	return (says(t, "_DHE_") || says(t, "_ECDHE_")) && !says(t, "_PSK_") ? ANSWER_YES : ANSWER_NO;
}

static enum answer
client_has_to_sign(const struct judged_tls *t)
{
	switch (t->client.state) {
	case CERTIFICATE_SENT:
		return t->client.proved == ANSWER_NO ? ANSWER_NO : ANSWER_YES;
	case CERTIFICATE_DECLINED:
	case CERTIFICATE_NOT_REQUESTED:
		return ANSWER_NO;
	case CERTIFICATE_ABSENT:
	case CERTIFICATE_NOT_REACHED:
	case CERTIFICATE_UNKNOWN:
		break;
	}
	return ANSWER_ABSENT;
}

static void
put_bad_signature(struct text *why, enum side side)
{
	text_putf(why, "%sthe signature in the %s is not one of this handshake by the key of the %s's "
	    "certificate", why->n > 0 ? "; " : "",
	    side == SIDE_CLIENT ? "CertificateVerify" : "ServerKeyExchange",
	    side == SIDE_CLIENT ? "client" : "server");
}

enum rule_answer
ask_bad_signature(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	const struct judged_tls *t = &j->tls;
	enum answer due[2] = { [SIDE_CLIENT] = client_has_to_sign(t),
		[SIDE_SERVER] = server_has_to_sign(t) };
	enum answer good[2] = { [SIDE_CLIENT] = t->client.verified,
		[SIDE_SERVER] = t->server.verified };
	bool unknown = false, any = false, bad = false;

	(void)q;
	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	for (int side = 0; side < 2; side++) {
		if (good[side] == ANSWER_NO && !is_disputed(j)) {
			put_bad_signature(why, (enum side)side);
			bad = true;
		}
		unknown = unknown || (due[side] != ANSWER_NO && good[side] != ANSWER_YES);
		any = any || good[side] == ANSWER_YES;
	}
	if (bad)
		return if_accepted(j, RULE_FAIL, why);
	if (unknown && t->resumed == ANSWER_YES && t->version < VERSION_TLS13)
		return RULE_DOES_NOT_APPLY;	/* nothing is signed anew */
	if (unknown || is_disputed(j)) {
		text_put(why, t->version >= VERSION_TLS13 ? "TLS 1.3 encrypts the signatures"
		    : "not all signatures of the handshake could be checked");
		return RULE_UNKNOWN;
	}
	return any ? RULE_PASS : RULE_DOES_NOT_APPLY;
}

/* Versions and suites */

/* [RFC 8996] TLS 1.0 and 1.1 must not be used. */
enum rule_answer
ask_tls_version(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	uint16_t least = q->policy->tls_min != 0 ? q->policy->tls_min : VERSION_TLS12;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	if (hellos_fail_us(j, j->tls.version != 0, "version", why))
		return RULE_UNKNOWN;
	if (tls_version_name(j->tls.version) == NULL) {
		put_version(why, &j->tls);
		text_put(why, " is none that is known here");
		return RULE_UNKNOWN;
	}
	if (j->tls.version >= least)
		return RULE_PASS;
	put_version(why, &j->tls);
	text_putf(why, " was negotiated, below %s", tls_version_name(least));
	return RULE_FAIL;
}

/* How a suite up to TLS 1.2 gets at its keys: what stands before "_WITH_". */
static const struct {
	const char *prefix;
	bool keeps_secrets;		/* forward secrecy: RFC 9325 7.3 */
} key_exchanges[] = {
	{ "TLS_DHE_", true }, { "TLS_ECDHE_", true }, { "TLS_DH_anon_", true },
	{ "TLS_ECDH_anon_", true }, { "TLS_SRP_", true }, { "TLS_ECCPWD_", true },
	{ "TLS_PSK_DHE_", true },
	{ "TLS_RSA_", false }, { "TLS_DH_", false }, { "TLS_ECDH_", false }, { "TLS_PSK_", false },
	{ "TLS_KRB5_", false }, { "TLS_GOSTR341112_", false }, { "TLS_NULL_", false },
};

static enum answer
suite_keeps_secrets(const struct judged_tls *t)
{
	const char *name = tls_cipher_name(t->cipher);

	for (size_t i = 0; name != NULL && i < sizeof key_exchanges / sizeof *key_exchanges; i++)
		if (strncmp(name, key_exchanges[i].prefix, strlen(key_exchanges[i].prefix)) == 0)
			return key_exchanges[i].keeps_secrets ? ANSWER_YES : ANSWER_NO;
	return ANSWER_ABSENT;
}

/* [RFC 8446 4.2.9] with psk_ke the server sends no key_share. */
static enum answer
tls13_keeps_secrets(const struct judged_tls *t)
{
	if (t->group != 0)
		return ANSWER_YES;
	return t->resumed == ANSWER_YES ? ANSWER_NO : ANSWER_ABSENT;
}

static enum answer
keeps_secrets(const struct judged_tls *t)
{
	if (tls_version_name(t->version) == NULL || tls_cipher_name(t->cipher) == NULL)
		return ANSWER_ABSENT;
	return t->version >= VERSION_TLS13 ? tls13_keeps_secrets(t) : suite_keeps_secrets(t);
}

enum rule_answer
ask_no_forward_secrecy(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	const struct judged_tls *t = &j->tls;

	(void)q;
	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	if (hellos_fail_us(j, t->has_cipher, "key exchange", why))
		return RULE_UNKNOWN;
	switch (keeps_secrets(t)) {
	case ANSWER_YES:
		return RULE_PASS;
	case ANSWER_NO:
		put_suite(why, t);
		text_put(why, t->version >= VERSION_TLS13 ? " with a pre-shared key alone"
		    : ": its key exchange is not ephemeral");
		text_put(why, "; who gets the long-term key later can read what was recorded");
		return RULE_FAIL;
	case ANSWER_ABSENT:
		break;
	}
	put_suite(why, t);
	text_put(why, ": its key exchange is not known here");
	return RULE_UNKNOWN;
}

/* Up to TLS 1.2 no suite has a key exchange that would outlast quantum computers. */
enum rule_answer
ask_no_post_quantum(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	const struct judged_tls *t = &j->tls;
	const char *group = tls_group_name(t->group);

	if (!is_tls(j) || !q->policy->post_quantum)
		return RULE_DOES_NOT_APPLY;
	if (hellos_fail_us(j, t->has_cipher, "key exchange", why))
		return RULE_UNKNOWN;
	if (t->version < VERSION_TLS13 && tls_version_name(t->version) != NULL &&
	    tls_cipher_name(t->cipher) != NULL) {
		put_version(why, t);
		text_put(why, " has no post-quantum key exchange");
		return RULE_FAIL;
	}
	if (group == NULL) {
		text_putf(why, "the key exchange group is not known (0x%04x)", (unsigned)t->group);
		return RULE_UNKNOWN;
	}
	if (t->post_quantum == ANSWER_YES)
		return RULE_PASS;
	text_putf(why, "the key exchange is %s alone", group);
	return RULE_FAIL;
}

/* [RFC 9325 4.1]; RC4: RFC 7465; DES: RFC 5469; 3DES: RFC 9325, 64-bit blocks. */
static const struct {
	const char *part, *what;
} weaknesses[] = {
	{ "_NULL_", "it does not encrypt" },
	{ "_anon_", "nobody authenticates" },
	{ "_EXPORT_", "its keys are of 40 or 56 bits" },
	{ "_RC4_", "RC4 is broken" },
	{ "_3DES_", "3DES has blocks of 64 bits" },
	{ "_DES", "DES has keys of 56 bits or less" },
};

static const char *
weakness_of(const struct judged_tls *t, enum demand demand)
{
	/* [RFC 9150] integrity only. */
	if (t->cipher == 0xc0b4 || t->cipher == 0xc0b5)
		return "it does not encrypt";
	for (size_t i = 0; i < sizeof weaknesses / sizeof *weaknesses; i++) {
		bool identity = strcmp(weaknesses[i].part, "_anon_") == 0;
		if (says(t, weaknesses[i].part) && !(identity && demand == DEMAND_ENCRYPTED))
			return weaknesses[i].what;
	}
	return NULL;
}

enum rule_answer
ask_weak_cipher(const struct inquiry *q, const struct judgement *j, struct text *why)
{
	const struct judged_tls *t = &j->tls;

	if (!is_tls(j))
		return RULE_DOES_NOT_APPLY;
	if (hellos_fail_us(j, t->has_cipher, "cipher suite", why))
		return RULE_UNKNOWN;
	const char *weakness = weakness_of(t, q->policy->require);
	if (weakness != NULL || tls_cipher_name(t->cipher) == NULL) {
		put_suite(why, t);
		text_putf(why, ": %s", weakness != NULL ? weakness : "it is not known here");
		return weakness != NULL ? RULE_FAIL : RULE_UNKNOWN;
	}
	/* Who is nobody's business here: that is no praise of the suite. */
	return says(t, "_anon_") ? RULE_DOES_NOT_APPLY : RULE_PASS;
}
