#include "dissectors/dist_hs.h"

#include "dissectors/tell.h"

#define DFLAG_EXTENDED_REFERENCES ((uint64_t)1 << 2)
#define DFLAG_HANDSHAKE_23 ((uint64_t)1 << 24)
#define DFLAG_NAME_ME      ((uint64_t)1 << 33)

#define CHALLENGE_LEN 4u
#define DIGEST_LEN    16u

/* What comes before the name, tag and all. */
#define NAME_5_LEN      7u	/* version u16, flags u32 */
#define NAME_6_LEN      15u	/* flags u64, creation u32, nlen u16 */
#define CHALLENGE_5_LEN (NAME_5_LEN + CHALLENGE_LEN)
#define CHALLENGE_6_LEN (NAME_6_LEN + CHALLENGE_LEN)

static const struct status {
	const char      *text;
	enum side        side;
	enum dist_status status;
	enum hs_message  message;
} statuses[] = {		/* [OTP dist: send_status] */
	{ "ok",              SIDE_SERVER, DIST_STATUS_OK,              HS_STATUS },
	{ "ok_simultaneous", SIDE_SERVER, DIST_STATUS_OK_SIMULTANEOUS, HS_STATUS },
	{ "alive",           SIDE_SERVER, DIST_STATUS_ALIVE,           HS_STATUS },
	{ "nok",             SIDE_SERVER, DIST_STATUS_NOK,             HS_REFUSAL },
	{ "not_allowed",     SIDE_SERVER, DIST_STATUS_NOT_ALLOWED,     HS_REFUSAL },
	{ "true",            SIDE_CLIENT, DIST_STATUS_TRUE,            HS_STATUS },
	{ "false",           SIDE_CLIENT, DIST_STATUS_FALSE,           HS_STATUS },
};

static const struct status *
find_status(enum side side, struct bytes text)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
		const struct status *s = &statuses[i];

		if (s->side == side &&
		    bytes_equal(text, (struct bytes){ (const uint8_t *)s->text, strlen(s->text) }))
			return s;
	}
	return NULL;
}

/* [OTP dist: send_status] "named:", nlen u16, name, creation u32; more may follow */
static bool
take_named(struct rd r, struct fact *f)
{
	static const uint8_t named[] = { 'n', 'a', 'm', 'e', 'd', ':' };

	if (!bytes_equal(rd_take(&r, sizeof named), (struct bytes){ named, sizeof named }))
		return false;
	struct rd name = rd_vec16(&r);
	f->u.dist_status.status = DIST_STATUS_NAMED;
	f->u.dist_status.name = rd_rest(&name);
	f->u.dist_status.creation = rd_u32(&r);
	return rd_ok(&r) && f->u.dist_status.name.n > 0;
}

static enum hs_message
tell_status(struct rd r, struct fact f, const struct port *out)
{
	struct rd text = r;
	const struct status *s = find_status(f.side, rd_rest(&text));
	struct fact told = f;

	if (s != NULL) {
		told.u.dist_status.status = s->status;
		tell(out, told, FACT_DIST_STATUS);
		return s->message;
	}
	if (f.side == SIDE_SERVER && take_named(r, &told)) {
		tell(out, told, FACT_DIST_STATUS);
		return HS_STATUS;
	}
	told = f;
	told.u.dist_status.status = DIST_STATUS_OTHER;
	tell(out, told, FACT_DIST_STATUS);
	tell_anomaly(out, f, ANOMALY_BAD_VALUE, "OTP dist: send_status");
	return HS_STATUS;
}

/* send_name and send_challenge differ by the challenge. */
static bool
take_node(struct rd *r, uint8_t tag, bool challenge, struct fact *f)
{
	bool v6 = tag == 'N';
	uint16_t version = v6 ? 6 : rd_u16(r);

	f->u.dist_node.version = v6 ? 6 : 5;
	f->u.dist_node.flags = v6 ? rd_u64(r) : rd_u32(r);
	if (challenge)
		rd_take(r, CHALLENGE_LEN);
	if (v6)
		f->u.dist_node.creation = rd_u32(r);
	f->u.dist_node.name = rd_take(r, v6 ? rd_u16(r) : rd_left(r));
	return rd_ok(r) && version == f->u.dist_node.version && f->u.dist_node.name.n > 0;
}

/* [OTP dist: send_name, send_challenge] Data after a version 6 name is
 * accepted, and ignored; before it, the name is the rest. */
static enum hs_message
tell_node(struct rd r, uint8_t tag, struct fact f, const struct port *out)
{
	bool challenge = f.side == SIDE_SERVER;
	struct fact node = f;

	if (!take_node(&r, tag, challenge, &node)) {
		tell_anomaly(out, f, rd_ok(&r) ? ANOMALY_BAD_VALUE : ANOMALY_BAD_LENGTH,
		    challenge ? "OTP dist: send_challenge" : "OTP dist: send_name");
		return HS_NOTHING;
	}
	tell(out, node, challenge ? FACT_DIST_CHALLENGE : FACT_DIST_NAME);
	if (challenge)
		return HS_CHALLENGE;
	return tag == 'N' ? HS_NAME_6 : HS_NAME_5;
}

