#include "net/savefile.h"

#include "net/input.h"
#include "net/pcap.h"
#include "net/pcapng.h"

bool
savefile_known(struct bytes b)
{
	return pcap_file_known(b) || pcapng_file_known(b);
}

struct source *
savefile_read(struct input *in, uint16_t number, struct diag *d)
{
	struct source *s = NULL;

	input_need(in, SAVEFILE_SNIFF, true);	/* or as much as there is */

	struct bytes b = input_look(in);
	if (pcap_file_known(b)) {
		s = pcap_file_open(in, number, d);
	} else if (pcapng_file_known(b)) {
		s = pcapng_file_open(in, number, d);
	} else {
		if (b.n == 0)
			input_end(in, d);	/* packed data that cannot be unpacked */
		diag_set(d, "%s: not a capture file", input_name(in));
	}
	if (s == NULL)
		input_close(in);
	return s;
}

struct source *
savefile_open(const char *path, uint16_t number, struct diag *d)
{
	struct input *in = input_open(path, NULL, d);

	return in != NULL ? savefile_read(in, number, d) : NULL;
}
