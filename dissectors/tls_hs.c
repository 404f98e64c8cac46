/*
 * tls_hs - handshake messages that are sent in clear.
 * source: RFC 8446 4; RFC 5246 7.4; RFC 8422 5 (ECDHE parameters); RFC 4346 7.4
 * (signatures before TLS 1.2).
 */
#include "dissectors/names.h"
#include "dissectors/tell.h"
#include "dissectors/tls.h"

/* [RFC 8446 4.1.3] SHA-256 of "HelloRetryRequest" in place of the random. */
static const uint8_t retry_random[32] = {
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02,
	0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e,
	0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
};

/* version, random, session id: how both hellos begin. */
static void
hello_start(struct rd *r, struct fact *f)
{
	f->u.tls_hello.legacy_version = rd_u16(r);
	f->u.tls_hello.version = f->u.tls_hello.legacy_version;
	f->u.tls_hello.random = rd_take(r, 32);
	struct rd id = rd_vec8(r);
	f->u.tls_hello.session_id = rd_rest(&id);
}

static uint16_t
highest_offered(const struct fact *f)
{
	uint16_t highest = 0;

	for (uint16_t i = 0; i < f->u.tls_hello.n_versions; i++)
		if (f->u.tls_hello.versions[i] > highest)
			highest = f->u.tls_hello.versions[i];
	return highest ? highest : f->u.tls_hello.legacy_version;
}

/* [RFC 8446 4.1.2] False: malformed. */
static bool
client_hello(struct rd r, struct fact *f)
{
	hello_start(&r, f);
	struct rd suites = rd_vec16(&r);
	struct rd compression = rd_vec8(&r);
	bool ok = rd_ok(&r) && f->u.tls_hello.legacy_version >> 8 == 3 &&
	    f->u.tls_hello.session_id.n <= 32 && rd_left(&suites) >= 2 &&
	    rd_left(&suites) % 2 == 0 && rd_left(&compression) >= 1;
	if (ok && rd_left(&r) > 0)
		ok = tls_extensions(rd_vec16(&r), false, f);
	f->u.tls_hello.version = highest_offered(f);
	return ok && rd_done(&r);
}

/* [RFC 8446 4.1.3] False: malformed. */
static bool
server_hello(struct rd r, struct fact *f)
{
	hello_start(&r, f);
	f->u.tls_hello.cipher = rd_u16(&r);
	rd_u8(&r);
	f->u.tls_hello.retry = bytes_equal(f->u.tls_hello.random,
	    (struct bytes){ retry_random, sizeof retry_random });
	bool ok = rd_ok(&r) && f->u.tls_hello.legacy_version >> 8 == 3 &&
	    f->u.tls_hello.session_id.n <= 32;
	if (ok && rd_left(&r) > 0)
		ok = tls_extensions(rd_vec16(&r), true, f);
	return ok && rd_done(&r);
}

bool
tls_is_client_hello(struct rd b)
{
	struct fact f = { .kind = FACT_TLS_CLIENT_HELLO };
	uint8_t type = rd_u8(&b);
	struct rd body = rd_vec24(&b);

	return type == TLS_CLIENT_HELLO && rd_done(&b) && client_hello(body, &f);
}

static void
tell_client_hello(struct fact f, struct rd body, const struct port *out)
{
	if (client_hello(body, &f))
		tell(out, f, FACT_TLS_CLIENT_HELLO);
	else
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "RFC 8446 4.1.2");
}

static void
tell_server_hello(struct tls_side *s, struct fact f, struct rd body, const struct port *out)
{
	if (!server_hello(body, &f)) {
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "RFC 8446 4.1.3");
		return;
	}
	s->cipher = f.u.tls_hello.cipher;
	s->version = f.u.tls_hello.version;
	s->retry = f.u.tls_hello.retry;
	tell(out, f, FACT_TLS_SERVER_HELLO);
}

/* [RFC 5246 7.4.2] TLS 1.3 never sends it in clear. */
static void
tell_certificates(struct fact f, struct rd body, const struct port *out)
{
	struct rd list = rd_vec24(&body);

	while (rd_left(&list) > 0) {
		struct rd der = rd_vec24(&list);
		if (!rd_ok(&list))
			break;
		if (f.u.tls_certificates.n < TLS_CHAIN_MAX)
			f.u.tls_certificates.der[f.u.tls_certificates.n] = rd_rest(&der);
		if (f.u.tls_certificates.n < UINT16_MAX)
			f.u.tls_certificates.n++;
	}
	if (rd_ok(&list) && rd_done(&body))
		tell(out, f, FACT_TLS_CERTIFICATES);
	else
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "RFC 5246 7.4.2");
}

/* [RFC 8422 5.4] named_curve is the only form left. False: another. */
static bool
curve_parameters(struct rd *r, struct fact *f)
{
	if (rd_u8(r) != 3)
		return false;
	f->u.tls_key_exchange.group = rd_u16(r);
	struct rd point = rd_vec8(r);
	return rd_left(&point) > 0;
}

/* [RFC 5246 7.4.3] p, g, Ys; DHE has no name. */
static bool
prime_parameters(struct rd *r)
{
	struct rd p = rd_vec16(r), g = rd_vec16(r), ys = rd_vec16(r);

	return rd_left(&p) > 0 && rd_left(&g) > 0 && rd_left(&ys) > 0;
}

/* [RFC 5246 4.7, 7.4.3] Before TLS 1.2 there is no SignatureScheme. What follows
 * the parameters is the signature, or the message is not read. */
