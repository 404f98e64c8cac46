#include "audit/tls_script.h"

#include "dissectors/names.h"

/*
 * RFC 5246 7.3, figures 1 and 2, as edges: what may follow a message, for each
 * side. '^' is the start. SCRIPT_DATA ends a handshake.
 */
static const struct {
	enum side side;
	char from;
	const char *to;
} edges[] = {
	{ SIDE_CLIENT, '^', "H" },
	{ SIDE_CLIENT, 'H', "CKS" },	/* S: abbreviated */
	{ SIDE_CLIENT, 'C', "K" },
	{ SIDE_CLIENT, 'K', "VS" },
	{ SIDE_CLIENT, 'V', "S" },
	{ SIDE_CLIENT, 'S', "F" },
	{ SIDE_CLIENT, 'F', "A" },
	{ SIDE_SERVER, '^', "H" },
	{ SIDE_SERVER, 'H', "CKRDTS" },	/* T, S: abbreviated; K: anonymous */
	{ SIDE_SERVER, 'C', "UKRD" },
	{ SIDE_SERVER, 'U', "KRD" },
	{ SIDE_SERVER, 'K', "RD" },
	{ SIDE_SERVER, 'R', "D" },
	{ SIDE_SERVER, 'D', "TS" },
	{ SIDE_SERVER, 'T', "S" },
	{ SIDE_SERVER, 'S', "F" },
	{ SIDE_SERVER, 'F', "A" },
};

static bool
may_follow(enum side side, char from, char to)
{
	if (to == SCRIPT_ALERT)
		return strchr("SFA", from) == NULL;	/* from there on it would be sealed */
	if (to == SCRIPT_SEALED_ALERT)
		return true;
	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
		if (edges[i].side == side && edges[i].from == from)
			return strchr(edges[i].to, to) != NULL;
	return false;
}

static bool
is_legal(const struct connection *c, enum side side)
{
	char last = '^';

	for (const char *s = c->tls.side[side].script; *s != '\0'; s++) {
		if (!may_follow(side, last, *s))
			return false;
		if (*s != SCRIPT_ALERT && *s != SCRIPT_SEALED_ALERT)
			last = *s;
	}
	return true;
}

static bool
said(const struct connection *c, enum side side, enum script letter)
{
	return strchr(c->tls.side[side].script, (char)letter) != NULL;
}

bool
tls_server_flight_is_over(const struct connection *c)
{
	return said(c, SIDE_SERVER, SCRIPT_HELLO_DONE);
}

bool
tls_server_changed_cipher(const struct connection *c)
{
	return said(c, SIDE_SERVER, SCRIPT_CHANGE_CIPHER);
}

/* [RFC 5246 7.3] abbreviated: the id comes back, and the server goes straight
 * to ChangeCipherSpec. */
static bool
is_abbreviated(const struct connection *c)
{
	return tls_server_changed_cipher(c) &&
	    !said(c, SIDE_SERVER, SCRIPT_HELLO_DONE) &&
	    !said(c, SIDE_SERVER, SCRIPT_CERTIFICATE) &&
	    !said(c, SIDE_SERVER, SCRIPT_KEY_EXCHANGE) &&
	    !said(c, SIDE_SERVER, SCRIPT_CERTIFICATE_REQUEST);
}

/* [RFC 5246 7.4.2, 7.4.3, 7.4.4] what the suite makes the server send: a
 * certificate unless it is anonymous (then it may not ask for one either), and
 * parameters when keys are ephemeral. */
static bool
suite_fits(const struct connection *c)
{
	const char *name = tls_cipher_name(c->tls.cipher);
	bool anonymous = name != NULL && strstr(name, "_anon_") != NULL;
	bool ephemeral = anonymous || (name != NULL && strstr(name, "DHE_") != NULL);

	return said(c, SIDE_SERVER, SCRIPT_CERTIFICATE) == !anonymous &&
	    !(anonymous && c->tls.certificate_request) &&
	    (!ephemeral || said(c, SIDE_SERVER, SCRIPT_KEY_EXCHANGE));
}

/* The two sides must agree on what is being done. */
static bool
sides_fit(const struct connection *c, bool abbreviated)
{
	bool client_sent = said(c, SIDE_CLIENT, SCRIPT_CERTIFICATE);
	bool client_keyed = said(c, SIDE_CLIENT, SCRIPT_KEY_EXCHANGE);

	if (abbreviated)
		return !client_sent && !client_keyed;
	return suite_fits(c) && client_keyed && client_sent == c->tls.certificate_request &&
	    (!said(c, SIDE_CLIENT, SCRIPT_CERTIFICATE_VERIFY) ||
	     c->tls.side[SIDE_CLIENT].n_certificates > 0);
}

enum course
tls_course(const struct connection *c)
{
	const struct sealed_record *fin[2];

	for (int side = 0; side < 2; side++) {
		if (!is_legal(c, (enum side)side) ||
		    connection_is_odd_before(c, (enum side)side, tls_server_data(c)))
			return COURSE_ODD;
		fin[side] = connection_record(c, (enum side)side, 22, 0);
	}
	if (fin[SIDE_CLIENT] == NULL || fin[SIDE_SERVER] == NULL)
		return COURSE_UNFINISHED;
	bool abbreviated = is_abbreviated(c);
	if (!sides_fit(c, abbreviated))
		return COURSE_ODD;
	/* Who is second has seen the other's Finished, or it is not what it looks like. */
	enum side second = abbreviated ? SIDE_CLIENT : SIDE_SERVER;
	if (fin[second]->peer_acked < fin[side_other(second)]->end)
		return COURSE_ODD;
	return abbreviated ? COURSE_RESUMED : COURSE_FULL;
}

const struct sealed_record *
tls_server_data(const struct connection *c)
{
	const struct sealed_record *fin = connection_record(c, SIDE_CLIENT, 22, 0);
	const struct sealed_record *data = connection_record(c, SIDE_SERVER, 23, 0);

	if (fin == NULL || data == NULL || data->peer_acked < fin->end)
		return NULL;
	return data;
}
