/*
 * bench - a connection that a test tells fact by fact, with the offsets and
 * acknowledgements that a real one has: who speaks has seen all that was said.
 *
 * ownership  bench_close() frees what bench_open() made.
 */
#ifndef TESTKIT_BENCH_H
#define TESTKIT_BENCH_H

#include "audit/certificates.h"
#include "audit/verdict.h"

#define BENCH_SEC   1000000000ull
#define BENCH_START (1700000000ull * BENCH_SEC)

struct bench {
	struct connection *c;
	struct certificates certificates;
	struct transcripts transcripts;
	uint64_t at_ns, sent[2];
	uint16_t version, cipher;	/* what the hellos say */
	struct arena arena;
	struct judgement j;
};

void bench_open(struct bench *b, uint16_t version, uint16_t cipher);
void bench_close(struct bench *b);

void bench_tell(struct bench *b, enum side side, struct fact f, uint64_t n);
void bench_sealed(struct bench *b, enum side side, uint8_t type, uint16_t length);

/* One message of a handshake, by its letter in the script of connection.h;
 * 'c' is an empty Certificate, 'L' a fatal alert in clear. */
void bench_say(struct bench *b, enum side side, char letter);

/* "cH sHCKD cKSF": c and s say who speaks the letters that follow. */
void bench_play(struct bench *b, const char *talk);

/* A side sends FIN; all that was sent is acknowledged. */
void bench_fin(struct bench *b, enum side side);

/* The judgement, on a port that EPMD labelled. */
const struct judgement *bench_judge(struct bench *b);

#endif
