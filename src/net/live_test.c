#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "net/live.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "net/decode.h"

/* All of this happens in a network namespace of its own, which main() makes. */

#define NOBODY		65534
#define PORT		7777
#define OTHER_PORT	7778
#define PATIENCE_MS	10000	/* only a failing test waits so long */
#define DESCRIPTORS_MAX	16

#define ON(...) .devices = (const char *const[]){ __VA_ARGS__ }, \
	.n_devices = sizeof (const char *const[]){ __VA_ARGS__ } / sizeof (const char *)

static void
shell(const char *command)
{
	assert_int_equal(system(command), 0);
}

static struct source *
open_with(struct live_options o)
{
	struct diag d = { "" };
	struct source *s = live_open(&o, &d);

	assert_string_equal(d.line, "");
	assert_non_null(s);
	return s;
}

static void
assert_refused(struct live_options o, const char *why)
{
	struct diag d = { "" };

	assert_null(live_open(&o, &d));
	assert_string_equal(d.line, why);
}

static bool
is_readable(const struct source *s, int wait_ms)
{
	int v[DESCRIPTORS_MAX];
	struct pollfd p[DESCRIPTORS_MAX];
	size_t n = live_descriptors(s, v, DESCRIPTORS_MAX);

	assert_true(n <= DESCRIPTORS_MAX);
	for (size_t i = 0; i < n; i++)
		p[i] = (struct pollfd){ .fd = v[i], .events = POLLIN };
	return poll(p, n, wait_ms) > 0;
}

/* A datagram over the loopback, which somebody is there to take. */
static void
send_udp(uint16_t port, const char *text)
{
	int from = socket(AF_INET, SOCK_DGRAM, 0), to = socket(AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	assert_int_equal(bind(to, (struct sockaddr *)&at, sizeof at), 0);
	assert_int_equal(sendto(from, text, strlen(text), 0, (struct sockaddr *)&at, sizeof at),
	    strlen(text));
	close(from);
	close(to);
}

/* Frames out of an interface; how many it took. */
static unsigned
send_frames(const char *interface, const char *text, size_t n, unsigned n_frames)
{
	int s = socket(AF_PACKET, SOCK_RAW, 0);
	struct sockaddr_ll to = { .sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(interface) };
	uint8_t frame[1514] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x88, 0xb5 };
	unsigned taken = 0;

	memcpy(frame + 14, text, strlen(text));
	for (unsigned i = 0; i < n_frames; i++)
		taken += sendto(s, frame, n, 0, (struct sockaddr *)&to, sizeof to) == (ssize_t)n;
	close(s);
	return taken;
}

static bool
holds(const struct packet *p, const char *text)
{
	return p->captured.n > 0 &&
	    memmem(p->captured.p, p->captured.n, text, strlen(text)) != NULL;
}

/* The next packet that holds text, as far as these bytes; what comes before is passed
 * over. */
struct found {
	struct packet packet;
	uint8_t bytes[2048];
};

static struct found
await(struct source *s, const char *text)
{
	struct diag d = { "" };
	struct found f;
	struct batch b;

	for (;;) {
		enum got got = source_next(s, &b, &d);

		for (unsigned i = 0; i < b.n; i++) {
			f.packet = b.v[i];
			if (!holds(&b.v[i], text))
				continue;
			assert_true(b.v[i].captured.n <= sizeof f.bytes);
			memcpy(f.bytes, b.v[i].captured.p, b.v[i].captured.n);
			f.packet.captured.p = NULL;
			return f;
		}
		assert_true(got == GOT_SOME || got == GOT_NOTHING);
		assert_true(got == GOT_SOME || is_readable(s, PATIENCE_MS));
	}
}

/* Reads until nothing is there. In immediate mode that is everything. */
static size_t
drain(struct source *s)
{
	struct diag d = { "" };
	struct batch b;
	enum got got;
	size_t n = 0;

	while ((got = source_next(s, &b, &d)) == GOT_SOME)
		n += b.n;
	assert_true(got == GOT_NOTHING || got == GOT_END);
	assert_string_equal(d.line, "");
	return n;
}

