/*
 * tls_script - is a TLS <= 1.2 handshake one that RFC 5246 7.3 allows, and
 * what does its course prove? Works on the scripts of connection.h.
 */
#ifndef AUDIT_TLS_SCRIPT_H
#define AUDIT_TLS_SCRIPT_H

#include "audit/connection.h"

enum course {
	COURSE_UNFINISHED,	/* legal so far, and not over */
	COURSE_FULL,		/* both Finished, the server's after the client's */
	COURSE_RESUMED,		/* abbreviated; both Finished */
	COURSE_ODD,		/* not a course the RFC allows */
};

enum course tls_course(const struct connection *c);

/* The server's first application data after the handshake, if it acknowledges
 * the client's Finished; NULL: none. */
const struct sealed_record *tls_server_data(const struct connection *c);

/* Has the server of a full handshake said all before the client's turn? */
bool tls_server_flight_is_over(const struct connection *c);
bool tls_server_changed_cipher(const struct connection *c);

#endif
