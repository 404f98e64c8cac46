/* libFuzzer: how a dialogue is carried: cut, reordered, repeated, interleaved, numbered; or
 * harmed; or any packets at all. See testkit/delivery.h. $srcdir holds fixtures. */
#include "testkit/delivery.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* libFuzzer hands nothing from the one function to the other. */
static struct delivery delivery;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	const char *source = getenv("srcdir");
	char buf[1024];
	struct text path = TEXT(buf);
	struct diag d = { .line = "" };

	(void)argc;
	(void)argv;
	text_putf(&path, "%s/fixtures", source ? source : ".");
	if (!delivery_open(&delivery, buf, &d)) {
		fprintf(stderr, "%s\n", d.line);
		exit(2);
	}
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	char buf[16384];
	struct text why = TEXT(buf);

	if (!delivery_try_any(&delivery, p, n, &why)) {
		fprintf(stderr, "%s", buf);
		abort();
	}
	return 0;
}