static uint64_t
now_ns(void)
{
	struct timespec t;

	assert_int_equal(clock_gettime(CLOCK_REALTIME, &t), 0);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* IPv4 without options, UDP: [RFC 791 3.1], [RFC 768]. */
static void
packets_arrive_as_they_were_sent(void **state)
{
	bool has_nanoseconds = false;

	(void)state;
	for (int immediate = 0; immediate < 2; immediate++) {
		struct source *s = open_with((struct live_options){ ON("lo"),
			.immediate = immediate });

		for (unsigned i = 0; i < 16; i++) {
			uint64_t before = now_ns();
			send_udp(PORT, "beamtap says hello");
			uint64_t after = now_ns();
			struct found f = await(s, "hello");
			const struct packet *p = &f.packet;
			struct rd r = rd_of(f.bytes, p->captured.n);

			assert_int_equal(p->link_type, 1);
			assert_int_equal(p->source, 0);
			assert_int_equal(p->captured.n, 14 + 20 + 8 + 18);
			assert_int_equal(p->wire_len, p->captured.n);
			assert_int_equal(p->time_digits, 9);
			assert_true(before <= p->at_ns && p->at_ns <= after);
			has_nanoseconds |= p->at_ns % 1000 != 0;
			rd_take(&r, 12);
			assert_int_equal(rd_u16(&r), 0x0800);
			rd_take(&r, 12);
			assert_int_equal(rd_u32(&r), INADDR_LOOPBACK);
			assert_int_equal(rd_u32(&r), INADDR_LOOPBACK);
			rd_take(&r, 2);
			assert_int_equal(rd_u16(&r), PORT);
			rd_take(&r, 4);
			struct bytes rest = rd_rest(&r);
			assert_int_equal(rest.n, 18);
			assert_memory_equal(rest.p, "beamtap says hello", 18);
		}
		assert_int_equal(drain(s), 0);	/* each once, though loopback sends and gets it */
		assert_false(diag_is_set(&s->damage));
		source_close(s);
	}
	assert_true(has_nanoseconds);
}

static void
any_says_which_interface(void **state)
{
	struct source *s = open_with((struct live_options){ 0 });
	struct segment segment;

	(void)state;
	send_udp(PORT, "on some interface");
	struct found f = await(s, "some");
	struct rd r = rd_of(f.bytes, f.packet.captured.n);
	assert_int_equal(f.packet.link_type, 276);
	assert_int_equal(f.packet.interface, 0);
	assert_int_equal(rd_u16(&r), 0x0800);
	assert_int_equal(rd_u16(&r), 0);
	assert_int_equal(rd_u32(&r), if_nametoindex("lo"));
	f.packet.captured.p = f.bytes;
	assert_int_equal(decode(&f.packet, NULL, &segment), DECODED_NOT_TCP);
	source_close(s);
}

/* Each device gives its packets together, when its part of the buffer is full or its time
 * is over. */
static void
devices_are_read_in_one_order_of_time(void **state)
{
	(void)state;
	for (int immediate = 0; immediate < 2; immediate++) {
		struct source *s = open_with((struct live_options){ ON("lo", "any", "lo"),
			.immediate = immediate });
		size_t n[3] = { 0, 0, 0 };
		uint64_t last_ns = 0;
		struct diag d = { "" };
		struct batch b;

		for (unsigned i = 0; i < 100; i++)
			send_udp(PORT, "much");
		while (n[0] + n[1] + n[2] < 300) {
			if (source_next(s, &b, &d) != GOT_SOME)
				assert_true(is_readable(s, PATIENCE_MS));
			for (unsigned i = 0; i < b.n; i++) {
				assert_true(b.v[i].interface < 3);
				assert_int_equal(b.v[i].source, 0);
				assert_int_equal(b.v[i].link_type,
				    b.v[i].interface == 1 ? 276 : 1);
				assert_true(holds(&b.v[i], "much"));
				assert_true(b.v[i].at_ns >= last_ns);
				last_ns = b.v[i].at_ns;
				n[b.v[i].interface]++;
			}
		}
		for (unsigned i = 0; i < 3; i++)
			assert_int_equal(n[i], 100);
		source_close(s);
	}
}

static void
the_snaplen_cuts(void **state)
{
	struct source *s = open_with((struct live_options){ ON("lo"), .snaplen = 50 });

	(void)state;
	send_udp(PORT, "beginning and end");
	struct found f = await(s, "beginni");
	assert_int_equal(f.packet.captured.n, 50);
	assert_int_equal(f.packet.wire_len, 14 + 20 + 8 + 17);
	source_close(s);
}

static void
a_filter_lets_through_what_it_says(void **state)
{
	struct source *s = open_with((struct live_options){ ON("lo", "any"),
		.filter = "udp port 7777", .immediate = true });

	(void)state;
	send_udp(OTHER_PORT, "not this");
	send_udp(PORT, "this");
	send_udp(OTHER_PORT, "nor this");
	assert_int_equal(drain(s), 2);
	source_close(s);
}

static void
a_bad_filter_is_named(void **state)
{
	struct live_options o = { ON("lo"), .filter = "udp and and" };
	struct diag d = { "" };

	(void)state;
	assert_refused(o, "-f: can't parse filter expression: syntax error (on lo)");
	o.filter = "host nowhere.invalid";
	assert_null(live_open(&o, &d));
	assert_non_null(strstr(d.line, "-f: unknown host 'nowhere.invalid'"));
	o.filter = "host localhost";	/* which /etc/hosts knows */
	source_close(open_with(o));
}

static void
descriptors_become_readable(void **state)
{
	int v[DESCRIPTORS_MAX];

	(void)state;
	for (int immediate = 0; immediate < 2; immediate++) {
		struct source *s = open_with((struct live_options){ ON("lo", "any"),
			.immediate = immediate });
		size_t n = live_descriptors(s, v, DESCRIPTORS_MAX);

		assert_true(n >= 2 && n <= DESCRIPTORS_MAX);
		assert_int_equal(live_descriptors(s, NULL, 0), n);
		for (size_t i = 0; i < n; i++)
			assert_true(fcntl(v[i], F_GETFD) & FD_CLOEXEC);
		for (unsigned i = 0; i < 3; i++) {
			assert_int_equal(drain(s), 0);
			assert_false(is_readable(s, 0));
			send_udp(PORT, "wake");
			assert_true(is_readable(s, PATIENCE_MS));
			for (size_t n_read = 0; n_read < 2; n_read += drain(s))
				assert_true(n_read == 0 || is_readable(s, PATIENCE_MS));
		}
		source_close(s);
	}
}

/* Both ends of a cable. */
static void
plug(void)
{
	shell("ip link add bt0 type veth peer name bt1 && "
	    "ip link set bt0 up && ip link set bt1 up");
}

/* The far end takes packets only some time after both are up. */
static void
send_until_seen(struct source *s, const char *text)
{
	struct diag d = { "" };
	struct batch b;

	for (unsigned i = 0; i < PATIENCE_MS / 10; i++) {
		send_frames("bt1", text, 100, 1);
		is_readable(s, 10);
		while (source_next(s, &b, &d) == GOT_SOME)
			for (unsigned k = 0; k < b.n; k++)
				if (holds(&b.v[k], text))
					return;
	}
	fail_msg("nothing came over the cable");
}

static void
an_interface_that_is_removed_is_named_and_others_go_on(void **state)
{
	struct live_losses lost;
	struct diag d = { "" };
	struct batch b;

	(void)state;
	plug();
	struct source *s = open_with((struct live_options){ ON("bt0", "lo") });
	size_t n = live_descriptors(s, NULL, 0);
	send_until_seen(s, "over the cable");
	drain(s);
	shell("ip link del bt0");
	assert_true(is_readable(s, PATIENCE_MS));
	send_udp(PORT, "still here");
	assert_int_equal(await(s, "still here").packet.interface, 1);
	while (!diag_is_set(&s->damage)) {
		drain(s);
		is_readable(s, PATIENCE_MS);
	}
	assert_string_equal(s->damage.line,
	    "bt0: the interface is gone, and nothing more was captured on it");
	assert_int_equal(source_next(s, &b, &d), GOT_NOTHING);
	assert_int_equal(live_descriptors(s, NULL, 0), n - 2);
	assert_false(is_readable(s, 0));
	live_losses(s, &lost);
	assert_true(lost.known);
	assert_int_equal(lost.kernel, 0);
	source_close(s);
}

static void
without_any_interface_left_it_ends(void **state)
{
	struct diag d = { "" };
	struct batch b;
	enum got got;

	(void)state;
	plug();
	struct source *s = open_with((struct live_options){ ON("bt0", "bt1") });
	shell("ip link del bt0");
	while ((got = source_next(s, &b, &d)) != GOT_END)
		assert_true(got == GOT_SOME || is_readable(s, PATIENCE_MS));
	assert_string_equal(s->damage.line,
	    "bt0: the interface is gone, and nothing more was captured on it; "
	    "bt1: the interface is gone, and nothing more was captured on it");
	assert_int_equal(source_next(s, &b, &d), GOT_END);
	source_close(s);
}

/* libpcap does not tell: it goes on as if nothing had been. */
static void
an_interface_that_was_down_is_named_and_goes_on(void **state)
{
	static const char said[] = "lo: the interface was down for a time, "
	    "and packets may be missing";
	struct source *s = open_with((struct live_options){ ON("lo") });
	struct source *all = open_with((struct live_options){ ON("any") });

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		shell(i == 0 ? "ip link set lo down && ip link set lo up" :
		    "ip link set lo down");
		while (!diag_is_set(&s->damage)) {
			assert_true(is_readable(s, PATIENCE_MS));
			drain(s);
		}
		assert_string_equal(s->damage.line, said);
		drain(s);
		shell("ip link set lo up");
		send_udp(PORT, "back again");
		await(s, "back again");
		await(all, "back again");
		s->damage.line[0] = '\0';
	}
	assert_false(diag_is_set(&all->damage));
	source_close(s);
	source_close(all);
}

