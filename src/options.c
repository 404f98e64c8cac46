#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "base/moment.h"
#include "base/text.h"
#include "net/live.h"

#define WIDTH_MIN 40u
#define WIDTH_MAX 10000u

const char *
option_spelling(const struct option_row *o, char buf[static 64])
{
	struct text t = { .s = buf, .cap = 64 };

	buf[0] = '\0';
	if (o->letter)
		text_putf(&t, "-%c", o->letter);
	else
		text_putf(&t, "--%s", o->name);
	return buf;
}

static bool
add(struct cli_list *l, const char *s, struct diag *d)
{
	const char **more = realloc(l->v, (l->n + 1) * sizeof *more);

	if (more == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	more[l->n++] = s;
	l->v = more;
	return true;
}

static bool
add_port_range(struct port_range **v, size_t *n, const char *s, struct diag *d)
{
	struct port_range r, *more;

	if (!port_range_parse(s, &r)) {
		diag_set(d, "'%s' is not a port or a range of ports", s);
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
number(const char *s, unsigned min, unsigned max, unsigned *out, const char *unit, struct diag *d)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*s < '0' || *s > '9' || *end != '\0' || n < min || n > max) {
		diag_set(d, "'%s' is not a number of %s from %u to %u", s, unit, min, max);
		return false;
	}
	*out = (unsigned)n;
	return true;
}

static bool
set_show_format(struct cli *c, const char *s, struct diag *d)
{
	if (strcmp(s, "table") == 0)
		c->format = FORMAT_TABLE;
	else if (strcmp(s, "json") == 0)
		c->format = FORMAT_JSON;
	else if (strcmp(s, "jsonl") == 0)
		c->format = FORMAT_JSONL;
	else if (strcmp(s, "dot") == 0)
		c->format = FORMAT_DOT;
	else
		diag_set(d, "'%s' is not a format; there are table, json, jsonl and dot", s);
	return !diag_is_set(d);
}

static bool
set_check_format(struct cli *c, const char *s, struct diag *d)
{
	if (strcmp(s, "text") == 0)
		c->format = FORMAT_TEXT;
	else if (strcmp(s, "json") == 0)
		c->format = FORMAT_JSON;
	else if (strcmp(s, "tap") == 0)
		c->format = FORMAT_TAP;
	else
		diag_set(d, "'%s' is not a format; there are text, json and tap", s);
	return !diag_is_set(d);
}

/* A name of a file, device or user: anything but nothing. */
static bool
word(const char **out, const char *s, struct diag *d)
{
	if (*s == '\0')
		diag_set(d, "an empty name");
	else
		*out = s;
	return *s != '\0';
}

#define WORD(field) \
	static bool set_##field(struct cli *c, const char *s, struct diag *d) \
	{ return word(&c->field, s, d); }
#define FLAG(field) \
	static bool set_##field(struct cli *c, const char *s, struct diag *d) \
	{ return policy_flag(s, &c->field, d); }
#define LIST(field) \
	static bool add_##field(struct cli *c, const char *s, struct diag *d) \
	{ const char *kept; return word(&kept, s, d) && add(&c->field, s, d); } \
	static void forget_##field(struct cli *c) { c->field.n = 0; }
#define PORTS(field) \
	static bool add_##field(struct cli *c, const char *s, struct diag *d) \
	{ return add_port_range(&c->field, &c->n_##field, s, d); } \
	static void forget_##field(struct cli *c) { c->n_##field = 0; }

LIST(files)
LIST(devices)
PORTS(epmd_ports)
PORTS(dist_ports)
FLAG(verbose)
FLAG(numeric)
FLAG(not_promiscuous)
FLAG(immediate)
FLAG(all_netns)
WORD(filter)
WORD(netns)
WORD(user)
WORD(ready_file)
WORD(write)
WORD(json)
WORD(junit)
WORD(sarif)
WORD(sarif_location)
WORD(tap)

static bool
set_width(struct cli *c, const char *s, struct diag *d)
{
	return number(s, WIDTH_MIN, WIDTH_MAX, &c->width, "columns", d);
}

static bool
set_detail(struct cli *c, const char *s, struct diag *d)
{
	return number(s, 1, UINT32_MAX, &c->detail, "a connection", d);
}

static bool
set_buffer(struct cli *c, const char *s, struct diag *d)
{
	return number(s, 1, LIVE_BUFFER_KIB_MAX, &c->buffer_kib, "KiB", d);
}

/* As in tcpdump, 0 is the largest. */
static bool
set_snaplen(struct cli *c, const char *s, struct diag *d)
{
	return number(s, 0, LIVE_SNAPLEN_MAX, &c->snaplen, "bytes", d);
}

static bool
set_count(struct cli *c, const char *s, struct diag *d)
{
	return number(s, 1, UINT32_MAX, &c->count, "packets", d);
}

static bool
moment(const char *s, uint64_t *at_ns, struct diag *d)
{
	if (moment_parse(s, at_ns) && *at_ns > 0)
		return true;
	diag_set(d, "'%s' is not a time such as 2026-11-21T21:36:25Z or 2026-11-21", s);
	return false;
}

static bool
set_since(struct cli *c, const char *s, struct diag *d)
{
	return moment(s, &c->since_ns, d);
}

static bool
set_until(struct cli *c, const char *s, struct diag *d)
{
	return moment(s, &c->until_ns, d);
}

static bool
set_duration(struct cli *c, const char *s, struct diag *d)
{
	return policy_duration(s, &c->duration_ns, d);
}

bool
options_policy_file(struct cli *c, const char *s, struct diag *d)
{
	return word(&c->policy_file, s, d);
}

#define TOP   OPTION_IN(COMMAND_TOP)
#define SHOW  OPTION_IN(COMMAND_SHOW)
#define CHECK OPTION_IN(COMMAND_CHECK)
#define RULES OPTION_IN(COMMAND_RULES)

const struct option_row options[N_OPTIONS] = {
	{ 'r', "read", "FILE", TOP | SHOW | CHECK, false, true,
	    "read FILE (pcap or pcapng, compressed is fine; - is standard\n"
	    "input; a directory, or a quoted pattern, is a rotated set);\n"
	    "several are read as one, in order of time", add_files, forget_files, CLI_RUN },
	{ 'i', "interface", "IF", TOP | SHOW | CHECK, true, true,
	    "capture on IF (default: any; repeatable)", add_devices, forget_devices, CLI_RUN },
	{ 0, "netns", "NS", TOP | SHOW | CHECK, true, false,
	    "capture in that network namespace: a name of ip netns, a\n"
	    "path, or the id of a process in it", set_netns, NULL, CLI_RUN },
	{ 0, "all-netns", NULL, TOP | SHOW | CHECK, true, false,
	    "capture in all network namespaces that there are now", set_all_netns, NULL, CLI_RUN },
	{ 'D', "list-interfaces", NULL, TOP | SHOW | CHECK, false, false,
	    "list the interfaces", NULL, NULL, CLI_DEVICES },
	{ 'f', "filter", "EXPR", TOP | SHOW | CHECK, true, false,
	    "only packets that match EXPR (pcap-filter(7))", set_filter, NULL, CLI_RUN },
	{ 'c', NULL, "N", SHOW | CHECK, false, false,
	    "only the first N packets", set_count, NULL, CLI_RUN },
	{ 0, "since", "TIME", TOP | SHOW | CHECK, false, false,
	    "of files only packets from TIME on: 2026-11-21T21:36:25Z,\n"
	    "or its beginning; UTC", set_since, NULL, CLI_RUN },
	{ 0, "until", "TIME", TOP | SHOW | CHECK, false, false,
	    "of files only packets before TIME", set_until, NULL, CLI_RUN },
	{ 'B', "buffer-size", "KIB", TOP | SHOW | CHECK, true, false,
	    "the kernel's buffer for each interface", set_buffer, NULL, CLI_RUN },
	{ 's', "snapshot-length", "BYTES", TOP | SHOW | CHECK, true, false,
	    "of each packet; what is cut off is not judged", set_snaplen, NULL, CLI_RUN },
	{ 'p', "no-promiscuous-mode", NULL, TOP | SHOW | CHECK, true, false,
	    "only what is for this host", set_not_promiscuous, NULL, CLI_RUN },
	{ 0, "immediate-mode", NULL, TOP | SHOW | CHECK, true, false,
	    "take each packet at once: a little sooner, and the\n"
	    "buffer holds fewer", set_immediate, NULL, CLI_RUN },
	{ 'Z', "user", "USER", TOP | SHOW | CHECK, true, false,
	    "who to become once capture has begun (default:\n"
	    "sudo's caller, else nobody)", set_user, NULL, CLI_RUN },
	{ 0, "duration", "TIME", SHOW | CHECK, true, false,
	    "capture for 30s, 5m, 1h (default: until Ctrl-C)", set_duration, NULL, CLI_RUN },
	{ 0, "ready-file", "FILE", CHECK, true, false,
	    "made when capture has begun", set_ready_file, NULL, CLI_RUN },
	{ 'w', "write", "FILE", CHECK, true, false,
	    "keep the packets of connections that did not pass\n"
	    "(pcapng, without bulk data)", set_write, NULL, CLI_RUN },
	{ 'w', "write", "FILE", TOP, false, false,
	    "keep packets, and write those of what s saves", set_write, NULL, CLI_RUN },
	{ 0, "epmd-port", "N", TOP | SHOW | CHECK, true, true,
	    "EPMD listens on N too (repeatable; 4369 always counts)",
	    add_epmd_ports, forget_epmd_ports, CLI_RUN },
	{ 0, "dist-port", "RANGE", TOP | SHOW | CHECK, true, true,
	    "connections to these ports are distribution, say 9100 or\n"
	    "9100-9105 (repeatable)", add_dist_ports, forget_dist_ports, CLI_RUN },
	{ 0, "policy", "FILE", CHECK, false, false,
	    "options from FILE; the command line overrides them", options_policy_file, NULL, CLI_RUN },
	{ 'o', "output", "FORMAT", SHOW, false, false,
	    "what to print: table, json; jsonl: a line for each\n"
	    "connection, live one for each change; dot: the nodes,\n"
	    "for Graphviz (default: table)", set_show_format, NULL, CLI_RUN },
	{ 'o', "output", "FORMAT", CHECK, true, false,
	    "what to print: text, json or tap (default: text)", set_check_format, NULL, CLI_RUN },
	{ 0, "json", "FILE", CHECK, true, false, "also write JSON (beamtap/1)", set_json, NULL, CLI_RUN },
	{ 0, "junit", "FILE", CHECK, true, false, "also write JUnit XML", set_junit, NULL, CLI_RUN },
	{ 0, "sarif", "FILE", CHECK, true, false, "also write SARIF 2.1.0", set_sarif, NULL, CLI_RUN },
	{ 0, "sarif-location", "PATH", CHECK, true, false,
	    "the file that alerts point at (default: vm.args)", set_sarif_location, NULL, CLI_RUN },
	{ 0, "tap", "FILE", CHECK, true, false, "also write TAP", set_tap, NULL, CLI_RUN },
	{ 'v', "verbose", NULL, SHOW, false, false,
	    "also certificates, explanations, and how it is known", set_verbose, NULL, CLI_RUN },
	{ 'd', "detail", "ID", SHOW, false, false,
	    "only the connection of that number: its handshake as a\n"
	    "ladder, its certificates, why it was judged so", set_detail, NULL, CLI_RUN },
	{ 'v', "verbose", NULL, CHECK, false, false,
	    "also what passed", set_verbose, NULL, CLI_RUN },
	{ 'n', NULL, NULL, TOP | SHOW, false, false,
	    "port numbers, no service names", set_numeric, NULL, CLI_RUN },
	{ 0, "width", "N", SHOW | CHECK | RULES, false, false,
	    "fit the text into N columns (default: the terminal's)", set_width, NULL, CLI_RUN },
	{ 0, "help", NULL, TOP | SHOW | CHECK | RULES, false, false, "this text",
	    NULL, NULL, CLI_HELP },
	{ 0, "version", NULL, TOP | SHOW | CHECK | RULES, false, false, "the version",
	    NULL, NULL, CLI_VERSION },
};
