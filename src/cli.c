#include "cli.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH_MIN 40u
#define WIDTH_MAX 10000u

void
cli_help(FILE *out)
{
	fputs("beamtap - passive inspector and auditor of Erlang distribution traffic\n"
	    "\n"
	    "usage: beamtap show -r FILE [options]\n"
	    "\n"
	    "  show     what is every node-to-node connection in a capture file?\n"
	    "\n"
	    "  --help     this text; 'beamtap show --help' for the command's options\n"
	    "  --version  the version\n"
	    "\n"
	    "See also: man beamtap\n", out);
}

void
cli_help_show(FILE *out)
{
	fputs("usage: beamtap show -r FILE [-r FILE ...] [options]\n"
	    "\n"
	    "Prints a line for every node-to-node connection: plaintext, one-way TLS or\n"
	    "mutual TLS, who showed which certificate, and why an attempt was refused.\n"
	    "\n"
	    "  -r FILE            read FILE (pcap or pcapng, gzip is fine; - is standard\n"
	    "                     input); several are read as one, in order of time\n"
	    "  -o table|json      what to print (default: table)\n"
	    "  -v                 also certificates, explanations, and how it is known\n"
	    "  -n                 port numbers, no service names\n"
	    "  --width N          fit the table into N columns (default: the terminal's)\n"
	    "  --epmd-port N      EPMD listens on N too (repeatable; 4369 always counts)\n"
	    "  --dist-port RANGE  connections to these ports are distribution, say 9100 or\n"
	    "                     9100-9105 (repeatable)\n"
	    "  --help             this text\n"
	    "\n"
	    "Exit status: 0, or 2 when the input could not be read.\n", out);
}

enum { OPT_HELP = 256, OPT_VERSION, OPT_WIDTH, OPT_EPMD_PORT, OPT_DIST_PORT };

static const struct option long_options[] = {
	{ "help",      no_argument,       NULL, OPT_HELP },
	{ "version",   no_argument,       NULL, OPT_VERSION },
	{ "width",     required_argument, NULL, OPT_WIDTH },
	{ "epmd-port", required_argument, NULL, OPT_EPMD_PORT },
	{ "dist-port", required_argument, NULL, OPT_DIST_PORT },
	{ NULL, 0, NULL, 0 },
};

static bool
add_port_range(struct port_range **v, size_t *n, const char *s, const char *option,
    struct diag *d)
{
	struct port_range r, *more;

	if (!port_range_parse(s, &r)) {
		diag_set(d, "%s: '%s' is not a port or a range of ports", option, s);
		return false;
	}
	if ((more = realloc(*v, (*n + 1) * sizeof *more)) == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	more[(*n)++] = r;
	*v = more;
	return true;
}

static bool
set_format(struct cli *c, const char *s, struct diag *d)
{
	if (strcmp(s, "table") == 0)
		c->format = FORMAT_TABLE;
	else if (strcmp(s, "json") == 0)
		c->format = FORMAT_JSON;
	else
		diag_set(d, "-o: '%s' is not a format; there are table and json", s);
	return !diag_is_set(d);
}

static bool
set_width(struct cli *c, const char *s, struct diag *d)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*s < '0' || *s > '9' || *end != '\0' || n < WIDTH_MIN || n > WIDTH_MAX) {
		diag_set(d, "--width: '%s' is not a number of columns from %u to %u", s,
		    WIDTH_MIN, WIDTH_MAX);
		return false;
	}
	c->width = (unsigned)n;
	return true;
}

/* What getopt did not like, in our words. */
static void
complain(int answer, char **argv, int was, struct diag *d)
{
	if (answer == ':' && optopt > 0 && optopt < OPT_HELP)
		diag_set(d, "-%c: an argument is missing", optopt);
	else if (answer == ':')
		diag_set(d, "%s: an argument is missing", argv[optind - 1]);
	else if (optopt > 0 && optopt < OPT_HELP)
		diag_set(d, "-%c: no such option", optopt);
	else
		diag_set(d, "%s: no such option, or one it does not take so", argv[was]);
}

/* One option; CLI_SHOW: go on. */
static enum cli_answer
take_option(struct cli *c, int option, struct diag *d)
{
	bool ok = true;

	switch (option) {
	case 'r':
		c->files[c->n_files++] = optarg;
		break;
	case 'o':
		ok = set_format(c, optarg, d);
		break;
	case 'v':
		c->verbose = true;
		break;
	case 'n':
		c->numeric = true;
		break;
	case OPT_WIDTH:
		ok = set_width(c, optarg, d);
		break;
	case OPT_EPMD_PORT:
		ok = add_port_range(&c->epmd_ports, &c->n_epmd_ports, optarg, "--epmd-port", d);
		break;
	case OPT_DIST_PORT:
		ok = add_port_range(&c->dist_ports, &c->n_dist_ports, optarg, "--dist-port", d);
		break;
	case OPT_HELP:
		return CLI_HELP_SHOW;
	case OPT_VERSION:
		return CLI_VERSION;
	default:
		return CLI_USAGE;
	}
	return ok ? CLI_SHOW : CLI_USAGE;
}

static enum cli_answer
parse_show(int argc, char **argv, struct cli *c, struct diag *d)
{
	unsigned n_stdin = 0;
	int option, was = 1;

	optind = 0;		/* GNU: start afresh */
	while ((option = getopt_long(argc, argv, ":r:o:vn", long_options, NULL)) != -1) {
		enum cli_answer answer = take_option(c, option, d);
		if (answer == CLI_USAGE && !diag_is_set(d))
			complain(option, argv, was, d);
		if (answer != CLI_SHOW)
			return answer;
		was = optind;
	}
	if (optind < argc) {
		diag_set(d, "%s: give capture files with -r", argv[optind]);
		return CLI_USAGE;
	}
	if (c->n_files == 0) {
		diag_set(d, "no input: give a capture file with -r (- is standard input)");
		return CLI_USAGE;
	}
	for (size_t i = 0; i < c->n_files; i++)
		n_stdin += strcmp(c->files[i], "-") == 0;
	if (n_stdin > 1) {
		diag_set(d, "-r -: standard input can be read only once");
		return CLI_USAGE;
	}
	return CLI_SHOW;
}

enum cli_answer
cli_parse(int argc, char **argv, struct cli *out, struct diag *d)
{
	*out = (struct cli){ 0 };
	if (argc < 2)
		return CLI_NO_COMMAND;
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return CLI_HELP;
	if (strcmp(argv[1], "--version") == 0)
		return CLI_VERSION;
	if (strcmp(argv[1], "show") != 0) {
		diag_set(d, "%s: no such command; there is show", argv[1]);
		return CLI_USAGE;
	}
	if ((out->files = calloc((size_t)argc, sizeof *out->files)) == NULL) {
		diag_set(d, "out of memory");
		return CLI_USAGE;
	}
	return parse_show(argc - 1, argv + 1, out, d);
}

void
cli_free(struct cli *c)
{
	free(c->files);
	free(c->epmd_ports);
	free(c->dist_ports);
}
