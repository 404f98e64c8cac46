/*
 * intake - how far a number of files has been read, and whether that goes on: between the
 * inputs of one engine and whoever looks on.
 *
 * units      bytes as they lie in the files: of compressed ones, what is compressed.
 * ownership  inputs borrow it, and may all be given NULL: nobody looks on.
 * failure    an input that is refused bytes ends there; that is damage of its source.
 */
#ifndef NET_INTAKE_H
#define NET_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intake {
	/* Asked before bytes of fd are read (dry; then it may wait until there are some), and
	 * before more is unpacked of those at hand. False: none is wanted. NULL: all are. */
	bool (*goes_on)(void *owner, int fd, bool dry);
	void *owner;

	uint64_t n_read;
	uint64_t size;			/* of all files that have one */
	bool     open_ended;		/* one has none: a pipe */
	bool     refused;		/* some bytes were: no further file is begun */
};

/* fd will be read to its end. */
void intake_expect(struct intake *k, int fd);

bool intake_goes_on(struct intake *k, int fd, bool dry);

static inline void
intake_count(struct intake *k, uint64_t n)
{
	if (k != NULL)
		k->n_read += n;
}

static inline bool
intake_is_refused(const struct intake *k)
{
	return k != NULL && k->refused;
}

#endif
