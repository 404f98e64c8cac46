/*
 * bare - reads a capture file with libpcap and does nothing but count: what any reader of
 * packets pays. For files.py.
 *
 * usage: bare FILE
 */
#include <pcap/pcap.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	char wrong[PCAP_ERRBUF_SIZE] = "usage: bare FILE";
	pcap_t *p = argc == 2 ? pcap_open_offline(argv[1], wrong) : NULL;
	unsigned long long packets = 0, bytes = 0;
	struct pcap_pkthdr *header;
	const u_char *data;
	int got;

	if (p == NULL) {
		fprintf(stderr, "bare: %s\n", wrong);
		return 2;
	}
	while ((got = pcap_next_ex(p, &header, &data)) == 1) {
		packets++;
		bytes += header->caplen;
	}
	printf("%llu packets, %llu bytes\n", packets, bytes);
	pcap_close(p);
	return got == PCAP_ERROR_BREAK ? 0 : 1;
}
