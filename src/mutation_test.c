/*
 * mutation_test - every recording, mutated at packet level in thousands of
 * ways: what is said of a mutant is the truth or honestly less, never more and
 * never something else.
 *
 *	mutation_test [-n MUTANTS] [-s SEED] [-j PROCESSES] [-r NAME] [DIRECTORY]
 *
 * MUTANTS of each recording and mutation (also $MUTANTS); -r only of recordings
 * whose name contains NAME. DIRECTORY holds truth.tsv and recordings one level
 * below. A mutant depends on nothing but SEED, the recording, the mutation and
 * its number. With $MUTANT_DIR, each that is judged wrongly is left there.
 */
#include <glob.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/savefile.h"
#include "testkit/honest.h"
#include "testkit/judged.h"
#include "testkit/mutate.h"
#include "testkit/surgery.h"

#define RECORDINGS_MAX 256u
#define COMBINED_MAX   3u
#define COMBINED_TIMES 4u	/* as many mutants of a combination as of a single one */
#define ROWS_MAX       64u
#define COMPLAINTS_MAX 5u	/* of each process about each mutation */

#if defined(__SANITIZE_ADDRESS__)
#define MUTANTS_USUAL  5u
#else
#define MUTANTS_USUAL  80u
#endif

struct recording {
	char name[64];			/* "otp25/plain" */
	struct packets packets;
	struct judged truth;
};

struct counts {
	uint64_t mutants, by[HONEST_WRONG + 1];
};

struct test {
	const char *directory, *only, *mutant_dir;
	unsigned n_mutants, n_processes;
	uint64_t seed;
	size_t n;
	struct recording recordings[RECORDINGS_MAX];
	struct counts (*counts)[ROWS_MAX];	/* of each process, shared */
};

/* One mutant of one recording: what was done to it. */
struct trial {
	const struct test *test;
	const struct recording *of, *other;
	struct mutant mutant;
	const struct mutation *done[COMBINED_MAX];
	size_t n_done;
	unsigned number, harm, blind;
};

static void
give_up(const char *what)
{
	fprintf(stderr, "mutation_test: %s\n", what);
	exit(2);
}

static const struct engine_options no_options;

static bool
is_epmd(const struct packet *p)
{
	struct anatomy a;

	return anatomy_of(p, &a) &&
	    (a.s.src_port == ENGINE_EPMD_PORT || a.s.dst_port == ENGINE_EPMD_PORT);
}

/* Is every packet of EPMD there, as it was, and is there no other? */
static bool
epmd_is_whole(const struct packets *is, const struct packets *was)
{
	size_t n = 0;

	for (size_t i = 0; i < was->n; i++) {
		size_t j = 0;
		if (!is_epmd(&was->v[i]))
			continue;
		while (j < is->n && (is->v[j].captured.p != was->v[i].captured.p ||
		    is->v[j].captured.n != was->v[i].captured.n))
			j++;
		if (j == is->n)
			return false;
		n++;
	}
	for (size_t i = 0; i < is->n; i++)
		n -= is_epmd(&is->v[i]);
	return n == 0;
}

/* Does it still say anything? */
static bool
has_payload(const struct packets *p, const struct judgement *j)
{
	struct judgement found = { 0 };
	struct anatomy a;

	for (size_t i = 0; i < p->n; i++) {
		if (!anatomy_of(&p->v[i], &a) || a.s.payload.n == 0)
			continue;
		found.end[0].address = a.s.src;
		found.end[0].port = a.s.src_port;
		found.end[1].address = a.s.dst;
		found.end[1].port = a.s.dst_port;
		if (honest_same_ends(&found, j))
			return true;
	}
	return false;
}

/* Not listed: only when who said that it is distribution is gone, or it
 * said nothing. */
static enum honesty
absent(const struct trial *t, const struct recording *of, const struct judgement *truth,
    struct text *why)
{
	bool labelled = truth->known_by & KNOWN_BY_EPMD && !(t->harm & (HARM_LABELS | HARM_TIME)) &&
	    epmd_is_whole(&t->mutant.packets, &of->packets) && has_payload(&t->mutant.packets, truth);

	if (t->harm != 0 && !labelled)
		return HONEST_ABSENT;
	text_putf(why, "WRONG not listed, in truth %s", verdict_word(truth->verdict));
	return HONEST_WRONG;
}

/* The n-th of a list, or of the lists of both recordings. */
static const struct judgement *
truth_at(const struct trial *t, size_t n, const struct recording **of)
{
	*of = t->of;
	if (t->mutant.merged && n >= t->of->truth.s.n_connections) {
		n -= t->of->truth.s.n_connections;
		*of = t->other;
	}
	return n < (*of)->truth.s.n_connections ? (*of)->truth.s.connections[n] : NULL;
}

