#include "report/words.h"

#include <time.h>

#include "dissectors/names.h"

static void
put_name(struct text *t, const char *name, uint16_t number)
{
	if (name != NULL)
		text_put(t, name);
	else
		text_putf(t, "0x%04x", (unsigned)number);
}

void
words_put_version(struct text *t, uint16_t version)
{
	put_name(t, tls_version_name(version), version);
}

void
words_put_cipher(struct text *t, uint16_t cipher)
{
	put_name(t, tls_cipher_name(cipher), cipher);
}

void
words_put_group(struct text *t, uint16_t group)
{
	put_name(t, tls_group_name(group), group);
}

/* [RFC 8446 6] */
void
words_put_alert_level(struct text *t, uint8_t level)
{
	switch (level) {
	case 1:
		text_put(t, "warning");
		break;
	case 2:
		text_put(t, "fatal");
		break;
	default:
		text_putf(t, "%u", (unsigned)level);
		break;
	}
}

void
words_put_alert_description(struct text *t, uint8_t description)
{
	const char *name = tls_alert_name(description);

	if (name != NULL)
		text_put(t, name);
	else
		text_putf(t, "%u", (unsigned)description);
}

void
words_put_link_type(struct text *t, const struct link_type_count *l)
{
	if (l->name != NULL)
		text_put(t, l->name);
	else
		text_putf(t, "%u", (unsigned)l->link_type);
}

bool
words_put_date(struct text *t, int64_t seconds)
{
	time_t at = (time_t)seconds;
	struct tm tm;

	if (gmtime_r(&at, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
		return false;
	text_putf(t, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return true;
}

/*
 * Bytes beyond ASCII go to text_put_wire() one at a time: alone, none is UTF-8,
 * so each is escaped there, and escaping stays in one place.
 */
void
words_put_nameless(struct text *t, uint64_t nameless)
{
	if (nameless > 0)
		text_putf(t, "%llu node%s not known yet: epmd -names, run where %s, tells beamtap",
		    (unsigned long long)nameless, nameless == 1 ? "'s port is" : "s' ports are",
		    nameless == 1 ? "it is" : "they are");
}

void
words_put_wire(struct text *t, struct bytes b, bool utf8)
{
	while (!utf8 && b.n > 0) {
		size_t n = 1;

		if (b.p[0] < 0x80)
			while (n < b.n && b.p[n] < 0x80)
				n++;
		text_put_wire(t, (struct bytes){ b.p, n });
		b = (struct bytes){ b.p + n, b.n - n };
	}
	text_put_wire(t, b);
}

void
words_put_escaped(struct text *t, const char *s, bool utf8)
{
	if (utf8) {
		text_put(t, s);
		return;
	}
	for (; *s != '\0'; s++) {
		if ((unsigned char)*s < 0x80)
			text_put(t, (char[]){ *s, '\0' });
		else
			text_put_wire(t, (struct bytes){ (const uint8_t *)s, 1 });
	}
}
