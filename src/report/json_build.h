/*
 * json_build - JSON values, and objects that cannot lose a member unnoticed.
 *
 * ownership  every json_t * returned is the caller's; build_put() and
 *            build_add() take over the value they are given.
 * failure    NULL when memory is out. A struct build is sticky: a value that
 *            was NULL makes the whole NULL in build_done().
 */
#ifndef REPORT_JSON_BUILD_H
#define REPORT_JSON_BUILD_H

#include <jansson.h>

#include "audit/snapshot.h"
#include "base/text.h"

struct build {
	json_t *whole;
	bool    failed;
};

struct build build_object(void);
struct build build_list(void);
void build_put(struct build *b, const char *key, json_t *value);
void build_add(struct build *b, json_t *value);
json_t *build_done(struct build *b);

json_t *build_word(const char *s);	/* our own words; NULL: null */
json_t *build_text(const struct text *t);	/* likewise; empty: null */
json_t *build_wire(struct bytes b);	/* escaped, whatever its length */
json_t *build_typed(const char *s);	/* the user's: a backslash means itself; NULL: null */
json_t *build_count(uint64_t n);	/* UNKNOWN_COUNT: null */
json_t *build_answer(enum answer a);
json_t *build_time(uint64_t at_ns, unsigned digits);

#endif
