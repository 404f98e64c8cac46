/*
 * tls_ext - the extensions of ClientHello and ServerHello that tell something
 * about a connection. Others are passed over by their length.
 * source: RFC 8446 4.2; RFC 6066 3 (server_name); RFC 7301 3.1 (ALPN);
 *         RFC 7627 5.1 (extended_master_secret); RFC 8879 3 (compress_certificate);
 *         RFC 5077 3.2 (session_ticket).
 */
#include "dissectors/tls.h"

enum {
	EXT_SERVER_NAME            = 0,
	EXT_SUPPORTED_GROUPS       = 10,
	EXT_ALPN                   = 16,
	EXT_EXTENDED_MASTER_SECRET = 23,
	EXT_COMPRESS_CERTIFICATE   = 27,
	EXT_SESSION_TICKET         = 35,
	EXT_PRE_SHARED_KEY         = 41,
	EXT_EARLY_DATA             = 42,
	EXT_SUPPORTED_VERSIONS     = 43,
	EXT_KEY_SHARE              = 51,
};

/* RFC 8701: values that mean nothing and keep peers tolerant. */
static bool
is_grease(uint16_t v)
{
	return (v & 0x0f0f) == 0x0a0a && v >> 8 == (v & 0xff);
}

static void
append(uint16_t *list, uint16_t *n, size_t max, uint16_t v)
{
	if (!is_grease(v) && *n < max)
		list[(*n)++] = v;
}

/* [RFC 6066 3] an empty extension is the server's "I used it". */
static bool
server_name(struct rd r, struct fact *f)
{
	if (rd_done(&r))
		return true;
	struct rd list = rd_vec16(&r);
	while (rd_left(&list) > 0) {
		uint8_t type = rd_u8(&list);
		struct rd name = rd_vec16(&list);
		if (rd_ok(&list) && type == 0 && f->u.tls_hello.sni.n == 0)
			f->u.tls_hello.sni = rd_rest(&name);
	}
	return rd_ok(&list) && rd_done(&r);
}

static bool
supported_groups(struct rd r, struct fact *f)
{
	struct rd list = rd_vec16(&r);

	while (rd_left(&list) > 0)
		append(f->u.tls_hello.groups, &f->u.tls_hello.n_groups,
		    TLS_GROUPS_MAX, rd_u16(&list));
	return rd_ok(&list) && rd_done(&r);
}

static bool
alpn(struct rd r, struct fact *f)
{
	struct rd list = rd_vec16(&r);

	while (rd_left(&list) > 0) {
		struct rd name = rd_vec8(&list);
		if (rd_ok(&list) && f->u.tls_hello.n_alpn < TLS_ALPN_MAX)
			f->u.tls_hello.alpn[f->u.tls_hello.n_alpn++] = rd_rest(&name);
	}
	return rd_ok(&list) && rd_done(&r);
}

/* [RFC 8446 4.2.1] the server names one, the client a list. */
static bool
supported_versions(struct rd r, bool of_server, struct fact *f)
{
	if (of_server) {
		f->u.tls_hello.version = rd_u16(&r);
		return rd_done(&r);
	}
	struct rd list = rd_vec8(&r);
	while (rd_left(&list) > 0)
		append(f->u.tls_hello.versions, &f->u.tls_hello.n_versions,
		    TLS_VERSIONS_MAX, rd_u16(&list));
	return rd_ok(&list) && rd_done(&r);
}

/* [RFC 8446 4.2.8] a HelloRetryRequest has the group alone. */
static bool
key_share(struct rd r, bool of_server, struct fact *f)
{
	if (of_server) {
		f->u.tls_hello.group = rd_u16(&r);
		if (!f->u.tls_hello.retry)
			rd_vec16(&r);
		return rd_done(&r);
	}
	struct rd list = rd_vec16(&r);
	while (rd_left(&list) > 0) {
		uint16_t group = rd_u16(&list);
		rd_vec16(&list);
		if (rd_ok(&list))
			append(f->u.tls_hello.shares, &f->u.tls_hello.n_shares,
			    TLS_GROUPS_MAX, group);
	}
	return rd_ok(&list) && rd_done(&r);
}

static bool
extension(uint16_t type, struct rd body, bool of_server, struct fact *f)
{
	switch (type) {
	case EXT_SERVER_NAME:
		return server_name(body, f);
	case EXT_SUPPORTED_GROUPS:
		return supported_groups(body, f);
	case EXT_ALPN:
		return alpn(body, f);
	case EXT_EXTENDED_MASTER_SECRET:
		f->u.tls_hello.extended_master_secret = true;
		return rd_done(&body);
	case EXT_COMPRESS_CERTIFICATE:
		f->u.tls_hello.compressed_certificates = true;
		return true;
	case EXT_SESSION_TICKET:
		f->u.tls_hello.ticket = rd_left(&body) > 0;
		return true;
	case EXT_PRE_SHARED_KEY:
		f->u.tls_hello.psk = true;
		return true;
	case EXT_EARLY_DATA:
		f->u.tls_hello.early_data = true;
		return true;
	case EXT_SUPPORTED_VERSIONS:
		return supported_versions(body, of_server, f);
	case EXT_KEY_SHARE:
		return key_share(body, of_server, f);
	default:
		return true;
	}
}

bool
tls_extensions(struct rd extensions, bool of_server, struct fact *f)
{
	bool well_formed = true;

	while (rd_left(&extensions) > 0) {
		uint16_t type = rd_u16(&extensions);
		struct rd body = rd_vec16(&extensions);
		if (rd_ok(&extensions) && !extension(type, body, of_server, f))
			well_formed = false;
	}
	return well_formed && rd_ok(&extensions);
}
