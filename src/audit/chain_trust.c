#include "audit/chain_trust.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "audit/chain.h"

/* A password would be asked of the terminal; certificates have none. */
static int
no_password(char *buf, int size, int writing, void *user)
{
	(void)buf, (void)size, (void)writing, (void)user;
	return -1;
}

static bool
add_edge(struct trust *t, const ASN1_TIME *when)
{
	ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	int64_t *more = realloc(t->edges, (t->n_edges + 1) * sizeof *more);
	int days, seconds;
	bool added = false;

	if (more != NULL)
		t->edges = more;
	if (more != NULL && epoch != NULL && ASN1_TIME_diff(&days, &seconds, epoch, when)) {
		t->edges[t->n_edges++] = (int64_t)days * 86400 + seconds;
		added = true;
	}
	ASN1_TIME_free(epoch);
	return added;
}

/* Takes x. */
static bool
add_anchor(struct trust *t, X509 *x)
{
	if (add_edge(t, X509_get0_notBefore(x)) && add_edge(t, X509_get0_notAfter(x)) &&
	    X509_STORE_add_cert(t->store, x) && sk_X509_push(t->anchors, x) > 0)
		return true;
	X509_free(x);
	return false;
}

/* Every certificate of a file; what is between them, and what has another label, is
 * passed over. */
static bool
read_file(struct trust *t, const char *path, struct diag *d)
{
	FILE *f = fopen(path, "rb");
	BIO *bio = f != NULL ? BIO_new_fp(f, BIO_NOCLOSE) : NULL;
	size_t n = 0;
	bool good = false;

	if (f == NULL) {
		diag_set(d, "%s: %s", path, strerror(errno));
		return false;
	}
	while (bio != NULL) {
		X509 *x = PEM_read_bio_X509(bio, NULL, no_password, NULL);
		unsigned long e = ERR_peek_last_error();

		if (x == NULL)
			good = ERR_GET_LIB(e) == ERR_LIB_PEM &&
			    ERR_GET_REASON(e) == PEM_R_NO_START_LINE && !ferror(f);
		if (x == NULL || !add_anchor(t, x))
			break;
		n++;
	}
	if (!good)
		diag_set(d, "%s: a certificate in it cannot be read, after %zu that can", path, n);
	BIO_free(bio);
	fclose(f);
	return good;
}

/* NULL: at the end, or good is false. */
static struct dirent *
next_entry(DIR *dir, const char *path, bool *good, struct diag *d)
{
	errno = 0;
	struct dirent *e = readdir(dir);

	if (e == NULL && errno != 0) {
		diag_set(d, "%s: %s", path, strerror(errno));
		*good = false;
	}
	return e;
}

static bool
read_directory(struct trust *t, const char *path, struct diag *d)
{
	DIR *dir = opendir(path);
	bool good = dir != NULL;

	if (!good)
		diag_set(d, "%s: %s", path, strerror(errno));
	for (struct dirent *e; good && (e = next_entry(dir, path, &good, d)) != NULL;) {
		size_t n = strlen(path) + 1 + strlen(e->d_name) + 1;
		char *file = malloc(n);
		struct stat s;

		if (file == NULL) {
			diag_set(d, "%s: no memory", path);
			good = false;
			break;
		}
		snprintf(file, n, "%s/%s", path, e->d_name);
		/* A dangling link, or what may not be looked at, may be the CA that is meant. */
		if (stat(file, &s) != 0) {
			diag_set(d, "%s: %s", file, strerror(errno));
			good = false;
		} else if (S_ISREG(s.st_mode)) {
			good = read_file(t, file, d);
		}
		free(file);
	}
	if (dir != NULL)
		closedir(dir);
	return good;
}

static bool
read_path(struct trust *t, const char *path, struct diag *d)
{
	struct stat s;

	if (stat(path, &s) != 0) {
		diag_set(d, "%s: %s", path, strerror(errno));
		return false;
	}
	if (!(S_ISDIR(s.st_mode) ? read_directory(t, path, d) : read_file(t, path, d)))
		return false;
	if (sk_X509_num(t->anchors) > 0)
		return true;
	diag_set(d, "%s: no certificate in %s; PEM is expected, \"-----BEGIN CERTIFICATE-----\"",
	    path, S_ISDIR(s.st_mode) ? "any file of it" : "it");
	return false;
}

struct trust *
trust_open(const char *path, struct diag *d)
{
	struct trust *t = calloc(1, sizeof *t);
	bool good = false;

	if (t != NULL) {
		ERR_set_mark();
		t->store = X509_STORE_new();
		t->anchors = sk_X509_new_null();
		t->memory = calloc(1, sizeof *t->memory);
		if (t->store != NULL && t->anchors != NULL && t->memory != NULL) {
			map_init(&t->memory->by_chain);
			t->memory->arena.limit = TRUST_MEMORY;
			good = read_path(t, path, d);
		}
		ERR_pop_to_mark();
	}
	if (good)
		return t;
	diag_set(d, "%s: no memory", path);
	trust_close(t);
	return NULL;
}

void
trust_close(struct trust *t)
{
	if (t == NULL)
		return;
	if (t->memory != NULL) {
		map_free(&t->memory->by_chain);
		arena_free(&t->memory->arena);
	}
	free(t->memory);
	free(t->edges);
	sk_X509_pop_free(t->anchors, X509_free);
	X509_STORE_free(t->store);
	free(t);
}