static void
put_ends(struct text *t, const struct judgement *j)
{
	char client[ADDRESS_TEXT_MAX], server[ADDRESS_TEXT_MAX];

	text_putf(t, "%s port %u > %s port %u: ", address_text(&j->end[0].address, client),
	    j->end[0].port, address_text(&j->end[1].address, server), j->end[1].port);
}

static void
leave_mutant(const struct trial *t)
{
	char buf[512];

	for (uint16_t source = 0; source <= t->mutant.merged; source++) {
		struct text path = TEXT(buf);
		text_putf(&path, "%s/", t->test->mutant_dir);
		for (const char *s = t->of->name; *s != '\0'; s++)
			text_putf(&path, "%c", *s == '/' ? '-' : *s);
		for (size_t i = 0; i < t->n_done; i++)
			text_putf(&path, "-%s", t->done[i]->name);
		text_putf(&path, "-%" PRIu64 "-%u%s.pcapng", t->test->seed, t->number,
		    source ? "-second" : "");
		if (!packets_write(&t->mutant.packets, source, buf))
			fprintf(stderr, "mutation_test: cannot write %s\n", buf);
	}
}

static void
complain(const struct trial *t, const struct judgement *about, const char *why)
{
	char buf[4096];
	struct text line = TEXT(buf);

	text_putf(&line, "FAIL %s:", t->of->name);
	for (size_t i = 0; i < t->n_done; i++)
		text_putf(&line, " %s", t->done[i]->name);
	text_putf(&line, ", seed %" PRIu64 ", number %u: ", t->test->seed, t->number);
	put_ends(&line, about);
	text_putf(&line, "%.3000s\n", why);
	fputs(buf, stdout);
	fflush(stdout);
	if (t->test->mutant_dir != NULL)
		leave_mutant(t);
}

/* The claim that goes with a truth, by their order in time among those with the
 * same ends; each claim is taken once. */
static const struct judgement *
claim_for(const struct snapshot *s, const struct judgement *truth, bool taken[])
{
	for (size_t i = 0; i < s->n_connections; i++) {
		if (!taken[i] && honest_same_ends(s->connections[i], truth)) {
			taken[i] = true;
			return s->connections[i];
		}
	}
	return NULL;
}

static enum honesty
judge_claim(const struct trial *t, const struct recording *of, const struct judgement *truth,
    const struct judgement *claim, struct text *why)
{
	if (claim == NULL)
		return absent(t, of, truth, why);
	struct doubt doubt = { .blind = t->blind, .time = t->harm & HARM_TIME,
		.bytes = t->harm & HARM_BYTES,
		.epmd = t->harm & HARM_BYTES && !epmd_is_whole(&t->mutant.packets, &of->packets) };
	enum honesty h = honest(truth, claim, doubt, why);
	return h == HONEST_WEAKER && t->harm == 0 ? HONEST_WRONG : h;
}

/* A packet that comes long after its connection was closed, and was forgotten,
 * stands alone: nobody can tell more than that it is there. */
static bool
is_straggler(const struct trial *t, const struct judgement *claim)
{
	const struct recording *of;
	const struct judgement *truth;

	for (size_t i = 0; (truth = truth_at(t, i, &of)) != NULL; i++)
		if (honest_same_ends(claim, truth))
			return t->harm != 0 && claim->verdict == VERDICT_UNKNOWN &&
			    claim->blind & BLIND_BIT(BLIND_MIDSTREAM);
	return false;
}

#define CLAIMS_MAX 64u

static enum honesty
judge_claims(const struct trial *t, const struct snapshot *s, bool complains)
{
	bool taken[CLAIMS_MAX] = { false }, silent = t->of->truth.s.silent > 0 ||
	    (t->mutant.merged && t->other->truth.s.silent > 0);
	enum honesty worst = HONEST_SAME, h;
	const struct recording *of;
	const struct judgement *truth;
	char buf[3500];

	if (s->n_connections > CLAIMS_MAX)
		return HONEST_WRONG;
	for (size_t i = 0; (truth = truth_at(t, i, &of)) != NULL; i++) {
		struct text why = TEXT(buf);
		h = judge_claim(t, of, truth, claim_for(s, truth, taken), &why);
		worst = h > worst ? h : worst;
		if (h == HONEST_WRONG && complains)
			complain(t, truth, buf);
	}
	for (size_t i = 0; i < s->n_connections; i++) {
		struct text why = TEXT(buf);
		if (taken[i])
			continue;
		h = HONEST_WRONG;
		if (silent && t->harm != 0)
			h = honest_of_silent(s->connections[i], &why);
		else if (is_straggler(t, s->connections[i]))
			h = HONEST_WEAKER;
		else
			text_putf(&why, "WRONG verdict %s, in truth there is no such connection",
			    verdict_word(s->connections[i]->verdict));
		worst = h > worst ? h : worst;
		if (h == HONEST_WRONG && complains)
			complain(t, s->connections[i], buf);
	}
	return worst;
}

