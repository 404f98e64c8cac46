#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>

void
diag_set(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (diag_is_set(d))
		return;
	va_start(ap, fmt);
	vsnprintf(d->line, sizeof d->line, fmt, ap);
	va_end(ap);
}
