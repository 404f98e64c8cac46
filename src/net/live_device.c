#include "net/live_device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "net/filter.h"

/* A block of the buffer that is not full is given out after two of these. */
#define RETIRE_MS	5

/* A capability of the file can only give what the bounding set has. */
static void
refuse(const char *name, struct diag *d)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-";
	char path[256];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	path[n > 0 ? n : 0] = '\0';
	const char *quote = path[strspn(path, plain)] != '\0' ? "'" : "";
	if (prctl(PR_CAPBSET_READ, CAP_NET_RAW, 0, 0, 0) == 0)
		diag_set(d, "%s: no permission to capture: "
		    "this container or service is without CAP_NET_RAW", name);
	else if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1)
		diag_set(d, "%s: no permission to capture: this process may gain no rights "
		    "(no new privileges): who starts it must give it CAP_NET_RAW", name);
	else if (n <= 0 || (size_t)n == sizeof path - 1 || strchr(path, '\'') != NULL)
		diag_set(d, "%s: no permission to capture: run it with sudo", name);
	else
		diag_set(d, "%s: no permission to capture; to grant it: "
		    "sudo setcap cap_net_raw=ep %s%s%s (or run it with sudo)",
		    name, quote, path, quote);
}

static bool
explain(const struct live_device *v, int status, struct diag *d)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
	case PCAP_ERROR_PROMISC_PERM_DENIED:
		refuse(v->name, d);
		break;
	case PCAP_ERROR_NO_SUCH_DEVICE:
		diag_set(d, "%s: no such interface (-D lists them)", v->name);
		break;
	case PCAP_ERROR_IFACE_NOT_UP:
		diag_set(d, "%s: the interface is down", v->name);
		break;
	case PCAP_ERROR:
		diag_set(d, "%s: %s", v->name, pcap_geterr(v->pcap));
		break;
	default:
		diag_set(d, "%s: %s", v->name, pcap_statustostr(status));
		break;
	}
	return false;
}

/* libpcap's data link types are the registry's link types, but for what once
 * differed between systems. Of those, what a Linux interface may have. */
static uint32_t
link_type_of(int data_link)
{
	switch (data_link) {
	case DLT_RAW:
		return 101;
	case DLT_ATM_RFC1483:
		return 100;
	case DLT_ATM_CLIP:
		return 106;
	default:
		return (uint32_t)data_link;
	}
}

/* Memory that the kernel cannot swap out, whatever the number of namespaces. */
static unsigned
buffer_of_each(size_t n_spaces)
{
	size_t kib = LIVE_BUFFER_KIB / (n_spaces > 0 ? n_spaces : 1);

	return kib > LIVE_BUFFER_KIB_LEAST ? (unsigned)kib : LIVE_BUFFER_KIB_LEAST;
}

/* What is wrong with these, pcap_activate() says. "any" has no promiscuous mode. */
static void
set_up(struct live_device *v, const char *name, const struct live_options *o)
{
	unsigned kib = o->buffer_kib > 0 ? o->buffer_kib : buffer_of_each(o->n_spaces);

	v->snaplen = o->snaplen > 0 ? o->snaplen : LIVE_SNAPLEN_MAX;
	if (o->immediate && v->snaplen > LIVE_SNAPLEN_IMMEDIATE)
		v->snaplen = LIVE_SNAPLEN_IMMEDIATE;
	pcap_set_snaplen(v->pcap, (int)v->snaplen);
	pcap_set_promisc(v->pcap, !o->not_promiscuous && strcmp(name, "any") != 0);
	pcap_set_immediate_mode(v->pcap, o->immediate);
	pcap_set_timeout(v->pcap, RETIRE_MS);
	pcap_set_buffer_size(v->pcap, (int)(kib * 1024));
	pcap_set_tstamp_precision(v->pcap, PCAP_TSTAMP_PRECISION_NANO);
}