static enum hs_message
tell_complement(struct rd r, struct fact f, const struct port *out)
{
	struct fact node = f;

	node.u.dist_node.flags = (uint64_t)rd_u32(&r) << 32;
	node.u.dist_node.creation = rd_u32(&r);
	if (!rd_done(&r)) {
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "OTP dist: send_complement");
		return HS_NOTHING;
	}
	tell(out, node, FACT_DIST_COMPLEMENT);
	return HS_COMPLEMENT;
}

/* Reply and ack: nothing of them is told but that they were there. */
static enum hs_message
tell_secret(struct rd r, size_t n, enum hs_message m, struct fact f, const struct port *out)
{
	if (rd_left(&r) != n) {
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, m == HS_REPLY ?
		    "OTP dist: send_challenge_reply" : "OTP dist: send_challenge_ack");
		return HS_NOTHING;
	}
	tell(out, f, m == HS_REPLY ? FACT_DIST_REPLY : FACT_DIST_ACK);
	return m;
}

static bool
tag_is_of(enum side side, uint8_t tag)
{
	const char *tags = side == SIDE_CLIENT ? "nNscr" : "nNsa";

	return memchr(tags, tag, strlen(tags)) != NULL;
}

enum hs_message
hs_tell(struct rd body, struct fact f, const struct port *out)
{
	uint8_t tag = rd_u8(&body);

	if (!tag_is_of(f.side, tag)) {
		tell_anomaly(out, f, tag_is_of(side_other(f.side), tag) ?
		    ANOMALY_UNEXPECTED : ANOMALY_BAD_VALUE, "OTP dist: Distribution Handshake");
		return HS_NOTHING;
	}
	switch (tag) {
	case 'n':
	case 'N':
		return tell_node(body, tag, f, out);
	case 's':
		return tell_status(body, f, out);
	case 'c':
		return tell_complement(body, f, out);
	case 'r':
		return tell_secret(body, CHALLENGE_LEN + DIGEST_LEN, HS_REPLY, f, out);
	case 'a':
		return tell_secret(body, DIGEST_LEN, HS_ACK, f, out);
	default:
		return HS_NOTHING;
	}
}

static bool
length_is_plausible(enum side side, uint8_t tag, size_t len)
{
	bool challenge = side == SIDE_SERVER;

	switch (tag) {
	case 'n':
		return len > (challenge ? CHALLENGE_5_LEN : NAME_5_LEN);
	case 'N':
		return len > (challenge ? CHALLENGE_6_LEN : NAME_6_LEN);
	case 's':
		return len >= sizeof "ok";
	case 'c':
		return len == 1 + 4 + 4;
	case 'r':
		return len == 1 + CHALLENGE_LEN + DIGEST_LEN;
	case 'a':
		return len == 1 + DIGEST_LEN;
	default:
		return false;
	}
}

static bool
a_status_begins(enum side side, struct bytes two)
{
	for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++)
		if (statuses[i].side == side && memcmp(statuses[i].text, two.p, two.n) == 0)
			return true;
	return side == SIDE_SERVER && memcmp("named:", two.p, two.n) == 0;
}

bool
hs_head_is_plausible(enum side side, struct rd head)
{
	size_t len = rd_u16(&head);
	uint8_t tag = rd_u8(&head);
	struct rd version = head;

	if (len > HS_MESSAGE_MAX || !tag_is_of(side, tag) || !length_is_plausible(side, tag, len))
		return false;
	if (tag == 'n')
		return rd_u16(&version) == 5;
	return tag != 's' || a_status_begins(side, rd_take(&head, 2));
}

static bool
is_host(struct bytes text)
{
	struct rd r = rd_bytes(text);

	while (rd_left(&r) > 0) {
		uint8_t c = rd_u8(&r);

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) &&
		    c != '.' && c != '-' && c != '_' && c != ':')
			return false;
	}
	return text.n > 0;
}

/* name@host, both parts there. Which characters they have proves nothing: a
 * name is what a node says it is. */
static bool
is_full_name(struct bytes name)
{
	struct rd r = rd_bytes(name);
	size_t at = 0, n_signs = 0;

	for (size_t i = 0; i < name.n; i++)
		if (rd_u8(&r) == '@') {
			at = i;
			n_signs++;
		}
	return n_signs == 1 && at > 0 && at + 1 < name.n;
}

/* Each version has a flag that every node must have; OTP dist: Distribution
 * Flags. A client may ask for a name with only its host: with DFLAG_NAME_ME,
 * which does not fit into version 5's flags. */
static bool
node_is_plausible(const struct fact *f)
{
	bool v6 = f->u.dist_node.version == 6;
	uint64_t flags = f->u.dist_node.flags;

	if (!(flags & (v6 ? DFLAG_HANDSHAKE_23 : DFLAG_EXTENDED_REFERENCES)))
		return false;
	if (f->side == SIDE_CLIENT && (!v6 || flags & DFLAG_NAME_ME) && is_host(f->u.dist_node.name))
		return true;
	return is_full_name(f->u.dist_node.name);
}

bool
hs_body_is_plausible(enum side side, struct rd body)
{
	struct fact f = fact_at(side, 0, 0);
	uint8_t tag = rd_u8(&body);
	struct rd text = body;

	if (tag == 'n' || tag == 'N')
		return take_node(&body, tag, side == SIDE_SERVER, &f) && node_is_plausible(&f);
	return tag == 's' && side == SIDE_SERVER &&
	    (find_status(side, rd_rest(&text)) != NULL || take_named(body, &f));
}
