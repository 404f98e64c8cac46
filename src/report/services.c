#include "report/services.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 32

struct services {
	char name[65536][NAME_MAX_BYTES];	/* mostly pages that are never touched */
};

/* Only what is nothing but a name on any terminal, and has no colon. */
static bool
is_plain(const char *name)
{
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789-_.+*/") == strlen(name);
}

struct services *
services_read(FILE *in)
{
	struct services *s = calloc(1, sizeof *s);
	char line[1024];

	while (s != NULL && fgets(line, sizeof line, in) != NULL) {
		char name[NAME_MAX_BYTES], protocol[4];
		unsigned port;

		line[strcspn(line, "#\n")] = '\0';
		if (sscanf(line, "%31s %5u/%3s", name, &port, protocol) == 3 &&
		    port <= UINT16_MAX && strcmp(protocol, "tcp") == 0 &&
		    is_plain(name) && s->name[port][0] == '\0')
			strcpy(s->name[port], name);
	}
	return s;
}

struct services *
services_open(void)
{
	FILE *in = fopen("/etc/services", "r");

	if (in == NULL)
		return NULL;
	struct services *s = services_read(in);
	fclose(in);
	return s;
}

void
services_free(struct services *s)
{
	free(s);
}

const char *
services_name(const struct services *s, uint16_t port)
{
	return s != NULL && s->name[port][0] != '\0' ? s->name[port] : NULL;
}