/* PCAP_ERROR_...; v->pcap is made also then, unless libpcap knows no such device. */
static int
activate(struct live_device *v, const char *name, const struct live_options *o, struct diag *d)
{
	struct text t = TEXT(v->name);
	char why[PCAP_ERRBUF_SIZE] = "";

	text_put_wire(&t, (struct bytes){ (const uint8_t *)name, strlen(name) });
	if ((v->pcap = pcap_create(name, why)) == NULL) {
		diag_set(d, "%s: %s", v->name, why);
		return PCAP_ERROR;
	}
	set_up(v, name, o);
	return pcap_activate(v->pcap);
}

static bool
prepare_descriptor(struct live_device *v, struct diag *d)
{
	char why[PCAP_ERRBUF_SIZE] = "";
	int fd = pcap_get_selectable_fd(v->pcap);

	if (pcap_setnonblock(v->pcap, 1, why) != 0)
		diag_set(d, "%s: %s", v->name, why);
	else if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
		diag_set(d, "%s: this device cannot be waited for", v->name);
	else
		return true;
	return false;
}

/* Only a packet socket that is bound to an interface has one. */
static bool
find_interface(struct live_device *v, struct diag *d)
{
	struct sockaddr_ll at = { 0 };
	socklen_t len = sizeof at;

	if (getsockname(pcap_get_selectable_fd(v->pcap), (struct sockaddr *)&at, &len) != 0 ||
	    at.sll_family != AF_PACKET || at.sll_ifindex == 0)
		return true;
	v->index = (unsigned)at.sll_ifindex;
	if (outage_open(&v->outage, v->index))
		return true;
	diag_set(d, "%s: cannot watch the interface: %s", v->name, strerror(errno));
	return false;
}

bool
live_device_open(struct live_device *v, const char *name, const struct live_options *o,
    struct diag *d)
{
	*v = (struct live_device){ .outage.fd = -1 };
	int status = activate(v, name, o, d);
	char *other;

	if (status == PCAP_ERROR_NO_SUCH_DEVICE &&
	    (other = live_device_of_number(name)) != NULL) {
		live_device_close(v);
		status = activate(v, other, o, d);
		free(other);
	}
	if (status < 0)
		return v->pcap == NULL ? false : explain(v, status, d);

	/* The second version says on which interface a packet of "any" was; where
	 * there is only the first, that does as well. */
	if (pcap_datalink(v->pcap) == DLT_LINUX_SLL)
		(void)pcap_set_datalink(v->pcap, DLT_LINUX_SLL2);
	v->link_type = link_type_of(pcap_datalink(v->pcap));
	v->has_nanoseconds =
	    pcap_get_tstamp_precision(v->pcap) == PCAP_TSTAMP_PRECISION_NANO;
	return prepare_descriptor(v, d) && find_interface(v, d) &&
	    (o->filter == NULL || filter_set(v->pcap, v->name, o->filter, d));
}

int
live_device_read(struct live_device *v, struct packet *out)
{
	struct pcap_pkthdr *h;
	const u_char *bytes;
	int got = pcap_next_ex(v->pcap, &h, &bytes);

	if (got != 1)
		return got == 0 ? 0 : -1;
	uint32_t n = h->caplen < v->snaplen ? h->caplen : v->snaplen;
	*out = (struct packet){
		.at_ns = (uint64_t)h->ts.tv_sec * 1000000000u +
		    (uint64_t)h->ts.tv_usec * (v->has_nanoseconds ? 1 : 1000),
		.captured = { bytes, n },
		.wire_len = h->len > n ? h->len : n,
		.link_type = v->link_type,
		.time_digits = v->has_nanoseconds ? 9 : 6,
	};
	return 1;
}

void
live_device_begin(struct live_device *v)
{
	live_device_count_dropped(v);
	v->dropped = 0;
}

/* The counter is 32 bits wide, and may wrap between two calls. */
void
live_device_count_dropped(struct live_device *v)
{
	struct pcap_stat now;

	if (v->pcap == NULL)
		return;
	if (pcap_stats(v->pcap, &now) != 0) {
		v->untold = true;
		return;
	}
	v->dropped += (uint32_t)(now.ps_drop - v->ps_drop);
	v->ps_drop = now.ps_drop;
}

void
live_device_close(struct live_device *v)
{
	if (v->pcap != NULL)
		pcap_close(v->pcap);
	v->pcap = NULL;
	outage_close(&v->outage);
}
