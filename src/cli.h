/*
 * cli - the command line, understood.
 *
 * ownership  strings point into argv; cli_free() frees the lists.
 * failure    CLI_USAGE fills d with one line that names the option.
 */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>

#include "base/diag.h"
#include "base/ports.h"

enum format { FORMAT_TABLE, FORMAT_JSON };

struct cli {
	const char **files;
	size_t n_files;
	struct port_range *epmd_ports, *dist_ports;
	size_t n_epmd_ports, n_dist_ports;
	enum format format;
	bool verbose, numeric;
	unsigned width;			/* 0: the terminal's, or none */
};

enum cli_answer {
	CLI_SHOW,
	CLI_HELP,		/* asked for: standard output, status 0 */
	CLI_HELP_SHOW,
	CLI_VERSION,
	CLI_NO_COMMAND,		/* the help, but status 2 */
	CLI_USAGE,
};

enum cli_answer cli_parse(int argc, char **argv, struct cli *out, struct diag *d);
void cli_free(struct cli *c);

void cli_help(FILE *out);
void cli_help_show(FILE *out);

#endif
