#include "net/filter.h"

#include <nss.h>

/* glibc's own way to set what nsswitch.conf(5) would; it also passes nscd by. */
static bool
ask_files_only(void)
{
	return __nss_configure_lookup("hosts", "files") == 0 &&
	    __nss_configure_lookup("networks", "files") == 0;
}

bool
filter_set(pcap_t *p, const char *device, const char *expression, struct diag *d)
{
	struct bpf_program program;

	if (!ask_files_only()) {
		diag_set(d, "-f: cannot keep libpcap from asking a resolver");
		return false;
	}
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
