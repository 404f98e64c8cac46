/*
 * epmd - what the rooms of the EPMD dissector share: epmd (requests, the way
 * in), epmd_answer (answers).
 *
 * source     OTP erts, "Distribution Protocol", section "EPMD Protocol"; what
 *            is marked "measured" was seen in the talk of a real EPMD (OTP 25).
 *
 *   request := u16 length, length bytes of { tag u8, ... }
 *   answer  := { tag u8, ... } without a length (ALIVE2, PORT2)
 *            | u32 EPMD's own port, text lines until close (NAMES, DUMP)
 *            | text (KILL, STOP)
 *
 * An answer's first byte tells its kind, so each side is read on its own.
 */
#ifndef DISSECTORS_EPMD_H
#define DISSECTORS_EPMD_H

#include "dissectors/tell.h"

enum epmd_mode {		/* of the server's side */
	EPMD_ANSWER,		/* an answer begins here */
	EPMD_EXTRA,		/* Elen and Extra of a PORT2_RESP */
	EPMD_LINE,		/* a line of NAMES or DUMP */
	EPMD_LOST_LINE,		/* somewhere inside a line */
};

struct epmd_state {
	enum epmd_mode mode;
	bool lost[2];		/* bytes are missing: nobody is to blame for nonsense */
};

struct step epmd_answer_feed(struct epmd_state *st, struct rd in, const struct port *out);
enum fit    epmd_answer_probe(struct rd first);

/* port u16, type u8, protocol u8, highest u16, lowest u16, nlen u16, name */
static inline void
epmd_node_fields(struct rd *r, struct fact *f)
{
	f->u.epmd_node.port = rd_u16(r);
	f->u.epmd_node.node_type = rd_u8(r);
	rd_u8(r);
	f->u.epmd_node.highest = rd_u16(r);
	f->u.epmd_node.lowest = rd_u16(r);
	struct rd name = rd_vec16(r);
	f->u.epmd_node.name = rd_rest(&name);
}

/* A name and a port, fit to label something. */
static inline bool
epmd_is_node(const struct fact *f)
{
	return f->u.epmd_node.name.n > 0 && f->u.epmd_node.port != 0;
}

#endif
