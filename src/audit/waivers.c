#include "audit/waivers.h"

#include <stdio.h>

#include "audit/ini.h"
#include "audit/pattern.h"
#include "audit/rules.h"
#include "base/text.h"

/* Waivers are for a while. This far the day can be counted in nanoseconds, too. */
#define YEAR_MIN 2000u
#define YEAR_MAX 2199u

struct reading {
	struct waivers *w;
	unsigned *lines;	/* where each began; w->n of them */
};

static struct bytes
bytes_of(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

static bool
refuse(struct diag *d, const char *key, const char *value, const char *why)
{
	char quoted[160];
	struct text t = TEXT(quoted);

	text_put_wire(&t, bytes_of(value));
	diag_set(d, "%s: '%s%s' %s", key, quoted, t.cut ? "..." : "", why);
	return false;
}

static bool
no_memory(struct diag *d)
{
	diag_set(d, "out of memory");
	return false;
}

static const char *
keep(struct waivers *w, struct bytes b)
{
	char *s = arena_take(&w->arena, b.n + 1);

	if (s != NULL && b.n > 0)
		memcpy(s, b.p, b.n);
	return s;
}

/* Room for one more; there is some until n is a power of two. */
static bool
grow(struct reading *r)
{
	struct waivers *w = r->w;
	size_t cap = w->n > 0 ? w->n * 2 : 1;

	if ((w->n & (w->n - 1)) != 0)
		return true;
	struct waiver *v = arena_take(&w->arena, cap * sizeof *v);
	unsigned *lines = arena_take(&w->arena, cap * sizeof *lines);
	if (v == NULL || lines == NULL)
		return false;
	if (w->n > 0) {
		memcpy(v, w->v, w->n * sizeof *v);
		memcpy(lines, r->lines, w->n * sizeof *lines);
	}
	w->v = v;
	r->lines = lines;
	return true;
}

static bool
begin(void *owner, const char *section, unsigned line, struct diag *d)
{
	static const char word[] = "waiver";
	struct reading *r = owner;
	size_t n = strcspn(section, " \t");
	const char *name = section + n + strspn(section + n, " \t");

	if (n != sizeof word - 1 || memcmp(section, word, n) != 0 || *name == '\0') {
		diag_set(d, "[%s] is no section of this file; write [waiver NAME]", section);
		return false;
	}
	for (size_t i = 0; i < r->w->n; i++)
		if (strcmp(r->w->v[i].name, name) == 0) {
			diag_set(d, "there is a waiver '%s' already, in line %u", name, r->lines[i]);
			return false;
		}
	const char *kept = keep(r->w, bytes_of(name));
	if (kept == NULL || !grow(r))
		return no_memory(d);
	r->lines[r->w->n] = line;
	r->w->v[r->w->n++] = (struct waiver){ .name = kept };
	return true;
}

/* n digits and nothing else. */
static bool
read_digits(struct rd *r, size_t n, unsigned *out)
{
	*out = 0;
	while (n-- > 0) {
		uint8_t digit = rd_u8(r);

		if (digit < '0' || digit > '9')
			return false;
		*out = *out * 10 + (unsigned)(digit - '0');
	}
	return true;
}

static bool
is_leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The first moment after that day, in the Gregorian calendar; 0: no such day. */
static uint64_t
end_of_day(const char *s)
{
	static const unsigned days_of[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	struct rd r = rd_bytes(bytes_of(s));
	unsigned year, month, day;

	if (!read_digits(&r, 4, &year) || rd_u8(&r) != '-' || !read_digits(&r, 2, &month) ||
	    rd_u8(&r) != '-' || !read_digits(&r, 2, &day) || !rd_done(&r))
		return 0;
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1)
		return 0;
	if (day > days_of[month - 1] + (month == 2 && is_leap(year) ? 1 : 0))
		return 0;

	uint64_t days = day;
	for (unsigned y = 1970; y < year; y++)
		days += is_leap(y) ? 366 : 365;
	for (unsigned m = 1; m < month; m++)
		days += days_of[m - 1] + (m == 2 && is_leap(year) ? 1 : 0);
	return days * 86400u * 1000000000u;
}

static bool
check_rule(const char *value, struct diag *d)
{
	const struct rule *rule = rule_find(value);

	if (rule == NULL)
		return refuse(d, "rule", value, "is no rule; 'beamtap rules' lists them");
	switch (rule->subject) {
	case SUBJECT_CONNECTION:
		return true;
	case SUBJECT_INPUT:
		break;
	}
	return refuse(d, "rule", value, "is about what was seen, not about a connection;"
	    " it cannot be waived");
}

/* What is kept of a value, after a look at it. */
static bool
check(struct waiver *w, const char *key, const char *value, struct bytes *kept, struct diag *d)
{
	const char *fault = NULL;

	*kept = bytes_of(value);
	if (strcmp(key, "rule") == 0)
		return check_rule(value, d);
	if (strcmp(key, "node") == 0) {
		*kept = pattern_unquote(value);
		fault = pattern_fault(*kept);
	} else if (strcmp(key, "reason") == 0) {
		fault = *value == '\0' ? "is no reason; say why this is accepted" : NULL;
	} else if ((w->until_ns = end_of_day(value)) == 0) {
		fault = "is not a day such as 2026-12-31";
	}
	return fault == NULL || refuse(d, key, value, fault);
}

static const char **
place_of(struct waiver *w, const char *key)
{
	if (strcmp(key, "rule") == 0)
		return &w->rule;
	if (strcmp(key, "node") == 0)
		return &w->node;
	if (strcmp(key, "reason") == 0)
		return &w->reason;
	if (strcmp(key, "expires") == 0)
		return &w->expires;
	return NULL;
}

static bool
take(void *owner, const char *section, const char *key, const char *value, struct diag *d)
{
	struct waivers *all = ((struct reading *)owner)->w;
	struct bytes kept;

	if (*section == '\0') {
		diag_set(d, "%s: this is before the first [waiver NAME]", key);
		return false;
	}
	struct waiver *w = &all->v[all->n - 1];
	const char **place = place_of(w, key);
	if (place == NULL) {
		diag_set(d, "%s: no such key; a waiver has rule, node, reason and expires", key);
		return false;
	}
	if (*place != NULL) {
		diag_set(d, "%s: this is the second in [%s]", key, section);
		return false;
	}
	if (!check(w, key, value, &kept, d))
		return false;
	*place = keep(all, kept);
	return *place != NULL || no_memory(d);
}

static const char *
missing_key(const struct waiver *w)
{
	return w->rule == NULL ? "rule" :
	    w->node == NULL ? "node" :
	    w->reason == NULL ? "reason" :
	    w->expires == NULL ? "expires" : NULL;
}

static bool
are_whole(const struct reading *r, const char *path, struct diag *d)
{
	for (size_t i = 0; i < r->w->n; i++) {
		const char *missing = missing_key(&r->w->v[i]);

		if (missing != NULL) {
			diag_set(d, "%s:%u: [waiver %s] has no %s", path, r->lines[i],
			    r->w->v[i].name, missing);
			return false;
		}
	}
	return true;
}

bool
waivers_read(struct waivers *w, const char *path, struct diag *d)
{
	struct reading r = { .w = w };

	*w = (struct waivers){ 0 };
	if (ini_read_sections(path, begin, take, &r, d) && are_whole(&r, path, d))
		return true;
	waivers_free(w);
	return false;
}

void
waivers_free(struct waivers *w)
{
	arena_free(&w->arena);
	*w = (struct waivers){ 0 };
}

const struct waiver *
waivers_find(const struct waivers *w, const char *rule, const struct judgement *j)
{
	const struct judged_end *server = &j->end[SIDE_SERVER];

	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->v[i].rule, rule) == 0 &&
		    pattern_excepts(w->v[i].node, server->node, &server->address))
			return &w->v[i];
	return NULL;
}
