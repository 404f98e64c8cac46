#include "report/rulebook.h"

#include "audit/rules.h"
#include "report/layout.h"
#include "report/wrap.h"

static void
write_labelled(struct wrap *w, const char *label, const char *s)
{
	wrap_begin(w, 2);
	wrap_put(w, label);
	wrap_put(w, s);
	wrap_end(w);
}

static void
write_rule(const struct rule *rule, struct wrap *w)
{
	wrap_begin(w, 0);
	wrap_put(w, rule->id);
	wrap_put(w, " (");
	wrap_put(w, severity_word(rule->severity));
	wrap_put(w, "): ");
	wrap_put(w, rule->title);
	wrap_end(w);
	wrap_line(w, 2, rule->sentence);
	write_labelled(w, "mend: ", rule->mend);
	write_labelled(w, "source: ", rule->source);
}

bool
rulebook_write(unsigned width, FILE *out)
{
	struct wrap w = { .out = out, .width = width };

	if (width > 0 && width < LAYOUT_WIDTH_MIN)
		w.width = LAYOUT_WIDTH_MIN;
	for (size_t i = 0; i < N_RULES && !ferror(out); i++) {
		if (i > 0)
			putc('\n', out);
		write_rule(&rules[i], &w);
	}
	return fflush(out) == 0 && !ferror(out);
}
