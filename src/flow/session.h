/*
 * session - what is spoken on one connection: finds the protocol by the first
 * bytes, feeds its dissector, and stamps each fact with when and where.
 *
 * Bytes classify. Ports only decide whether EPMD is asked, and which end is
 * taken for the server until the bytes tell.
 *
 * ends       a connection has end 0 and end 1 (of its key); the session knows
 *            which of them is which side.
 * ownership  session_free() frees all; streams call session_bytes() and
 *            session_gap() with what they put in order.
 * limits     LIMIT_UNDECIDED_BYTES of each side wait for the protocol.
 */
#ifndef FLOW_SESSION_H
#define FLOW_SESSION_H

#include "flow/feeder.h"

enum protocol {
	PROTOCOL_NONE,		/* nothing was said yet, or not enough to tell */
	PROTOCOL_EPMD,
	PROTOCOL_DIST,
	PROTOCOL_TLS,
	PROTOCOL_SEARCHED,	/* joined late: looked for frames and records */
	PROTOCOL_OTHER,		/* readable, and none of ours */
};

struct session_port {
	void *owner;
	void (*fact)(void *owner, const struct fact *f, const struct stamped *where);
	/* The offset that an acknowledgement of this end stands for, as far as is known now. */
	uint64_t (*acked)(void *owner, int end, uint32_t ack);
};

#define SESSION_PIECES 128u	/* as many segments may wait for the protocol */

struct piece {
	size_t   n;		/* bytes */
	struct stamp when;
};

struct pending {
	uint8_t *b;
	size_t   n;
	struct piece *pieces;	/* SESSION_PIECES of them, of which b consists */
	unsigned n_pieces;
	uint64_t lost;		/* bytes missing before b */
	enum blind lost_to;
	bool     any;		/* something was said or lost */
};

struct session;

struct talker {		/* one side of one dissector */
	struct session *session;
	struct feeder   feeder;
};

#define SESSION_READINGS 3u	/* EPMD, distribution and TLS, while we do not know which */

struct reading {
	void *state;
	struct talker side[2];
};

struct session {
	struct session_port out;
	enum protocol protocol;
	bool     on_epmd_port;
	bool     sides_certain;
	enum side side_of[2];		/* of end 0 and end 1 */
	bool     from_start[2];		/* by end: no byte was said before */
	struct pending pending[2];	/* by end, until the protocol is known */
	enum blind gap_is;		/* why the gap that is being told is one */
	bool     out_of_memory;
	unsigned n_readings;
	struct reading reading[SESSION_READINGS];
};

/* server_end: which end is, or is taken for, the server; certain when a SYN
 * said so. */
void session_init(struct session *s, struct session_port out, int server_end,
    bool certain, bool on_epmd_port);
void session_free(struct session *s);

/* Both return whether anybody still listens to this end. */
bool session_bytes(struct session *s, int end, struct bytes b, struct stamp when,
    bool from_start);
bool session_gap(struct session *s, int end, uint64_t n, enum blind why);

/* A SYN came late and says who is the client. */
void session_know_client(struct session *s, int client_end);

/* Nothing more will be said: decide with what there is. */
void session_end(struct session *s);

#endif
