#include "cli.h"

#include <assert.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/ini.h"
#include "base/text.h"
#include "options.h"
#include "privs.h"

/* An option is a row of options[], and after those of policy_keys[]. */
#define N_ROWS (N_OPTIONS + N_POLICY_KEYS)

enum origin { ORIGIN_NONE, ORIGIN_FILE, ORIGIN_ARGUMENTS };

struct given {
	unsigned row;
	const char *value;
};

struct parse {
	struct cli *cli;
	struct given *given;		/* on the command line, in its order */
	size_t n_given;
	bool policy_began;		/* its [check] was met */
	enum origin origin[N_ROWS];	/* where the value that a row has came from */
};

static const char *
row_name(unsigned row, char buf[static 64])
{
	struct text t = { .s = buf, .cap = 64 };

	if (row < N_OPTIONS)
		return option_spelling(&options[row], buf);
	buf[0] = '\0';
	text_putf(&t, "--%s", policy_keys[row - N_OPTIONS].name);
	return buf;
}

static bool
row_is_many(unsigned row)
{
	return row < N_OPTIONS ? options[row].many : policy_keys[row - N_OPTIONS].many;
}

static bool
row_is_for(unsigned row, enum cli_command command)
{
	return row < N_OPTIONS ? options[row].commands & OPTION_IN(command) :
	    command == COMMAND_CHECK;
}

static void
row_forget(struct cli *c, unsigned row)
{
	if (row < N_OPTIONS)
		options[row].forget(c);
	else
		policy_forget(&c->policy, &policy_keys[row - N_OPTIONS]);
}

static bool
row_set(struct cli *c, unsigned row, const char *value, struct diag *d)
{
	return row < N_OPTIONS ? options[row].set(c, value, d) :
	    policy_keys[row - N_OPTIONS].set(&c->policy, value, d);
}

/* The policy file */

static int
find_file_row(const char *name)
{
	for (unsigned i = 0; i < N_OPTIONS; i++)
		if (options[i].in_file && strcmp(options[i].name, name) == 0)
			return (int)i;
	for (unsigned i = 0; i < N_POLICY_KEYS; i++)
		if (strcmp(policy_keys[i].name, name) == 0)
			return (int)(N_OPTIONS + i);
	return -1;
}

static bool
take_from_file(void *owner, const char *section, const char *name, const char *value,
    struct diag *d)
{
	struct parse *p = owner;
	int row = find_file_row(name);

	if (*section == '\0') {
		diag_set(d, "%s: this stands before [check]", name);
		return false;
	}
	if (row < 0) {
		diag_set(d, "%s: no such option", name);
		return false;
	}
	if (p->origin[row] == ORIGIN_FILE && !row_is_many((unsigned)row)) {
		diag_set(d, "%s: given twice", name);
		return false;
	}
	p->origin[row] = ORIGIN_FILE;
	struct bytes kept = arena_copy(&p->cli->policy.arena,
	    (struct bytes){ (const uint8_t *)value, strlen(value) + 1 });
	struct diag why = { 0 };
	if (kept.n == 0)
		diag_set(&why, "out of memory");
	if (kept.n > 0 && row_set(p->cli, (unsigned)row, (const char *)kept.p, &why))
		return true;
	diag_set(d, "%s: %s", name, why.line);
	return false;
}

static bool
begin_section(void *owner, const char *section, unsigned line, struct diag *d)
{
	struct parse *p = owner;

	(void)line;
	p->policy_began = strcmp(section, "check") == 0;
	if (!p->policy_began)
		diag_set(d, "[%s]: a policy has one section, [check]", section);
	return p->policy_began;
}

/* One that is empty, or was cut short before it began, demands nothing that anybody
 * meant. */
static bool
read_policy(void *parse, struct diag *d)
{
	struct parse *p = parse;
	const char *path = p->cli->policy_file;

	if (!ini_read_sections(path, begin_section, take_from_file, p, d))
		return false;
	if (!p->policy_began)
		diag_set(d, "%s: there is no [check] in it", path);
	return p->policy_began;
}

/* Of two policies the demands of one would be lost. */
static bool
find_policy(struct parse *p, struct diag *d)
{
	for (size_t i = 0; i < p->n_given; i++) {
		if (p->given[i].row >= N_OPTIONS ||
		    options[p->given[i].row].set != options_policy_file)
			continue;
		if (p->cli->policy_file != NULL) {
			diag_set(d, "--policy: given twice");
			return false;
		}
		p->cli->policy_file = p->given[i].value;
	}
	return true;
}

