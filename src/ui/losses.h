/*
 * losses - what was not seen, in words: always said, also that there was nothing.
 */
#ifndef UI_LOSSES_H
#define UI_LOSSES_H

#include "audit/snapshot.h"
#include "base/text.h"

/* "nothing lost: kernel 0, interface 0, gaps 0, limits 0"; what nobody counts is
 * "not known". True: something was lost. */
bool losses_put(struct text *t, const struct input_facts *in, bool live);

#endif
