/*
 * words - what the faces spell alike: numbers by their names, dates, and
 * strings off the wire for a terminal that may not read UTF-8.
 *
 * A number without a name is written as its registry writes numbers: hex for
 * versions, cipher suites and groups, decimal for alerts and link types.
 */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "audit/snapshot.h"
#include "base/text.h"

void words_put_version(struct text *t, uint16_t version);	/* "TLSv1.2", "0x7f1c" */
void words_put_cipher(struct text *t, uint16_t cipher);
void words_put_group(struct text *t, uint16_t group);
void words_put_alert_level(struct text *t, uint8_t level);	/* "fatal" */
void words_put_alert_description(struct text *t, uint8_t description);
void words_put_link_type(struct text *t, const struct link_type_count *l);

/* Seconds since the epoch, of any sign, as RFC 3339 in UTC. False, and nothing
 * put, for a year that has not four digits. */
bool words_put_date(struct text *t, int64_t seconds);

/* What to do about nodes whose ports are not known; nothing when there are none. */
void words_put_nameless(struct text *t, uint64_t nameless);

/* text_put_wire(), with every byte beyond ASCII escaped too unless utf8. */
void words_put_wire(struct text *t, struct bytes b, bool utf8);

/* What is escaped already: only bytes beyond ASCII are, unless utf8. */
void words_put_escaped(struct text *t, const char *s, bool utf8);

static inline struct bytes
words_bytes(const char *s)
{
	return (struct bytes){ (const uint8_t *)s, strlen(s) };
}

#endif
