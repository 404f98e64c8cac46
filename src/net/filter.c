#include "net/filter.h"

#include <nss.h>
#include <pcap/pcap.h>
#include <stdlib.h>

#define SNAPLEN 262144
#define LINKTYPE_EN10MB 1u
#define LINKTYPE_RAW 101u

/* glibc's own way to set what nsswitch.conf(5) would; it also passes nscd by. */
static bool
ask_files_only(struct diag *d)
{
	if (__nss_configure_lookup("hosts", "files") == 0 &&
	    __nss_configure_lookup("networks", "files") == 0)
		return true;
	diag_set(d, "-f: cannot keep libpcap from asking a resolver");
	return false;
}

bool
filter_set(struct pcap *p, const char *device, const char *expression, struct diag *d)
{
	struct bpf_program program;

	if (!ask_files_only(d))
		return false;
	if (pcap_compile(p, &program, expression, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		diag_set(d, "-f: %s (on %s)", pcap_geterr(p), device);
		return false;
	}
	bool is_set = pcap_setfilter(p, &program) == 0;
	if (!is_set)
		diag_set(d, "-f: %s (on %s)", pcap_geterr(p), device);
	pcap_freecode(&program);
	return is_set;
}

/* Of files: a program for each link type, made when it is met first. */

struct compiled {
	uint32_t link_type;
	struct bpf_program program;
};

struct filter {
	const char *expression;
	struct compiled v[FILTER_LINK_TYPES];
	unsigned n;
};

/* In files a packet without a link header has another number than in libpcap's calls
 * [pcap-linktype(7)]; of those that can be decoded here it is the only one. */
static int
dlt_of(uint32_t link_type)
{
	return link_type == LINKTYPE_RAW ? DLT_RAW : (int)link_type;
}

static bool
compile(const char *expression, uint32_t link_type, struct bpf_program *program, struct diag *d)
{
	const char *name = pcap_datalink_val_to_name(dlt_of(link_type));
	pcap_t *p = pcap_open_dead(dlt_of(link_type), SNAPLEN);

	if (p == NULL) {
		diag_set(d, "out of memory");
		return false;
	}
	bool ok = pcap_compile(p, program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!ok && name != NULL)
		diag_set(d, "-f: %s (for link type %s)", pcap_geterr(p), name);
	else if (!ok)
		diag_set(d, "-f: %s (for link type %u)", pcap_geterr(p), link_type);
	pcap_close(p);
	return ok;
}

/* A mistake is said before anything is read. What is wrong for Ethernet may be right for
 * another link type only in what it says of link headers. */
static bool
makes_sense(const char *expression, struct diag *d)
{
	struct diag other = { 0 };
	struct bpf_program program;
	bool ok = compile(expression, LINKTYPE_EN10MB, &program, d) ||
	    compile(expression, LINKTYPE_RAW, &program, &other);

	if (ok)
		pcap_freecode(&program);
	return ok;
}

struct filter *
filter_open(const char *expression, struct diag *d)
{
	struct diag why = { 0 };
	struct filter *f;

	if (!ask_files_only(d))
		return NULL;
	if (!makes_sense(expression, &why)) {
		*d = why;
		return NULL;
	}
	if ((f = calloc(1, sizeof *f)) == NULL)
		diag_set(d, "out of memory");
	else
		f->expression = expression;
	return f;
}

void
filter_close(struct filter *f)
{
	if (f == NULL)
		return;
	for (unsigned i = 0; i < f->n; i++)
		pcap_freecode(&f->v[i].program);
	free(f);
}

/* NULL: d says why. */
static const struct bpf_program *
program_for(struct filter *f, uint32_t link_type, struct diag *d)
{
	for (unsigned i = 0; i < f->n; i++)
		if (f->v[i].link_type == link_type)
			return &f->v[i].program;
	if (f->n == FILTER_LINK_TYPES) {
		diag_set(d, "-f: more than %u link types", FILTER_LINK_TYPES);
		return NULL;
	}
	struct compiled *new = &f->v[f->n];
	if (!compile(f->expression, link_type, &new->program, d))
		return NULL;
	new->link_type = link_type;
	f->n++;
	return &new->program;
}

enum filtered
filter_asks_for(struct filter *f, const struct packet *p, struct diag *d)
{
	const struct bpf_program *program = program_for(f, p->link_type, d);
	const struct pcap_pkthdr header = {
		.caplen = (bpf_u_int32)p->captured.n, .len = p->wire_len };

	if (program == NULL)
		return FILTER_FAILED;
	return pcap_offline_filter(program, &header, p->captured.p) ? FILTER_YES : FILTER_NO;
}
