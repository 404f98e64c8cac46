#include "base/ports.h"

static bool
parse_port(const char **s, uint16_t *out)
{
	uint32_t port = 0;
	const char *at = *s;

	while (*at >= '0' && *at <= '9' && port <= UINT16_MAX)
		port = port * 10 + (uint32_t)(*at++ - '0');
	if (at == *s || port == 0 || port > UINT16_MAX)
		return false;
	*s = at;
	*out = (uint16_t)port;
	return true;
}

bool
port_range_parse(const char *s, struct port_range *out)
{
	if (!parse_port(&s, &out->from))
		return false;
	out->to = out->from;
	if (*s == '-') {
		s++;
		if (!parse_port(&s, &out->to))
			return false;
	}
	return *s == '\0' && out->from <= out->to;
}

bool
port_ranges_hold(const struct port_range *v, size_t n, uint16_t port)
{
	for (size_t i = 0; i < n; i++)
		if (port >= v[i].from && port <= v[i].to)
			return true;
	return false;
}
