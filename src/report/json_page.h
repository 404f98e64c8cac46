/*
 * json_page - a JSON document whose outer objects and lists are written here, and
 * what they hold is built, written and freed a value at a time: a hundred thousand
 * connections as one tree would take a gigabyte.
 *
 * ownership  page_member() and page_entry() take over the value they are given.
 * failure    sticky: .failed, and errno says why; nothing is written after it. What
 *            is broken must not look whole.
 */
#ifndef REPORT_JSON_PAGE_H
#define REPORT_JSON_PAGE_H

#include <jansson.h>
#include <stdio.h>

#include "base/rd.h"

struct page {
	FILE    *out;
	unsigned depth;		/* of the list or object that is open */
	bool     any;		/* it has something in it */
	bool     failed;
};

struct page page_begin(FILE *out);	/* opens the outermost object */
bool page_end(struct page *p);		/* and closes it; false: failed */

/* Keys are ours and need no escape. value NULL: memory is out. */
void page_member(struct page *p, const char *key, json_t *value);
void page_entry(struct page *p, json_t *value);

void page_open_list(struct page *p, const char *key);
void page_close_list(struct page *p);
void page_open_entry(struct page *p);	/* an object in a list */
void page_close_entry(struct page *p);

#endif