/* An interface that is down is asked about by the clock alone. */
static void
an_interface_that_is_removed_while_down_is_noticed(void **state)
{
	struct diag d = { "" };
	struct batch b;
	enum got got;

	(void)state;
	plug();
	struct source *s = open_with((struct live_options){ ON("bt0") });
	shell("ip link set bt0 down");
	while (!diag_is_set(&s->damage)) {
		assert_true(is_readable(s, PATIENCE_MS));
		drain(s);
	}
	shell("ip link del bt0");
	while ((got = source_next(s, &b, &d)) != GOT_END)
		assert_true(got == GOT_SOME || is_readable(s, PATIENCE_MS));
	assert_string_equal(s->damage.line,
	    "bt0: the interface was down for a time, and packets may be missing; "
	    "bt0: the interface is gone, and nothing more was captured on it");
	source_close(s);
}

static void
what_is_asked_amiss_is_named(void **state)
{
	struct diag d = { "" };

	(void)state;
	assert_refused((struct live_options){ ON("lo", "eth\033") },
	    "eth\\x1b: no such interface (-D lists them)");
	assert_refused((struct live_options){ ON("999999") },
	    "999999: no such interface (-D lists them)");
	assert_refused((struct live_options){ .buffer_kib = LIVE_BUFFER_KIB_MAX + 1 },
	    "a capture has at most 2097151 KiB of buffer, 262144 bytes of a packet "
	    "and 65535 interfaces");
	plug();
	shell("ip link set bt0 down");
	assert_null(live_open(&(struct live_options){ ON("lo", "bt0") }, &d));
	assert_string_equal(d.line, "bt0: the interface is down");
	shell("ip link del bt0");
}

