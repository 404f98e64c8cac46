/*
 * cli - the command line, and the policy file it names, understood.
 *
 * What an option does is a row of options.c or, for a demand on the traffic, of
 * audit/policy.c. A policy file has the same names; the command line overrides
 * it, and a list given there replaces the file's.
 *
 * ownership  strings point into argv or are the policy's; cli_free() frees the rest.
 * failure    CLI_USAGE fills d with one line that names the option, or the file and line.
 */
#ifndef CLI_H
#define CLI_H

#include <stdio.h>

#include "audit/policy.h"
#include "base/ports.h"

enum cli_command { COMMAND_NONE, COMMAND_TOP, COMMAND_SHOW, COMMAND_CHECK, COMMAND_RULES };

enum format { FORMAT_NONE, FORMAT_TABLE, FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL, FORMAT_DOT, FORMAT_TAP };

struct cli_list {
	const char **v;
	size_t n;
};

struct cli {
	enum cli_command command;
	struct cli_list files, devices;
	struct port_range *epmd_ports, *dist_ports;
	size_t n_epmd_ports, n_dist_ports;
	enum format format;		/* of standard output; never FORMAT_NONE for a command */
	bool verbose, numeric;
	unsigned detail;		/* of this connection only; 0: not asked */
	unsigned width;			/* 0: the terminal's, or none */

	const char *filter;
	uint64_t since_ns, until_ns;	/* 0: not asked */
	unsigned count;			/* packets; 0: all */
	unsigned buffer_kib, snaplen;	/* 0: not asked */
	bool     not_promiscuous, immediate;
	uint64_t duration_ns;		/* 0: no end */
	const char *netns;		/* network namespace; NULL: our own */
	bool     all_netns;
	const char *user, *ready_file, *write;
	const char *json, *junit, *sarif, *tap;	/* files; NULL: not asked */
	const char *sarif_location;
	const char *policy_file;
	struct policy policy;
	char *const *child;		/* after --, ends with NULL; NULL: none */
};

enum cli_answer {
	CLI_RUN,		/* .command */
	CLI_HELP,		/* asked for, of .command: standard output, status 0 */
	CLI_VERSION,
	CLI_DEVICES,		/* -D */
	CLI_NO_COMMAND,		/* the help, but status 2 */
	CLI_USAGE,
};

enum cli_answer cli_parse(int argc, char **argv, struct cli *out, struct diag *d);
void cli_free(struct cli *c);

/* Of a command, or (COMMAND_NONE) of the program. */
void cli_help(enum cli_command command, FILE *out);

#endif
