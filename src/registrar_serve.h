/*
 * registrar_serve - the registrar itself: what runs in its process.
 */
#ifndef REGISTRAR_SERVE_H
#define REGISTRAR_SERVE_H

#include "registrar.h"

/* In a child of this parent, at this socket, until that is closed. */
_Noreturn void registrar_be(int socket, pid_t parent, const struct identity *as,
    const struct space *spaces, size_t n_spaces);

#endif