static bool
set_capabilities(uint32_t mask)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = mask, .permitted = mask, .inheritable = 0 }, { 0 },
	};

	return syscall(SYS_capset, &header, data) == 0;
}

/* In a child: somebody who is nobody, with these capabilities and no others. */
static bool
become(uint32_t capabilities)
{
	return prctl(PR_SET_KEEPCAPS, 1) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
	    setresuid(NOBODY, NOBODY, NOBODY) == 0 && set_capabilities(capabilities);
}

enum in_child { CHILD_FINE, CHILD_NOT_SET_UP, CHILD_OPENED, CHILD_REFUSED, CHILD_WRONG };

enum confined { AT_LARGE, CONFINED_BY_BOUND, CONFINED_TO_NO_MORE };

/* What keeps a file's capability, and sudo, from being of use. */
static bool
confine(enum confined how)
{
	switch (how) {
	case AT_LARGE:
		return true;
	case CONFINED_BY_BOUND:
		return prctl(PR_CAPBSET_DROP, CAP_NET_RAW, 0, 0, 0) == 0;
	case CONFINED_TO_NO_MORE:
		return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
	}
	return false;
}

/* The line that live_open() refuses with, as somebody without rights. */
static char *
refusal(const char *device, enum confined how)
{
	static char line[600];
	struct live_options o = { .devices = &device, .n_devices = 1 };
	struct diag d = { "" };
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		if (!confine(how) || !become(0))
			_exit(CHILD_NOT_SET_UP);
		if (live_open(&o, &d) != NULL)
			_exit(CHILD_OPENED);
		_exit(write(ends[1], d.line, sizeof d.line) == sizeof d.line ?
		    CHILD_FINE : CHILD_WRONG);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(read(ends[0], line, sizeof d.line), sizeof d.line);
	close(ends[0]);
	close(ends[1]);
	return line;
}

