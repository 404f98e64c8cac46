#include "dissectors/fact.h"

#include <inttypes.h>

#include "base/text.h"

/* A line is words between spaces; a space in a name must not make two. */
static void
put_word(struct text *t, const char *key, struct bytes b)
{
	text_putf(t, " %s=", key);
	while (b.n > 0) {
		const uint8_t *space = memchr(b.p, ' ', b.n);
		size_t n = space ? (size_t)(space - b.p) : b.n;

		text_put_wire(t, (struct bytes){ b.p, n });
		if (space) {
			text_put(t, "\\x20");
			n++;
		}
		b = (struct bytes){ b.p + n, b.n - n };
	}
}

static void
put_numbers(struct text *t, const char *key, const uint16_t *v, uint16_t n)
{
	text_putf(t, " %s=", key);
	for (uint16_t i = 0; i < n; i++)
		text_putf(t, "%s0x%04x", i ? "," : "", v[i]);
}

static const char *
status_word(enum dist_status s)
{
	switch (s) {
	case DIST_STATUS_NONE:            return "none";
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
	return "?";
}

static const char *
frame_word(enum dist_frame f)
{
	switch (f) {
	case DIST_FRAME_NONE:    return "none";
	case DIST_FRAME_TICK:    return "tick";
	case DIST_FRAME_CONTROL: return "control";
	case DIST_FRAME_OTHER:   return "other";
	}
	return "?";
}

static const char *
anomaly_word(enum anomaly a)
{
	switch (a) {
	case ANOMALY_NONE:       return "none";
	case ANOMALY_BAD_LENGTH: return "bad-length";
	case ANOMALY_BAD_VALUE:  return "bad-value";
	case ANOMALY_UNEXPECTED: return "unexpected";
	case ANOMALY_TRAILING:   return "trailing";
	}
	return "?";
}

static const char *
blind_word(enum blind b)
{
	switch (b) {
	case BLIND_NONE:          return "none";
	case BLIND_MIDSTREAM:     return "midstream";
	case BLIND_GAP:           return "gap";
	case BLIND_ONE_DIRECTION: return "one-direction";
	case BLIND_SNAPLEN:       return "snaplen";
	case BLIND_NO_KEYS:       return "no-keys";
	case BLIND_LIMIT:         return "limit";
	case BLIND_OVERLAP:       return "overlap";
	case BLIND_DROPPED:       return "dropped";
	}
	return "?";
}

static const char *
kind_word(enum fact_kind k)
{
	switch (k) {
	case FACT_NONE:                    return "none";
	case FACT_EPMD_ALIVE_REQUEST:      return "epmd.alive_request";
	case FACT_EPMD_ALIVE_ANSWER:       return "epmd.alive_answer";
	case FACT_EPMD_PORT_REQUEST:       return "epmd.port_request";
	case FACT_EPMD_PORT_ANSWER:        return "epmd.port_answer";
	case FACT_EPMD_NAMES_REQUEST:      return "epmd.names_request";
	case FACT_EPMD_NAMES_LINE:         return "epmd.names_line";
	case FACT_EPMD_COMMAND:            return "epmd.command";
	case FACT_DIST_NAME:               return "dist.name";
	case FACT_DIST_STATUS:             return "dist.status";
	case FACT_DIST_CHALLENGE:          return "dist.challenge";
	case FACT_DIST_COMPLEMENT:         return "dist.complement";
	case FACT_DIST_REPLY:              return "dist.reply";
	case FACT_DIST_ACK:                return "dist.ack";
	case FACT_DIST_FRAME:              return "dist.frame";
	case FACT_DIST_TLS_ALERT:          return "dist.tls_alert";
	case FACT_TLS_RECORD:              return "tls.record";
	case FACT_TLS_CLIENT_HELLO:        return "tls.client_hello";
	case FACT_TLS_SERVER_HELLO:        return "tls.server_hello";
	case FACT_TLS_CERTIFICATES:        return "tls.certificates";
	case FACT_TLS_CERTIFICATE_REQUEST: return "tls.certificate_request";
	case FACT_TLS_KEY_EXCHANGE:        return "tls.key_exchange";
	case FACT_TLS_SERVER_HELLO_DONE:   return "tls.server_hello_done";
	case FACT_TLS_CERTIFICATE_VERIFY:  return "tls.certificate_verify";
	case FACT_TLS_CHANGE_CIPHER_SPEC:  return "tls.change_cipher_spec";
	case FACT_TLS_ALERT:               return "tls.alert";
	case FACT_TLS_OTHER_MESSAGE:       return "tls.message";
	case FACT_ANOMALY:                 return "anomaly";
	case FACT_BLIND:                   return "blind";
	}
	return "?";
}

static void
put_epmd_node(struct text *t, const struct fact *f)
{
	put_word(t, "name", f->u.epmd_node.name);
	text_putf(t, " port=%u type=%u dist=%u..%u", f->u.epmd_node.port,
	    f->u.epmd_node.node_type, f->u.epmd_node.lowest, f->u.epmd_node.highest);
}

static void
put_epmd_port(struct text *t, const struct fact *f)
{
	text_putf(t, " result=%u", f->u.epmd_node.result);
	if (f->u.epmd_node.result == 0)
		put_epmd_node(t, f);
}

static void
put_epmd_line(struct text *t, const struct fact *f)
{
	put_word(t, "name", f->u.epmd_node.name);
	text_putf(t, " port=%u", f->u.epmd_node.port);
}

static void
put_epmd_answer(struct text *t, const struct fact *f)
{
	text_putf(t, " result=%u creation=%" PRIu32, f->u.epmd_answer.result,
	    f->u.epmd_answer.creation);
}

static void
put_epmd_command(struct text *t, const struct fact *f)
{
	text_putf(t, " tag=%u", f->u.epmd_command.tag);
	if (f->u.epmd_command.name.n > 0)
		put_word(t, "name", f->u.epmd_command.name);
}

static void
put_dist_node(struct text *t, const struct fact *f)
{
	text_putf(t, " version=%u flags=0x%" PRIx64 " creation=%" PRIu32,
	    f->u.dist_node.version, f->u.dist_node.flags, f->u.dist_node.creation);
	put_word(t, "name", f->u.dist_node.name);
}

static void
put_dist_complement(struct text *t, const struct fact *f)
{
	text_putf(t, " flags=0x%" PRIx64 " creation=%" PRIu32, f->u.dist_node.flags,
	    f->u.dist_node.creation);
}

static void
put_dist_status(struct text *t, const struct fact *f)
{
	text_putf(t, " %s", status_word(f->u.dist_status.status));
	if (f->u.dist_status.status == DIST_STATUS_NAMED) {
		text_putf(t, " creation=%" PRIu32, f->u.dist_status.creation);
		put_word(t, "name", f->u.dist_status.name);
	}
}

static void
put_tls_record(struct text *t, const struct fact *f)
{
	text_putf(t, " type=%u version=0x%04x length=%u sealed=%d", f->u.tls_record.type,
	    f->u.tls_record.version, f->u.tls_record.length, f->u.tls_record.sealed);
}

static void
put_tls_hello(struct text *t, const struct fact *f)
{
	text_putf(t, " version=0x%04x legacy=0x%04x random=", f->u.tls_hello.version,
	    f->u.tls_hello.legacy_version);
	text_put_hex(t, f->u.tls_hello.random);
	text_put(t, " session=");
	text_put_hex(t, f->u.tls_hello.session_id);
	if (f->kind == FACT_TLS_SERVER_HELLO)
		text_putf(t, " cipher=0x%04x group=0x%04x retry=%d", f->u.tls_hello.cipher,
		    f->u.tls_hello.group, f->u.tls_hello.retry);
	text_putf(t, " psk=%d ticket=%d early_data=%d ems=%d compress=%d", f->u.tls_hello.psk,
	    f->u.tls_hello.ticket,
	    f->u.tls_hello.early_data, f->u.tls_hello.extended_master_secret,
	    f->u.tls_hello.compressed_certificates);
	put_word(t, "sni", f->u.tls_hello.sni);
	put_numbers(t, "versions", f->u.tls_hello.versions, f->u.tls_hello.n_versions);
	put_numbers(t, "groups", f->u.tls_hello.groups, f->u.tls_hello.n_groups);
	put_numbers(t, "shares", f->u.tls_hello.shares, f->u.tls_hello.n_shares);
	for (uint16_t i = 0; i < f->u.tls_hello.n_alpn; i++)
		put_word(t, "alpn", f->u.tls_hello.alpn[i]);
}

static void
put_tls_certificates(struct text *t, const struct fact *f)
{
	uint16_t n = f->u.tls_certificates.n;

	text_putf(t, " n=%u lengths=", n);
	for (uint16_t i = 0; i < n && i < TLS_CHAIN_MAX; i++)
		text_putf(t, "%s%zu", i ? "," : "", f->u.tls_certificates.der[i].n);
}

static void
put_tls_key_exchange(struct text *t, const struct fact *f)
{
	put_numbers(t, "group", &f->u.tls_key_exchange.group, 1);
	if (f->u.tls_key_exchange.signature.n > 0)
		text_putf(t, " parameters=%zu scheme=0x%04x signature=%zu",
		    f->u.tls_key_exchange.parameters.n, f->u.tls_key_exchange.scheme,
		    f->u.tls_key_exchange.signature.n);
}

static void
put_tls_signature(struct text *t, const struct fact *f)
{
	text_putf(t, " scheme=0x%04x signature=%zu", f->u.tls_signature.scheme,
	    f->u.tls_signature.signature.n);
}

static void
put_tls_alert(struct text *t, const struct fact *f)
{
	if (f->u.tls_alert.sealed)
		text_put(t, " sealed");
	else
		text_putf(t, " level=%u description=%u", f->u.tls_alert.level,
		    f->u.tls_alert.description);
}

static void
put_tls_message(struct text *t, const struct fact *f)
{
	text_putf(t, " type=%u length=%" PRIu32, f->u.tls_message.type,
	    f->u.tls_message.length);
}

static void
put_anomaly(struct text *t, const struct fact *f)
{
	text_putf(t, " %s %s", anomaly_word(f->u.anomaly.what), f->u.anomaly.source);
}

static void
put_blind(struct text *t, const struct fact *f)
{
	text_putf(t, " %s n=%" PRIu64, blind_word(f->u.blind.why), f->u.blind.n);
}

static void
put_rest(struct text *t, const struct fact *f)
{
	switch (f->kind) {
	case FACT_EPMD_ALIVE_REQUEST:     put_epmd_node(t, f); return;
	case FACT_EPMD_ALIVE_ANSWER:      put_epmd_answer(t, f); return;
	case FACT_EPMD_PORT_REQUEST:      put_word(t, "name", f->u.epmd_node.name); return;
	case FACT_EPMD_PORT_ANSWER:       put_epmd_port(t, f); return;
	case FACT_EPMD_NAMES_REQUEST:     put_epmd_command(t, f); return;
	case FACT_EPMD_NAMES_LINE:        put_epmd_line(t, f); return;
	case FACT_EPMD_COMMAND:           put_epmd_command(t, f); return;
	case FACT_DIST_NAME:              put_dist_node(t, f); return;
	case FACT_DIST_STATUS:            put_dist_status(t, f); return;
	case FACT_DIST_CHALLENGE:         put_dist_node(t, f); return;
	case FACT_DIST_COMPLEMENT:        put_dist_complement(t, f); return;
	case FACT_DIST_FRAME:             text_putf(t, " %s", frame_word(f->u.dist_frame)); return;
	case FACT_DIST_TLS_ALERT:         put_tls_alert(t, f); return;
	case FACT_TLS_RECORD:             put_tls_record(t, f); return;
	case FACT_TLS_CLIENT_HELLO:       put_tls_hello(t, f); return;
	case FACT_TLS_SERVER_HELLO:       put_tls_hello(t, f); return;
	case FACT_TLS_CERTIFICATES:       put_tls_certificates(t, f); return;
	case FACT_TLS_KEY_EXCHANGE:       put_tls_key_exchange(t, f); return;
	case FACT_TLS_CERTIFICATE_VERIFY: put_tls_signature(t, f); return;
	case FACT_TLS_ALERT:              put_tls_alert(t, f); return;
	case FACT_TLS_OTHER_MESSAGE:      put_tls_message(t, f); return;
	case FACT_ANOMALY:                put_anomaly(t, f); return;
	case FACT_BLIND:                  put_blind(t, f); return;
	case FACT_NONE:
	case FACT_DIST_REPLY:		/* what else is in it is secret */
	case FACT_DIST_ACK:
	case FACT_TLS_CERTIFICATE_REQUEST:
	case FACT_TLS_SERVER_HELLO_DONE:
	case FACT_TLS_CHANGE_CIPHER_SPEC:
		return;
	}
}

void
fact_put(struct text *t, const struct fact *f)
{
	text_putf(t, "%s %s", f->side == SIDE_CLIENT ? "client" : "server", kind_word(f->kind));
	put_rest(t, f);
}
