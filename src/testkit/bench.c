#include "testkit/bench.h"

#include <assert.h>
#include <string.h>

static bool
parse_nothing(struct bytes der, struct arena *a, struct certificate *out)
{
	(void)der;
	(void)a;
	out->subject = "O = Lab, CN = beta.lab";
	out->readable = true;
	return true;
}

void
bench_open(struct bench *b, uint16_t version, uint16_t cipher)
{
	*b = (struct bench){ .at_ns = BENCH_START, .version = version, .cipher = cipher };
	certificates_init(&b->certificates, parse_nothing);
	b->c = connection_new();
	assert(b->c != NULL);
	b->c->transport.spoken = SPOKEN_TLS;
	b->c->transport.sides_certain = true;
	b->c->transport.first_ns = BENCH_START;
	for (int side = 0; side < 2; side++) {
		b->c->transport.end[side].packets = 2;
		b->c->transport.end[side].syn = true;
	}
}

void
bench_close(struct bench *b)
{
	arena_free(&b->arena);
	connection_free(b->c);
	certificates_free(&b->certificates);
}

void
bench_tell(struct bench *b, enum side side, struct fact f, uint64_t n)
{
	struct transport_end *e = &b->c->transport.end[side];
	struct stamped where = { .at_ns = b->at_ns += 1000000, .start = b->sent[side],
		.end = b->sent[side] + n, .peer_acked = b->sent[side_other(side)] };

	f.side = side;
	b->sent[side] += n;
	e->bytes = b->sent[side];
	e->packets++;
	b->c->transport.end[side_other(side)].acked = b->sent[side_other(side)];
	b->c->transport.last_ns = b->at_ns;
	connection_fact(b->c, &f, &where, &b->certificates, &b->transcripts);
}

void
bench_sealed(struct bench *b, enum side side, uint8_t type, uint16_t length)
{
	struct fact f = { .kind = FACT_TLS_RECORD };

	f.u.tls_record.type = type;
	f.u.tls_record.length = length;
	f.u.tls_record.sealed = true;
	bench_tell(b, side, f, 5u + length);
}

static void
hello(struct bench *b, enum side side)
{
	struct fact f = { .kind = side == SIDE_CLIENT ? FACT_TLS_CLIENT_HELLO : FACT_TLS_SERVER_HELLO };

	f.u.tls_hello.version = b->version;
	f.u.tls_hello.cipher = side == SIDE_SERVER ? b->cipher : 0;
	f.u.tls_hello.sni = (struct bytes){ (const uint8_t *)"beta.lab", side == SIDE_CLIENT ? 8 : 0 };
	bench_tell(b, side, f, 200);
}

static void
certificate(struct bench *b, enum side side, uint16_t n)
{
	static const uint8_t der[] = "not looked at";
	struct fact f = { .kind = FACT_TLS_CERTIFICATES };

	f.u.tls_certificates.n = n;
	f.u.tls_certificates.der[0] = (struct bytes){ der, sizeof der };
	bench_tell(b, side, f, 1000);
}

void
bench_say(struct bench *b, enum side side, char letter)
{
	static const struct { char letter; enum fact_kind kind; } plain[] = {
		{ 'K', FACT_TLS_KEY_EXCHANGE },        { 'R', FACT_TLS_CERTIFICATE_REQUEST },
		{ 'D', FACT_TLS_SERVER_HELLO_DONE },   { 'V', FACT_TLS_CERTIFICATE_VERIFY },
		{ 'S', FACT_TLS_CHANGE_CIPHER_SPEC },
	};
	struct fact f = { .kind = FACT_NONE };

	switch (letter) {
	case 'H': hello(b, side); return;
	case 'C': certificate(b, side, 1); return;
	case 'c': certificate(b, side, 0); return;
	case 'F': bench_sealed(b, side, 22, 40); return;
	case 'A': bench_sealed(b, side, 23, 100); return;
	case 'T':
		f.kind = FACT_TLS_OTHER_MESSAGE;
		f.u.tls_message.type = 4;
		bench_tell(b, side, f, 100);
		return;
	case 'L':
		f.kind = FACT_TLS_ALERT;
		f.u.tls_alert.level = 2;
		f.u.tls_alert.description = 45;
		bench_tell(b, side, f, 7);
		return;
	default:
		for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
			if (plain[i].letter == letter)
				f.kind = plain[i].kind;
		assert(f.kind != FACT_NONE);
		bench_tell(b, side, f, 50);
	}
}

void
bench_play(struct bench *b, const char *talk)
{
	enum side side = SIDE_CLIENT;
	bool start = true;

	for (; *talk != '\0'; talk++) {
		if (*talk == ' ') {
			start = true;
		} else if (start) {
			side = *talk == 'c' ? SIDE_CLIENT : SIDE_SERVER;
			start = false;
		} else {
			bench_say(b, side, *talk);
		}
	}
}

const struct judgement *
bench_judge(struct bench *b)
{
	static const struct port_facts ports[2] = { [SIDE_SERVER] = { .by_epmd = true } };

	verdict_judge(b->c, ports, &b->arena, &b->j);
	return &b->j;
}

void
bench_fin(struct bench *b, enum side side)
{
	b->c->transport.end[side].fin_ns = b->at_ns += 1000000;
	b->c->transport.end[side_other(side)].acked = b->sent[side_other(side)];
}