/* What was given on the command line is set last: it overrides the file, and a list
 * of its own replaces the file's. */
static bool
apply(struct parse *p, struct diag *d)
{
	struct cli *c = p->cli;
	struct diag why = { 0 };
	char name[64];

	if (!find_policy(p, d) ||
	    (c->policy_file != NULL && !privs_as_invoker(read_policy, p, d)))
		return false;
	for (size_t i = 0; i < p->n_given; i++) {
		const struct given *g = &p->given[i];

		if (p->origin[g->row] == ORIGIN_FILE && row_is_many(g->row))
			row_forget(c, g->row);
		p->origin[g->row] = ORIGIN_ARGUMENTS;
		if (!row_set(c, g->row, g->value, &why)) {
			diag_set(d, "%s: %s", row_name(g->row, name), why.line);
			return false;
		}
	}
	return true;
}

/* The command line */

#define VAL(row) ((int)(row) + 256)

struct grammar {
	char letters[2 * N_OPTIONS + 3];
	struct option names[N_ROWS + 2];
};

static void
add_name(struct grammar *g, size_t *n, const char *name, bool takes, int val)
{
	g->names[(*n)++] = (struct option){ .name = name, .val = val,
	    .has_arg = takes ? required_argument : optional_argument };
}

/* A flag may be said to be "no", to override a file. */
static void
make_grammar(struct grammar *g, enum cli_command command)
{
	struct text letters = TEXT(g->letters);
	size_t n = 0;

	text_put(&letters, "+:");
	for (unsigned i = 0; i < N_OPTIONS; i++) {
		const struct option_row *o = &options[i];
		if (!row_is_for(i, command))
			continue;
		if (o->letter)
			text_putf(&letters, "%c%s", o->letter, o->argument ? ":" : "");
		if (o->name != NULL)
			add_name(g, &n, o->name, o->argument != NULL, VAL(i));
	}
	for (unsigned i = N_OPTIONS; i < N_ROWS && command == COMMAND_CHECK; i++)
		add_name(g, &n, policy_keys[i - N_OPTIONS].name,
		    policy_keys[i - N_OPTIONS].argument != NULL, VAL(i));
	g->names[n] = (struct option){ .name = NULL };
	assert(!letters.cut);
}

static int
find_row(int answer, enum cli_command command)
{
	if (answer >= VAL(0))
		return answer - VAL(0);
	for (unsigned i = 0; i < N_OPTIONS; i++)
		if (options[i].letter == answer && row_is_for(i, command))
			return (int)i;
	return -1;
}

/* What getopt did not like, in our words. */
static void
complain(int answer, char **argv, int was, struct diag *d)
{
	if (answer == ':' && optopt > 0 && optopt < VAL(0))
		diag_set(d, "-%c: an argument is missing", optopt);
	else if (answer == ':')
		diag_set(d, "%s: an argument is missing", argv[optind - 1]);
	else if (optopt > 0 && optopt < VAL(0))
		diag_set(d, "-%c: no such option", optopt);
	else
		diag_set(d, "%s: no such option, or one it does not take so", argv[was]);
}

static enum cli_answer
parse_options(struct parse *p, int argc, char **argv, struct diag *d)
{
	struct grammar g = { .letters = "" };
	const char *last = NULL;
	int answer, was = 1;

	make_grammar(&g, p->cli->command);
	optind = 0;		/* GNU: start afresh */
	opterr = 0;
	while ((answer = getopt_long(argc, argv, g.letters, g.names, NULL)) != -1) {
		int row = answer == '?' || answer == ':' ? -1 : find_row(answer, p->cli->command);
		if (row < 0) {
			complain(answer, argv, was, d);
			return CLI_USAGE;
		}
		if (row < (int)N_OPTIONS && options[row].answer != CLI_RUN)
			return options[row].answer;
		p->given[p->n_given++] = (struct given){ (unsigned)row, optarg ? optarg : "yes" };
		last = optarg;
		was = optind;
	}
	bool dashes = optind > 1 && strcmp(argv[optind - 1], "--") == 0 && argv[optind - 1] != last;
	if (optind < argc && dashes && p->cli->command == COMMAND_CHECK)
		p->cli->child = argv + optind;
	else if (dashes && p->cli->command == COMMAND_CHECK)
		diag_set(d, "--: a command is missing");
	else if (optind < argc)
		diag_set(d, p->cli->command == COMMAND_CHECK ?
		    "%s: give capture files with -r, a command after --" :
		    p->cli->command == COMMAND_RULES ? "%s: no argument is taken" :
		    "%s: give capture files with -r", argv[optind]);
	return diag_is_set(d) ? CLI_USAGE : CLI_RUN;
}

