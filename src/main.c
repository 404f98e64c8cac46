#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/text.h"
#include "cli.h"
#include "engine.h"
#include "report/json.h"
#include "report/table.h"

enum { EXIT_OK = 0, EXIT_CANNOT_RUN = 2 };

/* One line: diagnostics quote names that the user, or a file, gave. */
static int
fail(const char *line)
{
	char buf[2048];
	struct text t = TEXT(buf);

	text_put_wire(&t, (struct bytes){ (const uint8_t *)line, strlen(line) });
	fprintf(stderr, "beamtap: %s\n", t.s);
	return EXIT_CANNOT_RUN;
}

/* The width of the terminal; 0 where there is none: then nothing is cut. */
static unsigned
terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	if (!isatty(STDOUT_FILENO))
		return 0;
	if (columns != NULL && atoi(columns) > 0)
		return (unsigned)atoi(columns);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		return size.ws_col;
	return 0;
}

/* https://no-color.org: set and not empty means no colour. */
static bool
colour_is_wanted(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
}

static bool
print(const struct cli *c, const struct snapshot *s)
{
	const struct table_style style = {
		.width = c->width ? c->width : terminal_width(),
		.colour = colour_is_wanted(),
		.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
		.verbose = c->verbose,
		.numeric = c->numeric,
	};

	switch (c->format) {
	case FORMAT_TABLE:
		return table_write(s, &style, stdout);
	case FORMAT_JSON:
		return json_write(s, stdout);
	}
	return false;
}

/* Not an empty success: say what there was instead of connections. False:
 * nothing at all could be looked at. */
static bool
note_emptiness(const struct snapshot *s)
{
	const struct input_facts *in = &s->input;
	uint64_t undecoded = 0;

	for (size_t i = 0; i < in->n_link_types; i++)
		undecoded += in->link_types[i].packets;
	if (in->packets == 0) {
		fprintf(stderr, "beamtap: the input holds no packets\n");
	} else if (undecoded == in->packets) {
		for (size_t i = 0; i < in->n_link_types; i++)
			fprintf(stderr, "beamtap: link type %u%s%s%s cannot be decoded: "
			    "%llu packets were not looked at\n", in->link_types[i].link_type,
			    in->link_types[i].name ? " (" : "",
			    in->link_types[i].name ? in->link_types[i].name : "",
			    in->link_types[i].name ? ")" : "",
			    (unsigned long long)in->link_types[i].packets);
		return false;
	} else if (s->n_connections == 0) {
		fprintf(stderr, "beamtap: no distribution connection in %llu packets\n",
		    (unsigned long long)in->packets);
	}
	return true;
}

static int
show(const struct cli *c)
{
	struct engine_options options = {
		.files = c->files, .n_files = c->n_files,
		.epmd_ports = c->epmd_ports, .n_epmd_ports = c->n_epmd_ports,
		.dist_ports = c->dist_ports, .n_dist_ports = c->n_dist_ports,
	};
	struct diag d = { 0 };
	struct snapshot s;
	struct engine *e = engine_open(&options, &d);
	int status = EXIT_OK;

	if (e == NULL || !engine_run(e, &d) || !engine_snapshot(e, &s, &d)) {
		engine_close(e);
		return fail(d.line);
	}
	if (s.input.damage != NULL)
		fail(s.input.damage);
	if (!note_emptiness(&s))
		status = EXIT_CANNOT_RUN;
	if (!print(c, &s) || fflush(stdout) != 0) {
		diag_set(&d, "cannot write: %s", strerror(errno));
		status = fail(d.line);
	}
	snapshot_free(&s);
	engine_close(e);
	return status;
}

int
main(int argc, char **argv)
{
	struct diag d = { 0 };
	struct cli c;
	int status = EXIT_OK;

	setlocale(LC_CTYPE, "");
	switch (cli_parse(argc, argv, &c, &d)) {
	case CLI_SHOW:
		status = show(&c);
		break;
	case CLI_HELP:
		cli_help(stdout);
		break;
	case CLI_HELP_SHOW:
		cli_help_show(stdout);
		break;
	case CLI_VERSION:
		puts("beamtap " PACKAGE_VERSION);
		break;
	case CLI_NO_COMMAND:
		cli_help(stderr);
		status = EXIT_CANNOT_RUN;
		break;
	case CLI_USAGE:
		status = fail(d.line);
		break;
	}
	cli_free(&c);
	return status;
}
