#include "net/intake.h"

#include <sys/stat.h>
#include <unistd.h>

void
intake_expect(struct intake *k, int fd)
{
	struct stat st;
	off_t at;

	if (k == NULL)
		return;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		k->open_ended = true;
		return;
	}
	at = lseek(fd, 0, SEEK_CUR);	/* of standard input, somebody may have read some */
	if (at >= 0 && at < st.st_size)
		k->size += (uint64_t)(st.st_size - at);
}

bool
intake_goes_on(struct intake *k, int fd, bool dry)
{
	if (k == NULL || k->goes_on == NULL || k->goes_on(k->owner, fd, dry))
		return true;
	k->refused = true;
	return false;
}
