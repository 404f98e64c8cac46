#include "audit/node_name.h"

struct bytes
node_host(struct bytes node)
{
	const uint8_t *at = node.n > 0 ? memchr(node.p, '@', node.n) : NULL;
	struct rd r = rd_bytes(node);

	if (at == NULL)
		return (struct bytes){ NULL, 0 };
	rd_take(&r, (size_t)(at - node.p) + 1);
	struct bytes host = rd_rest(&r);
	return host.n == 1 && host.p[0] == '?' ? (struct bytes){ NULL, 0 } : host;
}

struct bytes
node_name(struct bytes node)
{
	const uint8_t *at = node.n > 0 ? memchr(node.p, '@', node.n) : NULL;

	return (struct bytes){ node.p, at != NULL ? (size_t)(at - node.p) : node.n };
}

static uint8_t
lower(uint8_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool
host_equal(struct bytes a, struct bytes b)
{
	a.n -= a.n > 0 && a.p[a.n - 1] == '.';
	b.n -= b.n > 0 && b.p[b.n - 1] == '.';
	struct rd x = rd_bytes(a), y = rd_bytes(b);
	bool same = a.n == b.n;

	while (same && rd_left(&x) > 0)
		same = lower(rd_u8(&x)) == lower(rd_u8(&y));
	return same;
}
