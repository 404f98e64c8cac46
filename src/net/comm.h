/*
 * comm - what a process calls itself: 15 bytes at most, any but NUL.
 *
 * source     proc(5), /proc/PID/comm.
 */
#ifndef NET_COMM_H
#define NET_COMM_H

#include <stdbool.h>

#include "base/socket.h"

/* From the file at this path below this directory. False: the process has ended. */
bool comm_read(int directory, const char *path, char out[SOCKET_COMM_SIZE]);

#endif
