/*
 * tls_rec - TLS records, the way into the TLS dissector.
 * source: RFC 8446 5, RFC 5246 6.2.
 *
 *   record := type u8, version u16, length u16, fragment
 *
 * In clear, handshake records are opened and their messages told; messages may
 * share a record or span several. Sealed records (encrypted, after the keys
 * came into use) are told by type and length alone, LIMIT_SEALED_RECORDS of
 * each side; then the side is done.
 */
#include "dissectors/tell.h"
#include "dissectors/tls.h"

#include "base/limits.h"

#define HEADER          5u
#define FRAGMENT_MAX    (16384u + 2048u)	/* RFC 5246 6.2.3 */
#define MESSAGES_MAX    (64u << 10)		/* messages that span records, together */

struct record {
	uint8_t  type;
	uint16_t version;
	uint16_t length;
	struct rd fragment;
};

static bool
header_is_plausible(const struct record *h)
{
	return h->type >= TLS_CHANGE_CIPHER_SPEC && h->type <= TLS_HEARTBEAT &&
	    h->version >> 8 == 3 && (h->version & 0xff) <= 4 &&
	    h->length <= FRAGMENT_MAX && (h->type != TLS_CHANGE_CIPHER_SPEC || h->length == 1);
}

enum framed { FRAMED_WHOLE, FRAMED_SHORT, FRAMED_BAD };

/* The record at in's start. FRAMED_SHORT: *need bytes are needed, from there. */
static enum framed
frame(struct rd in, struct record *out, size_t *need)
{
	*need = HEADER;
	if (rd_left(&in) < HEADER)
		return FRAMED_SHORT;
	out->type = rd_u8(&in);
	out->version = rd_u16(&in);
	out->length = rd_u16(&in);
	if (!header_is_plausible(out))
		return FRAMED_BAD;
	*need = HEADER + out->length;
	if (rd_left(&in) < out->length)
		return FRAMED_SHORT;
	out->fragment = rd_sub(&in, out->length);
	return FRAMED_WHOLE;
}

static void
tell_record(enum side side, size_t at, const struct record *h, bool sealed,
    const struct port *out)
{
	struct fact f = fact_at(side, at, HEADER + h->length);

	f.u.tls_record.type = h->type;
	f.u.tls_record.version = h->version;
	f.u.tls_record.length = h->length;
	f.u.tls_record.sealed = sealed;
	tell(out, f, FACT_TLS_RECORD);
}

static struct step
quit_blind(enum side side, enum blind why, const struct port *out)
{
	tell_blind(out, fact_at(side, 0, 0), why, 0);
	return step_quit();
}

static struct step
quit_anomaly(enum side side, size_t at, enum anomaly what, const char *source,
    const struct port *out)
{
	tell_anomaly(out, fact_at(side, at, 0), what, source);
	return step_quit();
}

/* Is this record's fragment encrypted? Told from this side's bytes alone:
 * after ChangeCipherSpec everything is, but for the second hello after a
 * HelloRetryRequest and an alert too short to be sealed. */
static bool
is_sealed(const struct tls_side *s, enum side side, const struct record *h)
{
	if (h->type == TLS_APPLICATION_DATA)
		return true;
	if (h->type == TLS_ALERT && h->length == 2)
		return false;
	if (s->resumed_search)
		return true;
	if (!s->changed_cipher || h->type == TLS_CHANGE_CIPHER_SPEC)
		return false;
	if (side == SIDE_SERVER)
		return !s->retry;
	return s->exchanged_keys || !tls_is_client_hello(h->fragment);
}

/* How many bytes of b are whole messages; *bad: one is longer than we take. */
static size_t
whole_messages(struct rd b, bool *bad)
{
	size_t n = rd_left(&b), left = n;

	*bad = false;
	while (rd_left(&b) >= TLS_MESSAGE_HEADER) {
		struct rd peek = b;
		rd_u8(&peek);
		if (rd_u24(&peek) > MESSAGES_MAX)
			*bad = true;
		rd_u8(&b);
		rd_vec24(&b);
		if (!rd_ok(&b))
			return n - left;
		left = rd_left(&b);
	}
	return n - left;
}

