#include "report/json_check.h"

#include "report/json_build.h"

static json_t *
finding(const struct finding *f)
{
	struct build b = build_object();

	build_put(&b, "rule", build_word(f->rule->id));
	build_put(&b, "answer", build_word(rule_answer_word(f->answer)));
	build_put(&b, "severity", build_word(severity_word(f->rule->severity)));
	build_put(&b, "weight", build_word(weight_word(f->weight)));
	build_put(&b, "message", build_word(f->why));
	build_put(&b, "mend", build_word(f->mend));
	build_put(&b, "exception", build_typed(f->exception));
	build_put(&b, "waiver", build_typed(f->waiver != NULL ? f->waiver->name : NULL));
	return build_done(&b);
}

json_t *
json_findings(const struct findings *f)
{
	struct build b = build_list();

	for (size_t i = 0; f != NULL && i < f->n; i++)
		if (finding_is_asked(&f->v[i]) && f->v[i].answer != RULE_PASS)
			build_add(&b, finding(&f->v[i]));
	return build_done(&b);
}

static json_t *
options(const char *const *v, size_t n)
{
	struct build b = build_list();

	for (size_t i = 0; i < n; i++)
		build_add(&b, build_typed(v[i]));
	return build_done(&b);
}

static json_t *
waiver(const struct waiver_use *use)
{
	struct build b = build_object();
	const struct waiver *w = use->waiver;

	build_put(&b, "name", build_typed(w->name));
	build_put(&b, "rule", build_typed(w->rule));
	build_put(&b, "node", build_typed(w->node));
	build_put(&b, "reason", build_typed(w->reason));
	build_put(&b, "expires", build_typed(w->expires));
	build_put(&b, "used", build_count(use->n_used));
	build_put(&b, "expired", json_boolean(use->expired));
	return build_done(&b);
}

json_t *
json_check(const struct assertion *a, const struct findings *of_input)
{
	struct build b = build_object(), waivers = build_list();

	for (size_t i = 0; i < a->n_waivers; i++)
		build_add(&waivers, waiver(&a->waivers[i]));
	build_put(&b, "outcome", build_word(outcome_word(a->outcome)));
	build_put(&b, "status", json_integer(outcome_status(a->outcome)));
	build_put(&b, "demands", options(a->demands, a->n_demands));
	build_put(&b, "relaxations", options(a->relaxations, a->n_relaxations));
	build_put(&b, "findings", json_findings(of_input));
	build_put(&b, "waivers", build_done(&waivers));
	return build_done(&b);
}
