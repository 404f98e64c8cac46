/*
 * descriptors - what a child must not get: every open descriptor from a number
 * on, whoever opened it. libpcap's are not all closed on exec.
 *
 * failure    false and a filled d: some may still be open.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include <stdbool.h>

#include "base/diag.h"

bool descriptors_close_from(int first, struct diag *d);
bool descriptors_close_on_exec_from(int first, struct diag *d);

#endif