static void
tell_messages(struct tls_side *s, struct fact f, struct rd b, const struct port *out)
{
	while (rd_left(&b) > 0) {
		struct rd whole = b;
		uint8_t type = rd_u8(&b);
		struct rd body = rd_vec24(&b);
		f.message = rd_take(&whole, rd_left(&whole) - rd_left(&b));
		tls_message(s, f, type, body, out);
	}
}

/* Messages that span records: gather the records until they end together. */
static struct step
spanning_messages(struct tls_side *s, enum side side, struct rd in, const struct port *out)
{
	uint8_t together[MESSAGES_MAX];
	size_t n = 0, at = 0, whole = 0, more;
	unsigned n_records = 0;
	struct record h;
	bool bad;

	do {
		struct rd rest = in;
		rd_take(&rest, at);
		switch (frame(rest, &h, &more)) {
		case FRAMED_SHORT:
			return step_need(at + more);
		case FRAMED_BAD:
			return quit_anomaly(side, at, ANOMALY_BAD_VALUE, "RFC 8446 5.1", out);
		case FRAMED_WHOLE:
			break;
		}
		if (h.type != TLS_HANDSHAKE || h.length == 0)
			return quit_anomaly(side, at, ANOMALY_UNEXPECTED, "RFC 8446 5.1", out);
		if (n + h.length > sizeof together || ++n_records > LIMIT_SPANNING_RECORDS)
			return quit_blind(side, BLIND_LIMIT, out);
		memcpy(together + n, rd_need(&h.fragment, h.length), h.length);
		n += h.length;
		at += HEADER + h.length;
		whole += whole_messages(rd_of(together + whole, n - whole), &bad);
	} while (whole != n && !bad);
	if (bad)
		return quit_blind(side, BLIND_LIMIT, out);

	for (size_t told = 0; told < at; told += HEADER + h.length) {
		struct rd rest = in;
		rd_take(&rest, told);
		frame(rest, &h, &more);
		tell_record(side, told, &h, false, out);
	}
	tell_messages(s, fact_at(side, 0, at), rd_of(together, n), out);
	return step_past(at);
}

static struct step
clear_handshake(struct tls_side *s, enum side side, struct rd in, const struct record *h,
    const struct port *out)
{
	bool bad;

	if (h->length == 0)
		return quit_anomaly(side, 0, ANOMALY_BAD_LENGTH, "RFC 8446 5.1", out);
	if (whole_messages(h->fragment, &bad) != h->length && !bad)
		return spanning_messages(s, side, in, out);
	if (bad)
		return quit_blind(side, BLIND_LIMIT, out);
	tell_record(side, 0, h, false, out);
	tell_messages(s, fact_at(side, 0, HEADER + h->length), h->fragment, out);
	return step_past(HEADER + h->length);
}

static void
tell_alert(enum side side, const struct record *h, bool sealed, const struct port *out)
{
	struct fact f = fact_at(side, 0, HEADER + h->length);
	struct rd r = h->fragment;

	f.u.tls_alert.sealed = sealed;
	if (!sealed) {
		f.u.tls_alert.level = rd_u8(&r);
		f.u.tls_alert.description = rd_u8(&r);
		if (!rd_done(&r)) {
			tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "RFC 8446 6");
			return;
		}
	}
	tell(out, f, FACT_TLS_ALERT);
}

static void
tell_change_cipher_spec(struct tls_side *s, enum side side, const struct port *out)
{
	s->changed_cipher = true;
	tell(out, fact_at(side, 0, HEADER + 1), FACT_TLS_CHANGE_CIPHER_SPEC);
}

