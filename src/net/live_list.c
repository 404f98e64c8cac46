#include "net/live_device.h"

#include <stdlib.h>

#include "base/text.h"

char *
live_device_of_number(const char *name)
{
	char why[PCAP_ERRBUF_SIZE], *end, *found = NULL;
	unsigned long number = strtoul(name, &end, 10);
	pcap_if_t *all;

	if (name[0] < '0' || name[0] > '9' || *end != '\0' || pcap_findalldevs(&all, why) != 0)
		return NULL;
	for (pcap_if_t *i = all; i != NULL; i = i->next)
		if (--number == 0)
			found = strdup(i->name);
	pcap_freealldevs(all);
	return found;
}

static void
put(struct text *t, const char *before, const char *s, const char *after)
{
	text_put(t, before);
	text_put_wire(t, (struct bytes){ (const uint8_t *)s, strlen(s) });
	text_put(t, after);
}

static void
put_flags(struct text *t, bpf_u_int32 flags)
{
	static const struct { bpf_u_int32 flag; const char *name; } names[] = {
		{ PCAP_IF_UP, "Up" },
		{ PCAP_IF_RUNNING, "Running" },
		{ PCAP_IF_LOOPBACK, "Loopback" },
		{ PCAP_IF_WIRELESS, "Wireless" },
	};
	bool is_wireless = (flags & PCAP_IF_WIRELESS) != 0, any = false;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (flags & names[i].flag) {
			text_putf(t, "%s%s", any ? ", " : "", names[i].name);
			any = true;
		}
	text_put(t, any ? "" : "none");
	if ((flags & PCAP_IF_CONNECTION_STATUS) == PCAP_IF_CONNECTION_STATUS_CONNECTED)
		text_put(t, is_wireless ? ", Associated" : ", Connected");
	if ((flags & PCAP_IF_CONNECTION_STATUS) == PCAP_IF_CONNECTION_STATUS_DISCONNECTED)
		text_put(t, is_wireless ? ", Not associated" : ", Disconnected");
}

bool
live_list_devices(FILE *out, struct diag *d)
{
	char why[PCAP_ERRBUF_SIZE] = "", line[512];
	unsigned n = 0;
	pcap_if_t *all;

	if (pcap_findalldevs(&all, why) != 0) {
		diag_set(d, "cannot list the interfaces: %s", why);
		return false;
	}
	for (pcap_if_t *i = all; i != NULL; i = i->next) {
		struct text t = TEXT(line);

		text_putf(&t, "%u.", ++n);
		put(&t, "", i->name, "");
		if (i->description != NULL)
			put(&t, " (", i->description, ")");
		if (i->flags != 0) {
			text_put(&t, " [");
			put_flags(&t, i->flags);
			text_put(&t, "]");
		}
		fprintf(out, "%s\n", line);
	}
	pcap_freealldevs(all);
	return true;
}
