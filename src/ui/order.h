/*
 * order - rows by a field, either way.
 *
 * Numbers by their number, text whatever its case and with the numbers in it by
 * their number (10.0.0.9 before 10.0.0.10). A row without the asked number comes
 * last, either way. Rows that are alike keep the order that they had.
 *
 * Each row is asked once.
 *
 * failure    false when memory is out; rows are as they were.
 * ownership  a struct order keeps its working memory between calls; order_free().
 */
#ifndef UI_ORDER_H
#define UI_ORDER_H

#include "ui/field.h"

struct order_key;

struct order {
	struct order_key *keys;
	size_t n_keys;
	char  *text;
	size_t text_size;
};

bool order_rows(struct order *o, struct row *rows, size_t n, const struct field *by,
    bool descending, const struct scene *s);
void order_free(struct order *o);

/* Less than, equal to or greater than 0; numbers in text by their number. */
int order_compare_text(const char *a, const char *b);

#endif