static void
mutate(struct trial *t, const struct mutation *m)
{
	t->done[t->n_done++] = m;
	t->harm |= m->harm;
	t->blind |= m->blind;
	m->apply(&t->mutant);
}

/* Row n_mutations + k: k + 2 mutations, one after the other. Forgery comes last:
 * what was said in truth must not be lost after it. */
static void
mutate_row(struct trial *t, size_t row)
{
	const struct mutation *chosen[COMBINED_MAX];
	size_t n = row < n_mutations ? 1 : row - n_mutations + 2;

	/* No mutation twice. */
	for (size_t i = 0, other; i < n; i += other == i) {
		chosen[i] = &mutations[row < n_mutations ? row : dice_below(&t->mutant.dice, n_mutations)];
		for (other = 0; other < i && chosen[other] != chosen[i]; other++)
			;
	}
	for (int forges = 0; forges < 2; forges++)
		for (size_t i = 0; i < n; i++)
			if (chosen[i]->forges == forges)
				mutate(t, chosen[i]);
}

static const char *
row_name(size_t row)
{
	static const char *const combined[] = { "two of them", "three of them" };

	return row < n_mutations ? mutations[row].name : combined[row - n_mutations];
}

#define N_ROWS (n_mutations + COMBINED_MAX - 1)

static void
try(const struct test *test, const struct recording *of, size_t row, unsigned number,
    struct counts *counts)
{
	struct trial t = { .test = test, .of = of, .number = number };
	struct judged j;

	t.mutant.dice.state = test->seed;
	dice_key_text(&t.mutant.dice, of->name);
	dice_key_text(&t.mutant.dice, row_name(row));
	dice_key_number(&t.mutant.dice, number);
	t.other = &test->recordings[dice_below(&t.mutant.dice, test->n)];
	if (t.other == of)
		t.other = &test->recordings[of == test->recordings ? test->n - 1 : 0];
	t.mutant.other = &t.other->packets;
	packets_copy(&t.mutant.packets, &of->packets);
	mutate_row(&t, row);
	j = judged_of(&t.mutant.packets, &no_options);
	enum honesty h = judge_claims(&t, &j.s, counts->by[HONEST_WRONG] < COMPLAINTS_MAX);
	judged_free(&j);
	packets_free(&t.mutant.packets);
	counts->mutants++;
	counts->by[h]++;
}

/* This process' share: every n-th pair of a recording and a mutation. */
static void
run_share(const struct test *test, unsigned share)
{
	for (size_t i = 0; i < test->n * N_ROWS; i++) {
		const struct recording *of = &test->recordings[i / N_ROWS];
		size_t row = i % N_ROWS;
		unsigned n = test->n_mutants * (row < n_mutations ? 1 : COMBINED_TIMES);
		if (i % test->n_processes != share ||
		    (test->only != NULL && strstr(of->name, test->only) == NULL))
			continue;
		for (unsigned number = 1; number <= n; number++)
			try(test, of, row, number, &test->counts[share][row]);
	}
}

static bool
run(struct test *test)
{
	bool ok = true;
	int status;

	fflush(stdout);
	for (unsigned share = 0; share < test->n_processes; share++) {
		pid_t child = fork();
		if (child < 0)
			give_up("cannot fork");
		if (child == 0) {
			run_share(test, share);
			_exit(0);
		}
	}
	for (unsigned share = 0; share < test->n_processes; share++)
		ok &= wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	return ok;
}

/* Adds up the processes' counts; true when nothing was wrong. */
static bool
report(const struct test *test)
{
	struct counts all = { 0 };

	printf("%-14s %9s %9s %9s %9s %9s\n", "mutation", "mutants", "same", "weaker", "absent", "wrong");
	for (size_t row = 0; row <= N_ROWS; row++) {
		struct counts c = { 0 };
		for (unsigned share = 0; row < N_ROWS && share < test->n_processes; share++) {
			const struct counts *s = &test->counts[share][row];
			c.mutants += s->mutants;
			for (size_t h = 0; h <= HONEST_WRONG; h++)
				c.by[h] += s->by[h];
		}
		const struct counts *p = row < N_ROWS ? &c : &all;
		printf("%-14s %9" PRIu64, row < N_ROWS ? row_name(row) : "all", p->mutants);
		for (size_t h = 0; h <= HONEST_WRONG; h++) {
			printf(" %9" PRIu64, p->by[h]);
			all.by[h] += c.by[h];
		}
		all.mutants += c.mutants;
		printf("\n");
	}
	return all.by[HONEST_WRONG] == 0 && all.mutants > 0;
}