static bool
is_any_alone(const struct cli_list *devices)
{
	return devices->n == 0 || (devices->n == 1 && strcmp(devices->v[0], "any") == 0);
}

static bool
inputs_make_sense(const struct cli *c, struct diag *d)
{
	const char *live = c->devices.n ? "-i" : c->duration_ns ? "--duration" :
	    c->child ? "--" : c->ready_file ? "--ready-file" :
	    c->netns ? "--netns" : c->all_netns ? "--all-netns" : c->buffer_kib ? "-B" :
	    c->snaplen ? "-s" : c->not_promiscuous ? "-p" :
	    c->immediate ? "--immediate-mode" :
	    c->user ? "-Z" : NULL;
	size_t n_stdin = 0;

	for (size_t i = 0; i < c->files.n; i++)
		n_stdin += strcmp(c->files.v[i], "-") == 0;
	if (c->command == COMMAND_SHOW && c->files.n == 0 && c->devices.n == 0 &&
	    c->netns == NULL && !c->all_netns)
		diag_set(d, "no input: give a capture file with -r (- is standard input), or an "
		    "interface with -i");
	else if (n_stdin > 1)
		diag_set(d, "-r -: standard input can be read only once");
	else if (c->files.n > 0 && live != NULL)
		diag_set(d, "%s: is for live capture, not for files (-r)", live);
	else if (c->netns != NULL && c->all_netns)
		diag_set(d, "--all-netns: --netns names one of them");
	else if (c->all_netns && !is_any_alone(&c->devices))
		diag_set(d, "--all-netns: looks at all interfaces: leave out -i, or give any");
	else if (c->files.n == 0 && (c->since_ns != 0 || c->until_ns != 0))
		diag_set(d, "%s: is for capture files (-r)", c->since_ns != 0 ? "--since" : "--until");
	else if (c->since_ns != 0 && c->until_ns != 0 && c->until_ns <= c->since_ns)
		diag_set(d, "--until: is not after --since");
	else if (c->detail != 0 && c->format != FORMAT_TABLE)
		diag_set(d, "-d: is for text, not for another -o");
	else if (c->sarif_location != NULL && c->sarif == NULL)
		diag_set(d, "--sarif-location: is for --sarif FILE");
	return !diag_is_set(d);
}

static enum cli_answer
parse_command(int argc, char **argv, struct cli *c, struct diag *d)
{
	struct parse p = { .cli = c };
	enum cli_answer answer;

	c->format = c->command == COMMAND_SHOW ? FORMAT_TABLE : FORMAT_TEXT;
	if ((p.given = calloc((size_t)argc, sizeof *p.given)) == NULL) {
		diag_set(d, "out of memory");
		return CLI_USAGE;
	}
	answer = parse_options(&p, argc, argv, d);
	if (answer == CLI_RUN && !(apply(&p, d) &&
	    (c->command == COMMAND_RULES || inputs_make_sense(c, d))))
		answer = CLI_USAGE;
	free(p.given);
	return answer;
}

enum cli_answer
cli_parse(int argc, char **argv, struct cli *out, struct diag *d)
{
	static const char *const commands[] = {
		[COMMAND_TOP] = "top", [COMMAND_SHOW] = "show", [COMMAND_CHECK] = "check",
		[COMMAND_RULES] = "rules",
	};

	*out = (struct cli){ .command = COMMAND_NONE };
	policy_init(&out->policy);
	if (argc < 2 && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		out->command = COMMAND_TOP;
		return CLI_RUN;
	}
	if (argc < 2)
		return CLI_NO_COMMAND;
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return CLI_HELP;
	if (strcmp(argv[1], "--version") == 0)
		return CLI_VERSION;
	for (unsigned i = COMMAND_TOP; i <= COMMAND_RULES; i++)
		if (strcmp(argv[1], commands[i]) == 0)
			out->command = (enum cli_command)i;
	if (out->command != COMMAND_NONE)
		return parse_command(argc - 1, argv + 1, out, d);
	diag_set(d, "%s: no such command; there are top, show, check and rules", argv[1]);
	return CLI_USAGE;
}

void
cli_free(struct cli *c)
{
	free(c->files.v);
	free(c->devices.v);
	free(c->epmd_ports);
	free(c->dist_ports);
	policy_free(&c->policy);
}