static void
without_permission_it_says_how_to_get_it(void **state)
{
	char path[200], want[512];
	ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);

	(void)state;
	assert_true(n > 0);
	path[n] = '\0';
	snprintf(want, sizeof want, "any: no permission to capture; to grant it: "
	    "sudo setcap cap_net_raw=ep %s (or run it with sudo)", path);
	assert_string_equal(refusal("any", AT_LARGE), want);
	assert_string_equal(refusal("lo", CONFINED_BY_BOUND), "lo: no permission to capture: "
	    "this container or service is without CAP_NET_RAW");
	assert_string_equal(refusal("lo", CONFINED_TO_NO_MORE), "lo: no permission to capture: "
	    "this process may gain no rights (no new privileges): "
	    "who starts it must give it CAP_NET_RAW");
}

/* Step by step; the number of the first that fails. */
static int
capture_with_few_rights(void)
{
	struct live_options o = { ON("lo", "any"), .filter = "udp", .immediate = true };
	struct live_losses lost;
	struct diag d = { "" };
	struct source *s;
	struct batch b;

	if (!become(1u << CAP_NET_RAW))
		return CHILD_NOT_SET_UP;
	if ((s = live_open(&o, &d)) == NULL)
		return CHILD_REFUSED;
	if (!set_capabilities(0))
		return CHILD_NOT_SET_UP;
	send_udp(PORT, "few rights");
	if (source_next(s, &b, &d) != GOT_SOME || b.n != 2 || !holds(&b.v[0], "few rights") ||
	    !holds(&b.v[1], "few rights") || source_next(s, &b, &d) != GOT_NOTHING)
		return CHILD_WRONG;
	live_losses(s, &lost);
	source_close(s);
	return lost.known && lost.kernel == 0 ? CHILD_FINE : CHILD_WRONG;
}

static void
one_capability_is_enough_and_later_none(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0)
		_exit(capture_with_few_rights());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, CHILD_FINE << 8);
}

/* The kernel counts what it drops; together with what was read it is all there was.
 * A cable counts each frame once. */
static void
losses_are_counted(void **state)
{
	enum { N = 600 };

	(void)state;
	plug();
	for (int immediate = 0; immediate < 2; immediate++) {
		struct source *s = open_with((struct live_options){ ON("bt0"),
			.filter = "ether proto 0x88b5", .buffer_kib = 1,
			.immediate = immediate });
		struct live_losses before, lost = { .known = false };
		size_t n = 0;

		send_until_seen(s, "over the cable");
		drain(s);
		live_losses(s, &before);
		assert_true(before.known);
		assert_int_equal(before.kernel, 0);
		assert_int_equal(send_frames("bt1", "much", 1500, N), N);
		for (unsigned i = 0; n + lost.kernel < N && i < PATIENCE_MS / 10; i++) {
			is_readable(s, 10);
			n += drain(s);
			live_losses(s, &lost);
			assert_true(lost.known);
		}
		assert_int_equal(n + lost.kernel, N);
		assert_true(lost.kernel > 0);
		assert_int_equal(lost.interface, 0);
		source_close(s);
	}
	shell("ip link del bt0");
}

static void
nothing_is_lost_that_is_read(void **state)
{
	struct source *s = open_with((struct live_options){ ON("lo", "any") });
	struct live_losses lost;
	char text[8];

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		snprintf(text, sizeof text, "#%u.", i);
		send_udp(PORT, text);
		if (i % 2)
			await(s, text);
	}
	live_losses(s, &lost);
	assert_true(lost.known);
	assert_int_equal(lost.kernel, 0);
	assert_int_equal(lost.interface, 0);
	source_close(s);
}

