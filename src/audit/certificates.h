/*
 * certificates - every certificate once, however often it is sent.
 *
 * ownership  what it returns lives as long as the store.
 * limits     LIMIT_CERTIFICATES different ones; more are NULL and counted.
 */
#ifndef AUDIT_CERTIFICATES_H
#define AUDIT_CERTIFICATES_H

#include "base/arena.h"
#include "base/map.h"
#include "dissectors/fact.h"

/* Decodes DER into out, with strings in the arena (dissectors/x509.h). */
typedef bool certificate_parser(struct bytes der, struct arena *a, struct certificate *out);

struct certificates {
	struct map by_der;
	struct arena arena;
	certificate_parser *parse;
	uint64_t shed;
};

void certificates_init(struct certificates *s, certificate_parser *parse);
const struct certificate *certificates_intern(struct certificates *s, struct bytes der);
void certificates_free(struct certificates *s);

#endif
