/*
 * ports - ranges of TCP ports, as users write them: "9100", "9100-9105".
 */
#ifndef BASE_PORTS_H
#define BASE_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port_range { uint16_t from, to; };	/* both included */

/* False when s is no range of ports 1 to 65535. */
bool port_range_parse(const char *s, struct port_range *out);

bool port_ranges_hold(const struct port_range *v, size_t n, uint16_t port);

#endif
