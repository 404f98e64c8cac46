#include <string.h>

#include "base/text.h"
#include "cli.h"
#include "options.h"

#define HELP_COLUMN 27u

static void
help_of_the_program(FILE *out)
{
	fputs("beamtap - passive inspector and auditor of Erlang distribution traffic\n"
	    "\n"
	    "usage: beamtap [top] [-i IF | -r FILE] [options]\n"
	    "       beamtap show [-r FILE | -i IF] [options]\n"
	    "       beamtap check [-r FILE | -i IF] [options] [-- COMMAND]\n"
	    "       beamtap rules\n"
	    "\n"
	    "  top      the live table, full screen; what beamtap alone does on a terminal\n"
	    "  show     what is every node-to-node connection, in a capture file or live?\n"
	    "  check    were they all encrypted and mutual? An exit status says so\n"
	    "  rules    what check looks at\n"
	    "\n"
	    "  --help     this text; 'beamtap COMMAND --help' for a command's options\n"
	    "  --version  the version\n"
	    "\n"
	    "See also: man beamtap\n", out);
}

/* "  -r, --read FILE          read ..." */
static void
put_option(int letter, const char *name, const char *argument, const char *help, FILE *out)
{
	char left[64];
	struct text t = TEXT(left);

	text_put(&t, "  ");
	if (letter)
		text_putf(&t, "-%c%s", letter, name ? ", " : "");
	if (name != NULL)
		text_putf(&t, "--%s", name);
	if (argument != NULL)
		text_putf(&t, " %s", argument);
	if (t.n + 1 >= HELP_COLUMN)
		fprintf(out, "%s\n%*s", left, (int)HELP_COLUMN, "");
	else
		fprintf(out, "%-*s", (int)HELP_COLUMN, left);
	for (; *help != '\0'; help++) {
		fputc(*help, out);
		if (*help == '\n')
			fprintf(out, "%*s", (int)HELP_COLUMN, "");
	}
	fputc('\n', out);
}

static void
put_options(enum cli_command command, FILE *out)
{
	for (unsigned i = 0; i < N_OPTIONS; i++) {
		const struct option_row *o = &options[i];
		if (o->commands & OPTION_IN(command))
			put_option(o->letter, o->name, o->argument, o->help, out);
	}
}

static void
help_of_top(FILE *out)
{
	fputs("usage: beamtap top [-i IF ...] [options]\n"
	    "       beamtap top -r FILE [-r FILE ...] [options]\n"
	    "\n"
	    "A full screen of every node-to-node connection, live or of capture files: how it\n"
	    "is protected, who showed which certificate, why one is refused. F1 has the keys.\n"
	    "\n", out);
	put_options(COMMAND_TOP, out);
	fputs("\nExit status: 0, or 2 when it could not run.\n", out);
}

static void
help_of_show(FILE *out)
{
	fputs("usage: beamtap show -r FILE [-r FILE ...] [options]\n"
	    "       beamtap show -i IF [-i IF ...] [--duration TIME] [options]\n"
	    "       beamtap show --netns NS | --all-netns [--duration TIME] [options]\n"
	    "\n"
	    "Prints a line for every node-to-node connection: plaintext, one-way TLS or\n"
	    "mutual TLS, who showed which certificate, and why an attempt was refused.\n"
	    "Live when the capture ends, or with -o jsonl whenever one changes.\n"
	    "\n", out);
	put_options(COMMAND_SHOW, out);
	fputs("\nExit status: 0, or 2 when the input could not be read.\n", out);
}

static void
help_of_check(FILE *out)
{
	fputs("usage: beamtap check -r FILE [-r FILE ...] [options]\n"
	    "       beamtap check [-i IF] [--duration TIME] [options]\n"
	    "       beamtap check [-i IF] [options] -- COMMAND [ARGUMENT ...]\n"
	    "\n"
	    "Asserts that every node-to-node connection was encrypted and mutually\n"
	    "authenticated: in capture files, on the wire for a time, or while COMMAND runs.\n"
	    "\n", out);
	put_options(COMMAND_CHECK, out);
	fputs("\nWhat is demanded (also names in a policy file; 'beamtap rules' explains):\n\n", out);
	for (unsigned i = 0; i < N_POLICY_KEYS; i++)
		put_option(0, policy_keys[i].name, policy_keys[i].argument, policy_keys[i].help, out);
	fputs("\nExit status: 0 all that was demanded is proved; 1 a violation is proved; 2 it could\n"
	    "not run; 3 no violation, yet not proved. COMMAND's own status, when it is not 0,\n"
	    "comes before all of these.\n", out);
}

static void
help_of_rules(FILE *out)
{
	fputs("usage: beamtap rules\n"
	    "\n"
	    "Prints what check looks at: each rule with its explanation, what to change, and\n"
	    "the document it rests on.\n"
	    "\n", out);
	put_options(COMMAND_RULES, out);
}

void
cli_help(enum cli_command command, FILE *out)
{
	switch (command) {
	case COMMAND_NONE:
		help_of_the_program(out);
		break;
	case COMMAND_TOP:
		help_of_top(out);
		break;
	case COMMAND_SHOW:
		help_of_show(out);
		break;
	case COMMAND_CHECK:
		help_of_check(out);
		break;
	case COMMAND_RULES:
		help_of_rules(out);
		break;
	}
}
