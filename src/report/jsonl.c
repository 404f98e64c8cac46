#include "report/jsonl.h"

#include <errno.h>

#include "report/json_connection.h"

bool
jsonl_write(const struct judgement *j, unsigned digits, FILE *out)
{
	const struct findings none = { 0 };
	json_t *line = json_connection(j, digits, &none);
	bool ok = line != NULL;

	if (!ok)
		errno = ENOMEM;
	ok = ok && json_dumpf(line, out, JSON_COMPACT) == 0 && fputc('\n', out) != EOF &&
	    fflush(out) == 0;
	json_decref(line);
	return ok;
}
