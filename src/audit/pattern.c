#include "audit/pattern.h"

#include <arpa/inet.h>

#define NAME_MAX_BYTES 511u	/* an atom has 255 characters; a DNS name fewer */

/* One character, strictly as [RFC 3629 4] has it, or one byte that begins none;
 * empty at the end. */
static struct bytes
next_character(struct rd *r)
{
	struct rd ahead = *r;
	uint8_t lead = rd_u8(&ahead), low = 0x80, high = 0xbf;
	size_t n = 1;

	if (rd_left(r) == 0)
		return rd_take(r, 0);
	if (lead >= 0xc2 && lead <= 0xdf)
		n = 2;
	else if (lead >= 0xe0 && lead <= 0xef)
		n = 3;
	else if (lead >= 0xf0 && lead <= 0xf4)
		n = 4;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	for (size_t i = 1; i < n; i++) {
		uint8_t more = rd_u8(&ahead);

		if (!rd_ok(&ahead) || more < low || more > high)
			return rd_take(r, 1);
		low = 0x80;
		high = 0xbf;
	}
	return rd_take(r, n);
}

static bool
is(struct bytes character, char c)
{
	return character.n == 1 && character.p[0] == (uint8_t)c;
}

/* Only the last "*" is ever tried again: what an earlier one took can be left to
 * it. */
bool
pattern_matches(const char *pattern, struct bytes name)
{
	struct rd p = rd_of(pattern, strlen(pattern)), s = rd_bytes(name);
	struct rd after_star = p, retry = s;
	bool starred = false;

	while (rd_left(&s) > 0) {
		struct rd p_next = p, s_next = s;
		struct bytes want = next_character(&p_next), got = next_character(&s_next);

		if (is(want, '*')) {
			starred = true;
			after_star = p = p_next;
			retry = s;
		} else if (is(want, '?') || bytes_equal(want, got)) {
			p = p_next;
			s = s_next;
		} else if (starred) {
			next_character(&retry);
			s = retry;
			p = after_star;
		} else {
			return false;
		}
	}
	while (rd_left(&p) > 0)
		if (!is(next_character(&p), '*'))
			return false;
	return true;
}

static bool
is_between(struct bytes b, const char *quote)
{
	size_t n = strlen(quote);

	return b.n >= 2 * n && memcmp(b.p, quote, n) == 0 &&
	    memcmp(b.p + b.n - n, quote, n) == 0;
}

struct bytes
pattern_unquote(const char *s)
{
	static const char *const quotes[] = { "'", "\"", "\\\"", "\\'" };
	struct bytes b = { (const uint8_t *)s, strlen(s) };

	for (size_t i = 0; i < sizeof quotes / sizeof *quotes;) {
		size_t n = strlen(quotes[i]);

		if (is_between(b, quotes[i])) {
			b = (struct bytes){ b.p + n, b.n - 2 * n };
			i = 0;
		} else {
			i++;
		}
	}
	return b;
}

/* Of no node's name: [OTP net_kernel: "Invalid node name!"]. */
static bool
is_blank(uint8_t byte)
{
	return byte <= ' ' || byte == 0x7f;
}

const char *
pattern_fault(struct bytes pattern)
{
	size_t n_at = 0, at = 0;
	struct rd r = rd_bytes(pattern);

	if (pattern.n == 0)
		return "is empty; write NAME@HOST";
	for (size_t i = 0; rd_left(&r) > 0; i++) {
		uint8_t byte = rd_u8(&r);

		if (byte == '\'' || byte == '"' || byte == '\\')
			return "has a quote inside; write one pattern, without quotes";
		if (is_blank(byte))
			return "has a space inside; write one pattern a value";
		if (byte == '@' && n_at++ == 0)
			at = i;
	}
	if (n_at == 0 || at + 1 == pattern.n)
		return "names no host; write NAME@HOST, such as clouseau@127.0.0.1"
		    " or *@127.0.0.1";
	if (at == 0)
		return "names no node; write NAME@HOST, such as *@127.0.0.1";
	if (n_at > 1)
		return "is more than one node; write one pattern a value";
	return NULL;
}

/* The host of a name that is whole, as a string. */
static bool
take_host(struct bytes node, char host[NAME_MAX_BYTES + 1])
{
	struct rd r = rd_bytes(node);
	size_t n_at = 0, n = 0;

	if (node.n > NAME_MAX_BYTES || node.n == 0 || node.p[0] == '@')
		return false;
	while (rd_left(&r) > 0) {
		uint8_t byte = rd_u8(&r);

		if (is_blank(byte))
			return false;
		if (byte == '@')
			n_at++;
		else if (n_at == 1)
			host[n++] = (char)byte;
	}
	host[n] = '\0';
	return n_at == 1 && n > 0 && strcmp(host, "?") != 0;
}

/* Also as resolvers take them: "127.1", "0x7f.0.0.1", "fe80::1%eth0". */
static bool
read_literal(char *host, struct address *out)
{
	struct in_addr v4;
	uint8_t octets[16];

	if (inet_aton(host, &v4) != 0) {
		memcpy(octets, &v4.s_addr, 4);
		*out = address_ipv4(octets);
		return true;
	}
	host[strcspn(host, "%")] = '\0';
	if (inet_pton(AF_INET6, host, octets) == 1) {
		*out = address_ipv6(octets);
		return true;
	}
	return false;
}

bool
pattern_excepts(const char *pattern, struct bytes server_node, const struct address *server)
{
	char host[NAME_MAX_BYTES + 1];
	struct address literal;

	if (!take_host(server_node, host) || !pattern_matches(pattern, server_node))
		return false;
	/* No name of a host has a colon: it is a literal, or nonsense. */
	bool is_name = strchr(host, ':') == NULL;
	if (read_literal(host, &literal))
		return address_equal(&literal, server);
	return is_name;
}
