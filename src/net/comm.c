#include "net/comm.h"

#include <fcntl.h>
#include <unistd.h>

bool
comm_read(int directory, const char *path, char out[SOCKET_COMM_SIZE])
{
	char comm[SOCKET_COMM_SIZE];	/* a newline is its last byte */
	int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, comm, sizeof comm) : -1;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return false;
	memset(out, 0, SOCKET_COMM_SIZE);
	memcpy(out, comm, (size_t)n - 1);
	return true;
}