/* "mutual,mutual": what truth.tsv wants of a recording's connections; a single
 * word stands for all. */
static void
check_truth(const struct recording *r, unsigned n_wanted, const char *wanted)
{
	const struct snapshot *s = &r->truth.s;
	char all[256];

	if (s->n_connections != n_wanted)
		give_up(r->name);
	for (size_t i = 0; i < n_wanted; i++) {
		size_t n = strcspn(wanted, ",");
		struct text t = TEXT(all);
		text_putf(&t, "%.*s", (int)n, wanted);
		if (strcmp(all, verdict_word(s->connections[i]->verdict)) != 0) {
			fprintf(stderr, "%s: %s, but truth.tsv says %s\n", r->name,
			    verdict_word(s->connections[i]->verdict), all);
			exit(2);
		}
		wanted += wanted[n] == ',' ? n + 1 : 0;
	}
}

static void
check_truths(const struct test *test)
{
	char path[512], line[2048], name[64], verdicts[256];
	struct text t = TEXT(path);
	unsigned n_wanted;

	text_putf(&t, "%s/truth.tsv", test->directory);
	FILE *f = fopen(path, "r");
	if (f == NULL)
		give_up(path);
	while (fgets(line, sizeof line, f) != NULL) {
		if (sscanf(line, "%63[^\t]\t%u\t%255[^\t]", name, &n_wanted, verdicts) != 3)
			continue;
		for (size_t i = 0; i < test->n; i++)
			if (strcmp(test->recordings[i].name, name) == 0)
				check_truth(&test->recordings[i], n_wanted, verdicts);
	}
	fclose(f);
}

static void
load(struct test *test, const char *path)
{
	struct recording *r = &test->recordings[test->n];
	struct diag d = { { 0 } };
	struct source *s = savefile_open(path, 0, &d);
	struct text name = TEXT(r->name);

	if (s == NULL || !packets_read(&r->packets, s, &d))
		give_up(d.line);
	source_close(s);
	path += strlen(test->directory) + 1;
	text_putf(&name, "%.*s", (int)(strlen(path) - strlen(".pcap")), path);
	r->truth = judged_of(&r->packets, &no_options);
	test->n++;
}

static void
load_all(struct test *test)
{
	char pattern[512];
	struct text t = TEXT(pattern);
	glob_t found;

	text_putf(&t, "%s/*/*.pcap", test->directory);
	if (glob(pattern, 0, NULL, &found) != 0 || found.gl_pathc > RECORDINGS_MAX)
		give_up(pattern);
	for (size_t i = 0; i < found.gl_pathc; i++)
		load(test, found.gl_pathv[i]);
	globfree(&found);
}

static void
read_options(struct test *test, int argc, char **argv)
{
	const char *mutants = getenv("MUTANTS");
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int option;

	test->seed = 1;
	test->n_mutants = mutants ? (unsigned)strtoul(mutants, NULL, 10) : MUTANTS_USUAL;
	test->n_processes = processors > 0 ? (unsigned)processors : 1;
	test->mutant_dir = getenv("MUTANT_DIR");
	while ((option = getopt(argc, argv, "n:s:j:r:")) != -1) {
		switch (option) {
		case 'n': test->n_mutants = (unsigned)strtoul(optarg, NULL, 10); break;
		case 's': test->seed = strtoull(optarg, NULL, 10); break;
		case 'j': test->n_processes = (unsigned)strtoul(optarg, NULL, 10); break;
		case 'r': test->only = optarg; break;
		default:  exit(2);
		}
	}
	if (test->n_processes == 0)
		test->n_processes = 1;
	test->directory = optind < argc ? argv[optind] : NULL;
}

int
main(int argc, char **argv)
{
	struct test *test = calloc(1, sizeof *test);
	char directory[512];
	struct text t = TEXT(directory);

	if (test == NULL || N_ROWS > ROWS_MAX)
		give_up("out of memory");
	read_options(test, argc, argv);
	text_putf(&t, "%s/fixtures/recordings", getenv("srcdir") ? getenv("srcdir") : ".");
	if (test->directory == NULL)
		test->directory = directory;
	test->counts = mmap(NULL, test->n_processes * sizeof *test->counts,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (test->counts == MAP_FAILED)
		give_up("out of memory");
	load_all(test);
	check_truths(test);
	bool ok = run(test);
	ok &= report(test);
	for (size_t i = 0; i < test->n; i++) {
		judged_free(&test->recordings[i].truth);
		packets_free(&test->recordings[i].packets);
	}
	munmap(test->counts, test->n_processes * sizeof *test->counts);
	free(test);
	return ok ? 0 : 1;
}
