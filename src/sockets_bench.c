/*
 * sockets_bench - what it costs to list the sockets of a busy host, and to find out who
 * holds them: connections over the loopback of a network namespace of its own. As root.
 *
 * usage: sockets_bench [CONNECTIONS]
 */
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/owners.h"
#include "net/sockets.h"
#include "registrar.h"

#define BUDGET_NS 1000000u	/* of a step */
#define HELD_BY_ONE 1000u	/* connections of a process */
#define ROUNDS 5u

struct cost {
	uint64_t spent_ns, longest_ns;
	unsigned n_steps;
};

static void
give_up(const char *what)
{
	fprintf(stderr, "sockets_bench: %s\n", what);
	exit(2);
}

static void
enter_namespace(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int s;

	if (unshare(CLONE_NEWNET) != 0)
		give_up("it makes a network namespace: run it as root");
	s = socket(AF_INET, SOCK_DGRAM, 0);
	if (s < 0 || ioctl(s, SIOCSIFFLAGS, &lo) != 0)
		give_up("no loopback");
	close(s);
}

/* A process that holds both ends of n connections, to a port of its own, until we end. */
static void
hold(unsigned n, uint16_t port, int ready)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct rlimit files = { 2 * n + 100, 2 * n + 100 };
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setrlimit(RLIMIT_NOFILE, &files) != 0)
		give_up("not so many descriptors");
	if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 16) != 0)
		give_up("cannot listen");
	for (unsigned i = 0; i < n; i++) {
		int client = socket(AF_INET, SOCK_STREAM, 0);

		if (connect(client, (struct sockaddr *)&at, sizeof at) != 0 ||
		    accept(listener, NULL, NULL) < 0)
			give_up("cannot connect");
	}
	close(ready);
	for (;;)
		pause();
}

static void
connect_all(unsigned n)
{
	uint16_t port = 4370;
	int ready[2];
	char byte;

	if (pipe(ready) != 0)
		give_up("no pipe");
	for (unsigned of_one; n > 0; n -= of_one, port++) {
		of_one = n < HELD_BY_ONE ? n : HELD_BY_ONE;
		if (fork() == 0)
			hold(of_one, port, ready[1]);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 0)
		give_up("connections failed");
	close(ready[0]);
}

/* Of this thread's: other processes' turns are not ours to count. */
static uint64_t
processor_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void
note(struct cost *c, uint64_t before)
{
	uint64_t took = processor_ns() - before;

	c->spent_ns += took;
	c->longest_ns = took > c->longest_ns ? took : c->longest_ns;
	c->n_steps++;
}

static void
print(const char *what, const struct cost *c)
{
	printf("%s: %.2f ms of processor time, in %u steps, the longest %.2f ms\n", what,
	    (double)c->spent_ns / 1e6, c->n_steps, (double)c->longest_ns / 1e6);
}

static void
list(struct sockets *s, struct socket_list *to)
{
	struct cost c = { 0 };
	struct diag d = { "" };
	enum paced came = PACED_MORE;

	socket_list_clear(to);
	if (!sockets_begin(s, &d))
		give_up(d.line);
	while (came == PACED_MORE) {
		uint64_t before = processor_ns();
		came = sockets_step(s, to, BUDGET_NS, &d);
		note(&c, before);
	}
	if (came == PACED_FAILED)
		give_up(d.line);
	print("list", &c);
}

static void
own(struct socket_list *of)
{
	struct cost c = { 0 };
	struct diag d = { "" };
	struct owners o;
	enum paced came = PACED_MORE;
	size_t n_known = 0;

	for (size_t i = 0; i < of->n; i++)
		of->v[i].pid = 0;
	uint64_t before = processor_ns();
	if (!owners_begin(&o, of, &d))
		give_up(d.line);
	note(&c, before);
	while (came == PACED_MORE) {
		before = processor_ns();
		came = owners_step(&o, BUDGET_NS);
		note(&c, before);
	}
	owners_end(&o);
	print("owners", &c);
	for (size_t i = 0; i < of->n; i++)
		n_known += of->v[i].pid != 0;
	printf("%zu sockets, of %zu the owner is known\n", of->n, n_known);
}

/* What the process that asks spends on the answer, and how long it waits for it. */
static void
ask(struct registrar *r)
{
	struct cost c = { 0 };
	struct diag d = { "" };
	enum paced came = PACED_MORE;
	uint64_t asked_ns = pace_now_ns();

	if (!registrar_ask(r))
		give_up("nobody answers");
	while (came == PACED_MORE) {
		struct pollfd p = { .fd = r->socket, .events = POLLIN };

		poll(&p, 1, -1);
		uint64_t before = processor_ns();
		came = registrar_step(r, BUDGET_NS, &d);
		note(&c, before);
	}
	if (came == PACED_FAILED)
		give_up(d.line);
	print("answer", &c);
	printf("%zu sockets told, %.0f ms after they were asked for\n", r->sockets.n,
	    (double)(pace_now_ns() - asked_ns) / 1e6);
}

static void
ask_registrar(void)
{
	const struct identity nobody = { .uid = 65534, .gid = 65534 };
	struct registrar r;
	struct diag d = { "" };

	if (!registrar_start(&r, &nobody, NULL, 0, &d))
		give_up(d.line);
	for (unsigned i = 0; i < ROUNDS; i++)
		ask(&r);
	registrar_stop(&r);
}

int
main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 10000;
	struct socket_list l = { .v = NULL };
	struct sockets s;
	struct diag d = { "" };

	enter_namespace();
	connect_all(n);
	if (!sockets_open(&s, 0, &d))
		give_up(d.line);
	for (unsigned i = 0; i < ROUNDS; i++) {
		list(&s, &l);
		own(&l);
	}
	sockets_close(&s);
	socket_list_free(&l);
	ask_registrar();
	return 0;
}
