#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <fcntl.h>
#include <locale.h>
#include <unistd.h>

#include "check.h"
#include "net/live.h"
#include "report/rulebook.h"
#include "show.h"
#include "terminal.h"
#include "top.h"

#define EXIT_CANNOT_RUN 2

static int
run(const struct cli *c)
{
	switch (c->command) {
	case COMMAND_NONE:
		break;
	case COMMAND_TOP:
		return top(c);
	case COMMAND_SHOW:
		return show(c);
	case COMMAND_CHECK:
		return check(c);
	case COMMAND_RULES:
		return rulebook_write(c->width ? c->width : terminal_width(), stdout) ?
		    0 : EXIT_CANNOT_RUN;
	}
	return EXIT_CANNOT_RUN;
}

/* A capture socket must not become a standard stream, which a command would get. What
 * is written to one that was closed still fails. */
static void
fill_standard_streams(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDONLY)) >= 0 && fd <= STDERR_FILENO)
		;
	if (fd >= 0)
		close(fd);
}

int
main(int argc, char **argv)
{
	struct diag d = { 0 };
	struct cli c;
	int status = 0;

	fill_standard_streams();
	setlocale(LC_CTYPE, "");
	switch (cli_parse(argc, argv, &c, &d)) {
	case CLI_RUN:
		status = run(&c);
		break;
	case CLI_HELP:
		cli_help(c.command, stdout);
		break;
	case CLI_VERSION:
		puts("beamtap " PACKAGE_VERSION);
		break;
	case CLI_DEVICES:
		status = live_list_devices(stdout, &d) ? 0 : EXIT_CANNOT_RUN;
		break;
	case CLI_NO_COMMAND:
		cli_help(COMMAND_NONE, stderr);
		status = EXIT_CANNOT_RUN;
		break;
	case CLI_USAGE:
		status = EXIT_CANNOT_RUN;
		break;
	}
	if (diag_is_set(&d))
		terminal_complain(d.line);
	cli_free(&c);
	return status;
}