/* What a device has lost stays lost when it goes away. */
static void
losses_outlive_the_interface(void **state)
{
	struct live_losses lost;
	struct diag d = { "" };
	struct batch b;
	enum got got;

	(void)state;
	plug();
	struct source *s = open_with((struct live_options){ ON("bt0"),
		.filter = "ether proto 0x88b5", .buffer_kib = 1, .immediate = true });
	send_until_seen(s, "over the cable");
	assert_int_equal(send_frames("bt1", "much", 1500, 100), 100);
	live_losses(s, &lost);
	for (unsigned i = 0; lost.kernel == 0 && i < PATIENCE_MS / 10; i++) {
		poll(NULL, 0, 10);	/* the kernel delivers when it has time */
		live_losses(s, &lost);
	}
	assert_true(lost.kernel > 0);
	uint64_t before = lost.kernel;
	shell("ip link del bt0");
	while ((got = source_next(s, &b, &d)) != GOT_END)
		assert_true(got == GOT_SOME || is_readable(s, PATIENCE_MS));
	live_losses(s, &lost);
	assert_true(lost.known);
	assert_true(lost.kernel >= before);
	source_close(s);
}

/* The lines are those of tcpdump 4.99.3 -D in such a namespace. */
static void
devices_are_listed_and_have_numbers(void **state)
{
	char *text = NULL, number[12], *lo;
	struct diag d = { "" };
	size_t n;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	shell("ip link add bt0 type veth peer name bt1");
	assert_non_null(out);
	assert_true(live_list_devices(out, &d));
	fclose(out);
	assert_memory_equal(text, "1.", 2);
	assert_non_null(strstr(text, ".any (Pseudo-device that captures on all interfaces) "
	    "[Up, Running]\n"));
	assert_non_null(strstr(text, ".bt0 [none, Disconnected]\n"));
	lo = strstr(text, ".lo [Up, Running, Loopback]\n");
	assert_non_null(lo);
	for (*lo = '\0'; lo > text && lo[-1] != '\n'; lo--)
		;
	snprintf(number, sizeof number, "%s", lo);
	free(text);
	shell("ip link del bt0");

	struct source *s = open_with((struct live_options){ ON(number) });
	send_udp(PORT, "by number");
	assert_int_equal(await(s, "by number").packet.link_type, 1);
	source_close(s);
}

/* Without IPv6 nothing talks on a new interface by itself. */
static int
make_namespace(void **state)
{
	(void)state;
	if (geteuid() != 0 || unshare(CLONE_NEWNET) != 0) {
		fprintf(stderr, "this test makes a network namespace: run it as root\n");
		return -1;
	}
	shell("for i in all default; do "
	    "echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6; done 2>/dev/null; "
	    "ip link set lo up");
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_arrive_as_they_were_sent),
		cmocka_unit_test(any_says_which_interface),
		cmocka_unit_test(devices_are_read_in_one_order_of_time),
		cmocka_unit_test(the_snaplen_cuts),
		cmocka_unit_test(a_filter_lets_through_what_it_says),
		cmocka_unit_test(a_bad_filter_is_named),
		cmocka_unit_test(descriptors_become_readable),
		cmocka_unit_test(an_interface_that_is_removed_is_named_and_others_go_on),
		cmocka_unit_test(without_any_interface_left_it_ends),
		cmocka_unit_test(an_interface_that_was_down_is_named_and_goes_on),
		cmocka_unit_test(an_interface_that_is_removed_while_down_is_noticed),
		cmocka_unit_test(what_is_asked_amiss_is_named),
		cmocka_unit_test(without_permission_it_says_how_to_get_it),
		cmocka_unit_test(one_capability_is_enough_and_later_none),
		cmocka_unit_test(losses_are_counted),
		cmocka_unit_test(nothing_is_lost_that_is_read),
		cmocka_unit_test(losses_outlive_the_interface),
		cmocka_unit_test(devices_are_listed_and_have_numbers),
	};
	return cmocka_run_group_tests(tests, make_namespace, NULL);
}
