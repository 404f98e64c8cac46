/*
 * limits - every bound on what traffic can make us keep, with its reason.
 * What a bound sheds is counted and, where it hides a fact, said as "limit".
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* net: the largest packet or pcapng block that is believed. libpcap's own
 * bound for a packet is 256 KiB; USB and BIG TCP captures go beyond it. */
#define LIMIT_BLOCK_BYTES	(16u << 20)

/* net: interfaces of one pcapng section. */
#define LIMIT_INTERFACES	4096u

/* net: what files say beside their packets: strings together, and entries of a kind. A
 * network's whole hosts file fits; a comment on every packet does not. */
#define LIMIT_REMARK_BYTES	(4u << 20)
#define LIMIT_REMARKED_SECTIONS	1024u
#define LIMIT_REMARKED_INTERFACES 1024u
#define LIMIT_REMARKED_NAMES	8192u
#define LIMIT_REMARKED_COMMENTS	1024u
#define LIMIT_REMARKED_UNREAD	256u

/* net: TLS key logs within capture files. A session takes half a KiB at most. */
#define LIMIT_KEY_LOG_BYTES	(16u << 20)

/* net: headers around each other, from the outermost to TCP's. Ethernet, IP, UDP,
 * VXLAN, Ethernet, IP, TCP are seven; nobody stacks more than two or three tunnels. */
#define LIMIT_HEADERS		24u

/* net: datagrams whose fragments are kept, in number and in bytes, until they are
 * whole or over their time. Linux keeps 4 MiB; a capture sees several hosts. */
#define LIMIT_DATAGRAMS		4096u
#define LIMIT_FRAGMENT_BYTES	(16u << 20)

/* net: TCP sockets of this host that are listed, as many as LIMIT_FLOWS: 7 MiB. */
#define LIMIT_SOCKETS		65536u

/* front: addresses of this host's interfaces, in all network namespaces: 16 of each of 256.
 * More are told as damage. */
#define LIMIT_OWN_ADDRESSES	4096u

/* net: descriptors of all processes that are looked at to find who holds these sockets.
 * Each takes a microsecond or two; a thousand processes with a thousand each fit. */
#define LIMIT_HOLDINGS		(1u << 20)

/* flow: TCP conversations followed at once. At about 2 KiB each this is 128 MiB, and
 * one that is listed takes some 4 KiB more; the one idle for longest leaves first. */
#define LIMIT_FLOWS		65536u

/* flow: bytes held of one side while a hole before them may still be filled.
 * A window of a fast link; beyond it the hole is a loss. */
#define LIMIT_HELD_BYTES	(256u << 10)
#define LIMIT_HELD_SEGMENTS	256u

/* flow: held and remembered bytes of all streams together; the flow idle for
 * longest leaves first. */
#define LIMIT_HELD_TOTAL	(256u << 20)

/* flow: bytes a side is remembered for, to tell a retransmission from an
 * overlap that differs. A handshake with two long chains fits. */
#define LIMIT_PAST_BYTES	(64u << 10)

/* flow: bytes of one side that are kept while the other has not yet shown
 * what protocol this is. */
#define LIMIT_UNDECIDED_BYTES	(32u << 10)

/* flow: bytes of a client that begins with none of our protocols that are kept
 * until the server's answer confirms it. */
#define LIMIT_UNANSWERED_BYTES	4096u

/* dissectors: records that one run of handshake messages may span. A chain of
 * 64 KiB takes four. */
#define LIMIT_SPANNING_RECORDS	128u

/* dissectors: records of one side that are walked after its handshake, and
 * bytes that are searched for a frame or record in mid-stream. */
#define LIMIT_SEALED_RECORDS	48u
#define LIMIT_SEARCH_BYTES	(64u << 10)

/* audit: connections remembered after their end, in number and in bytes (one of TLS
 * takes some 6 KiB, certificates aside); and labels from EPMD. */
#define LIMIT_CONNECTIONS	100000u
#define LIMIT_CONNECTION_BYTES	(544u << 20)
#define LIMIT_LABELS		16384u
#define LIMIT_HOST_ADDRESSES	16384u

/* audit: what has happened, for a live table: half a KiB each. */
#define LIMIT_EVENTS		2000u

/* audit: different certificates, and sessions that may be resumed. */
#define LIMIT_CERTIFICATES	20000u
#define LIMIT_SESSIONS		20000u

/* audit: messages of a TLS <= 1.2 handshake that are kept until its signatures
 * can be checked: of a connection (two long chains), and of all together (most
 * take 8 KiB, for two round trips). */
#define LIMIT_TRANSCRIPT_BYTES	(128u << 10)
#define LIMIT_TRANSCRIPT_TOTAL	(128u << 20)

/* check -w: bytes of packets kept in memory until it is known which are wanted. Bulk
 * data is never among them; a handshake is some 10 KiB. */
#define LIMIT_EVIDENCE_BYTES	(256ull << 20)

#endif