static void
parameters_signature(struct rd r, bool has_scheme, struct bytes parameters, struct fact *f)
{
	uint16_t scheme = has_scheme ? rd_u16(&r) : 0;
	struct rd signature = rd_vec16(&r);

	if (!rd_done(&r) || rd_left(&signature) == 0)
		return;
	f->u.tls_key_exchange.parameters = parameters;
	f->u.tls_key_exchange.scheme = scheme;
	f->u.tls_key_exchange.signature = rd_rest(&signature);
}

static bool
suite_begins(const char *name, const char *with)
{
	return strncmp(name, with, strlen(with)) == 0;
}

/* Suites with PSK begin with a hint, SRP has other parameters: not read. */
static void
tell_server_key_exchange(const struct tls_side *s, struct fact f, struct rd body,
    const struct port *out)
{
	const char *name = tls_cipher_name(s->cipher);
	struct rd rest = body;
	bool is_signed = false;

	if (name == NULL)
		is_signed = false;
	else if (suite_begins(name, "TLS_ECDHE_RSA_") || suite_begins(name, "TLS_ECDHE_ECDSA_"))
		is_signed = curve_parameters(&rest, &f);
	else if (suite_begins(name, "TLS_DHE_RSA_") || suite_begins(name, "TLS_DHE_DSS_"))
		is_signed = prime_parameters(&rest);
	else if (suite_begins(name, "TLS_ECDH_anon_"))
		curve_parameters(&rest, &f);
	if (is_signed)
		parameters_signature(rest, s->version >= 0x0303,
		    rd_take(&body, rd_left(&body) - rd_left(&rest)), &f);
	tell(out, f, FACT_TLS_KEY_EXCHANGE);
}

/* [RFC 5246 4.7, 7.4.8] Before TLS 1.2 there is no SignatureScheme. */
static void
tell_certificate_verify(struct fact f, struct rd body, const struct port *out)
{
	struct rd with_scheme = body, without = body;
	uint16_t scheme = rd_u16(&with_scheme);
	size_t n_with = rd_left(&with_scheme), n_without = rd_left(&without);

	struct rd signature = rd_vec16(&with_scheme), bare = rd_vec16(&without);
	if (n_with > 2 && rd_done(&with_scheme)) {
		f.u.tls_signature.scheme = scheme;
		f.u.tls_signature.signature = rd_rest(&signature);
		tell(out, f, FACT_TLS_CERTIFICATE_VERIFY);
	} else if (n_without > 2 && rd_done(&without)) {
		f.u.tls_signature.signature = rd_rest(&bare);
		tell(out, f, FACT_TLS_CERTIFICATE_VERIFY);
	} else {
		tell_anomaly(out, f, ANOMALY_BAD_LENGTH, "RFC 5246 7.4.8");
	}
}

static void
client_message(struct tls_side *s, struct fact f, uint8_t type, struct rd body,
    const struct port *out)
{
	switch (type) {
	case TLS_CLIENT_HELLO:
		tell_client_hello(f, body, out);
		break;
	case TLS_CERTIFICATE:
		tell_certificates(f, body, out);
		break;
	case TLS_CLIENT_KEY_EXCHANGE:
		s->exchanged_keys = true;
		tell(out, f, FACT_TLS_KEY_EXCHANGE);
		break;
	case TLS_CERTIFICATE_VERIFY:
		tell_certificate_verify(f, body, out);
		break;
	case TLS_HELLO_REQUEST:
	case TLS_SERVER_HELLO:
	case TLS_SERVER_KEY_EXCHANGE:
	case TLS_CERTIFICATE_REQUEST:
	case TLS_SERVER_HELLO_DONE:
		tell_anomaly(out, f, ANOMALY_UNEXPECTED, "RFC 5246 7.3");
		break;
	default:
		f.u.tls_message.type = type;
		f.u.tls_message.length = (uint32_t)rd_left(&body);
		tell(out, f, FACT_TLS_OTHER_MESSAGE);
		break;
	}
}

static void
server_message(struct tls_side *s, struct fact f, uint8_t type, struct rd body,
    const struct port *out)
{
	switch (type) {
	case TLS_SERVER_HELLO:
		tell_server_hello(s, f, body, out);
		break;
	case TLS_CERTIFICATE:
		tell_certificates(f, body, out);
		break;
	case TLS_SERVER_KEY_EXCHANGE:
		tell_server_key_exchange(s, f, body, out);
		break;
	case TLS_CERTIFICATE_REQUEST:
		tell(out, f, FACT_TLS_CERTIFICATE_REQUEST);
		break;
	case TLS_SERVER_HELLO_DONE:
		tell(out, f, FACT_TLS_SERVER_HELLO_DONE);
		break;
	case TLS_CLIENT_HELLO:
	case TLS_CLIENT_KEY_EXCHANGE:
	case TLS_CERTIFICATE_VERIFY:
		tell_anomaly(out, f, ANOMALY_UNEXPECTED, "RFC 5246 7.3");
		break;
	default:
		f.u.tls_message.type = type;
		f.u.tls_message.length = (uint32_t)rd_left(&body);
		tell(out, f, FACT_TLS_OTHER_MESSAGE);
		break;
	}
}

void
tls_message(struct tls_side *s, struct fact f, uint8_t type, struct rd body,
    const struct port *out)
{
	if (f.side == SIDE_CLIENT)
		client_message(s, f, type, body, out);
	else
		server_message(s, f, type, body, out);
}
