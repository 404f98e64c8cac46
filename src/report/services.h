/*
 * services - what TCP ports are called, from /etc/services.
 *
 * The file is read directly, not through getservbyport(): that may ask a
 * directory server, and beamtap asks nobody.
 *
 * source     services(5).
 * ownership  the caller's; services_free().
 * failure    NULL when memory is out or the file cannot be opened: ports are
 *            numbers then. Lines that cannot be read are skipped.
 */
#ifndef REPORT_SERVICES_H
#define REPORT_SERVICES_H

#include <stdint.h>
#include <stdio.h>

struct services;

struct services *services_open(void);
struct services *services_read(FILE *in);
void services_free(struct services *s);		/* NULL is fine */

/* NULL: no name. The first of a port wins, as in getservbyport(). */
const char *services_name(const struct services *s, uint16_t port);

#endif
