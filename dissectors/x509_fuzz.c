/* libFuzzer: one certificate. */
#include "dissectors/x509.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct arena a = { .limit = 1u << 20 };
	struct certificate c;
	bool good = x509_parse((struct bytes){ p, n }, &a, &c);

	if (good != c.readable || good != (c.subject != NULL) || c.n_names > CERTIFICATE_NAMES_MAX)
		__builtin_trap();
	if (!good && (c.key_bits != 0 || c.key_strength != 0 || c.signature_strength != 0))
		__builtin_trap();
	for (size_t i = 0; i < c.n_names; i++)
		if (strlen(c.names[i]) < sizeof "DNS:" - 1)
			__builtin_trap();
	arena_free(&a);
	return 0;
}