static struct step
whole_record(struct tls_side *s, enum side side, struct rd in, const struct record *h,
    const struct port *out)
{
	bool sealed = is_sealed(s, side, h);

	if (sealed && ++s->n_sealed > LIMIT_SEALED_RECORDS)
		return step_quit();
	if (!sealed && h->type == TLS_HANDSHAKE)
		return clear_handshake(s, side, in, h, out);
	tell_record(side, 0, h, sealed, out);
	if (h->type == TLS_ALERT)
		tell_alert(side, h, sealed, out);
	else if (h->type == TLS_CHANGE_CIPHER_SPEC)
		tell_change_cipher_spec(s, side, out);
	return step_past(HEADER + h->length);
}

/* The place is lost: look for two records in a row, the first one whole. */
static struct step
search(struct tls_side *s, enum side side, struct rd in, const struct port *out)
{
	struct record first, second;
	size_t n = 0, more;

	for (struct rd at = in; rd_left(&at) >= HEADER; rd_u8(&at), n++) {
		enum framed framed = frame(at, &first, &more);
		if (framed == FRAMED_BAD || first.length == 0)
			continue;
		if (n > 0)
			break;		/* show it again from its first byte */
		if (rd_left(&at) < HEADER + first.length + HEADER)
			return step_need(HEADER + first.length + HEADER);
		struct rd next = at;
		rd_take(&next, HEADER + first.length);
		if (frame(next, &second, &more) == FRAMED_BAD || second.version != first.version)
			continue;
		s->searching = false;
		s->resumed_search = true;
		return whole_record(s, side, in, &first, out);
	}
	if (n == 0)
		return step_need(HEADER);
	s->n_searched += (uint32_t)n;
	if (s->n_searched > HEADER + FRAGMENT_MAX)	/* no record is longer */
		return quit_blind(side, BLIND_LIMIT, out);
	return step_past(n);
}

static struct step
tls_feed(void *state, enum side side, struct rd in, const struct port *out)
{
	struct tls_state *st = state;
	struct tls_side *s = &st->side[side];
	struct record h;
	size_t more;

	if (s->searching)
		return search(s, side, in, out);
	switch (frame(in, &h, &more)) {
	case FRAMED_SHORT:
		return step_need(more);
	case FRAMED_BAD:
		return quit_anomaly(side, 0, ANOMALY_BAD_VALUE, "RFC 8446 5.1", out);
	case FRAMED_WHOLE:
		break;
	}
	return whole_record(s, side, in, &h, out);
}

static struct step
tls_gap(void *state, enum side side, uint64_t n, const struct port *out)
{
	struct tls_state *st = state;

	tell_blind(out, fact_at(side, 0, 0), n > 0 ? BLIND_GAP : BLIND_MIDSTREAM, n);
	st->side[side].searching = true;
	st->side[side].resumed_search = true;
	return step_past(n);
}

/* A client begins with a ClientHello, a server with a ServerHello. */
static enum fit
tls_probe(enum side side, struct rd first)
{
	uint8_t wanted = side == SIDE_CLIENT ? TLS_CLIENT_HELLO : TLS_SERVER_HELLO;
	struct record h = { .type = rd_u8(&first) };

	if (h.type != TLS_HANDSHAKE)
		return FIT_NO;
	if (rd_left(&first) < HEADER)		/* type is read: the rest, and a byte */
		return rd_left(&first) > 0 && rd_u8(&first) != 3 ? FIT_NO : FIT_MORE;
	h.version = rd_u16(&first);
	h.length = rd_u16(&first);
	if (!header_is_plausible(&h) || h.length == 0 || rd_u8(&first) != wanted)
		return FIT_NO;
	if (h.length < TLS_MESSAGE_HEADER + 1)	/* the hello spans records; RFC 8446 5.1 */
		return FIT_YES;
	if (rd_left(&first) < TLS_MESSAGE_HEADER)
		return FIT_MORE;
	rd_u24(&first);
	return rd_u8(&first) == 3 ? FIT_YES : FIT_NO;
}

const struct dissector dx_tls = {
	.name = "tls",
	.state_len = sizeof(struct tls_state),
	.probe = tls_probe,
	.feed = tls_feed,
	.gap = tls_gap,
};
