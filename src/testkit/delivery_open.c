#include "testkit/delivery.h"

#include <dirent.h>
#include <stdlib.h>

#include "net/savefile.h"

#define CONNECTIONS_MAX 8u	/* of one recording */

/* Each shape of verdict, transport and TLS version. */
static const char *const recordings[] = {
	"otp25/plain", "otp25/plain-to-tls", "otp25/plain-wrong-cookie",
	"otp25/tls-to-plain", "otp25/tls12-asked-no-client-cert", "otp25/tls12-mutual-ec",
	"otp25/tls12-mutual-reconnect", "otp25/tls12-required-no-client-cert",
	"otp25/tls12-server-auth", "otp25/tls12-wrong-cookie", "otp25/tls13-asked-no-client-cert",
	"otp25/tls13-expired", "otp25/tls13-mutual", "otp25/tls13-mutual-ec",
	"otp25/tls13-required-no-client-cert", "otp25/tls13-server-auth", "otp25/tls13-wrong-host",
	"otp29/plain", "otp29/tls-mutual", "otp29/tls-wrong-cookie", "own/http",
	"own/plain-simultaneous", "own/tls-not-distribution", "own/tls12-dynamic",
};

static unsigned
count(const struct told *t, const char *what)
{
	unsigned n = 0;

	for (int side = 0; side < 2; side++)
		for (const char *at = t->log[side].s; (at = strstr(at, what)) != NULL; at++)
			n++;
	return n;
}

/* One connection of a protocol of ours that breaks no rule and reaches no bound: with a
 * ServerHello, and perhaps a HelloRetryRequest. */
static bool
is_legal(const struct told *t)
{
	return count(t, "\n") > 0 && count(t, " anomaly ") == 0 && count(t, " blind ") == 0 &&
	    count(t, " tls.server_hello ") <= 2;
}

/* The next of the list was filled: hear it plainly. What begins with none of our protocols
 * is read as several at once, and their facts come in any order: it stays out. */
static void
add(struct delivery *d)
{
	struct delivered *new = &d->v[d->n];
	struct rd nothing = rd_of(NULL, 0);
	struct carriage c;

	carriage_make(&c, &new->dialogue, &nothing);
	hearing_of(&new->plain, &c.packets);
	new->legal = is_legal(&new->plain.told);
	if (!new->plain.searched) {
		new->truth = judged_of(&c.packets, delivery_options());
		d->n++;
	}
	carriage_free(&c);
}

static int
is_talk(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".talk") == 0;
}

static bool
add_talks(struct delivery *d, const char *fixtures, struct diag *diag)
{
	char buf[1024];
	struct text path = TEXT(buf);
	struct dirent **files;
	bool good = true;

	text_putf(&path, "%s/talks", fixtures);
	int n = scandir(buf, &files, is_talk, alphasort);
	for (int i = 0; i < n; i++) {
		path = TEXT(buf);
		text_putf(&path, "%s/talks/%s", fixtures, files[i]->d_name);
		struct delivered *new = &d->v[d->n];
		new->is_talk = good &&
		    dialogue_of_talk(&new->dialogue, &new->fed, buf, files[i]->d_name, diag);
		if (new->is_talk)
			add(d);
		good = good && d->n < DELIVERY_MAX && !diag_is_set(diag);
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	return good && n > 0;
}

static bool
add_recording(struct delivery *d, const char *fixtures, const char *name, struct diag *diag)
{
	char buf[1024];
	struct text path = TEXT(buf);
	struct packets p = { 0 };

	text_putf(&path, "%s/recordings/%s.pcap", fixtures, name);
	struct source *s = savefile_open(buf, 0, diag);
	bool good = s != NULL && packets_read(&p, s, diag);
	source_close(s);
	for (unsigned i = 0; good && i < CONNECTIONS_MAX && d->n < DELIVERY_MAX; i++)
		if (dialogue_of_packets(&d->v[d->n].dialogue, &p, i, name)) {
			d->v[d->n].is_talk = false;
			add(d);
		}
	packets_free(&p);
	return good;
}

bool
delivery_open(struct delivery *d, const char *fixtures, struct diag *diag)
{
	*d = (struct delivery){ .v = calloc(DELIVERY_MAX, sizeof *d->v) };
	bool good = d->v != NULL && add_talks(d, fixtures, diag);

	for (size_t i = 0; good && i < sizeof recordings / sizeof *recordings; i++)
		good = add_recording(d, fixtures, recordings[i], diag);
	if (!good && !diag_is_set(diag))
		diag_set(diag, "%s: no talks, or no memory", fixtures);
	if (!good)
		delivery_close(d);
	return good;
}

void
delivery_close(struct delivery *d)
{
	for (size_t i = 0; i < d->n; i++)
		judged_free(&d->v[i].truth);
	free(d->v);
	*d = (struct delivery){ 0 };
}
