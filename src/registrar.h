/*
 * registrar - a small process that says which sockets this host has, and who holds them,
 * after this process has given up the rights to look.
 *
 * It parses nothing that came off a network. It has its socket, one for the kernel's list
 * of each namespace, and /proc; of rights those of its user, CAP_SYS_PTRACE and
 * CAP_DAC_READ_SEARCH, if they were there when it began; of system calls what confine.h
 * says. It blocks every signal, and ends when its socket does or its parent.
 *
 * trust      its answers are read as a stranger's: one that is cut, or that it cannot
 *            mean, is refused, and it is absent from then on.
 * failure    registrar_start(): false and a filled d; it is absent then, and all else
 *            may go on. Who holds a socket stays unknown where rights are missing.
 * limits     LIMIT_SOCKETS, LIMIT_HOLDINGS, SPACES_MAX.
 */
#ifndef REGISTRAR_H
#define REGISTRAR_H

#include "base/pace.h"
#include "base/socket.h"
#include "net/spaces.h"
#include "privs.h"

struct registrar {
	pid_t    pid;			/* 0: none is to be waited for */
	int      socket;		/* -1: absent; readable when registrar_step() has
					 * something to do */
	bool     asked;			/* and has not answered yet */
	uint32_t question;		/* number of the last one */
	size_t   n_spaces;

	/* The answer: whole after PACED_DONE, until the next question. */
	struct socket_list sockets;	/* .space: number of the one given to the start */
	uint64_t at_ns;			/* CLOCK_REALTIME when the list was whole */
	bool     elsewhere;		/* a process is in a network namespace that is none of the
					 * spaces; of those with .inode only */
};

/* Before rights are given up. No spaces: the one that this process is in. */
bool registrar_start(struct registrar *r, const struct identity *as,
    const struct space *spaces, size_t n_spaces, struct diag *d);

/* Asks for all sockets; not while an answer is due. False: it is absent. */
bool registrar_ask(struct registrar *r);

/* Takes of the answer what is there, within the budget; never waits. PACED_MORE: wait for
 * .socket. PACED_FAILED: it is absent, d says why. */
enum paced registrar_step(struct registrar *r, uint64_t budget_ns, struct diag *d);

void registrar_stop(struct registrar *r);

#endif
