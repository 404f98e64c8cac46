/*
 * frame - what is around a view: whose traffic this is, how much, what was lost, the
 * views, and the keys.
 *
 * The header is four lines, and one more each where the input is damaged and where somebody
 * should do something; the footer two: what is to be said, and the keys as htop has them.
 */
#ifndef UI_FRAME_H
#define UI_FRAME_H

#include "ui/rates.h"
#include "ui/scene.h"
#include "ui/screen.h"
#include "ui/sheet.h"
#include "ui/view.h"

#define FRAME_TITLES_MAX 8u

struct frame {
	const char *source;		/* escaped here */
	bool paused;
	const char *titles[FRAME_TITLES_MAX];	/* of the views, by their number */
	unsigned n_titles;
	unsigned open;			/* the view; n_titles: the detail */
	const struct sheet *sheet;	/* of that view, or NULL */
};

struct frame_key {
	const char *key, *label;
	struct press press;		/* what a click on it is */
};

/* Into frame_header_height() lines. */
void frame_draw_header(const struct frame *f, struct screen *s, struct area a,
    const struct scene *scene);

/* At most as many keys as there is room for; the last one (the way out) always. */
void frame_draw_keys(const struct frame_key *keys, unsigned n, struct screen *s,
    struct area line);

/* Which key, or view, is drawn at x: n, or n_titles, where there is none. */
unsigned frame_key_at(const struct frame_key *keys, unsigned n, struct area line, unsigned x);
unsigned frame_title_at(const struct frame *f, unsigned x);

unsigned frame_header_height(const struct scene *scene);

#endif
