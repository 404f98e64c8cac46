#include "ui/order.h"

#include <stdlib.h>

struct order_key {
	struct row row;
	size_t place;		/* that it had */
	double number;
	size_t text;		/* where it begins in struct order; SIZE_MAX: a number */
	bool   none;		/* no number: last, either way */
	bool   descending;
	const struct order *order;
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int
fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

/* Two runs of digits by their number, however long; both are passed. */
static int
compare_digits(const char **a, const char **b)
{
	size_t n_a = 0, n_b = 0;

	while (**a == '0' && is_digit((*a)[1]))
		++*a;
	while (**b == '0' && is_digit((*b)[1]))
		++*b;
	while (is_digit((*a)[n_a]))
		n_a++;
	while (is_digit((*b)[n_b]))
		n_b++;
	int differ = n_a != n_b ? (n_a < n_b ? -1 : 1) : memcmp(*a, *b, n_a);
	*a += n_a;
	*b += n_b;
	return differ;
}

int
order_compare_text(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		int differ;

		if (is_digit(*a) && is_digit(*b))
			differ = compare_digits(&a, &b);
		else
			differ = fold(*a++) - fold(*b++);
		if (differ != 0)
			return differ;
	}
	return (*a != '\0') - (*b != '\0');
}

static int
compare(const void *x, const void *y)
{
	const struct order_key *a = x, *b = y;
	int differ;

	if (a->none || b->none)
		differ = a->none - b->none;
	else if (a->text == SIZE_MAX)
		differ = (a->number > b->number) - (a->number < b->number);
	else
		differ = order_compare_text(a->order->text + a->text, b->order->text + b->text);
	if (differ == 0)
		return (a->place > b->place) - (a->place < b->place);
	return a->descending && a->none == b->none ? -differ : differ;
}

static bool
make_room(struct order *o, size_t n)
{
	if (n > o->n_keys) {
		struct order_key *keys = realloc(o->keys, n * sizeof *keys);

		if (keys == NULL)
			return false;
		o->keys = keys;
		o->n_keys = n;
	}
	return true;
}

static bool
keep_text(struct order *o, size_t *used, const char *s, size_t n)
{
	if (o->text_size - *used < n + 1) {
		size_t size = 2 * o->text_size + n + CELL_MAX;
		char *text = realloc(o->text, size);

		if (text == NULL)
			return false;
		o->text = text;
		o->text_size = size;
	}
	memcpy(o->text + *used, s, n + 1);
	*used += n + 1;
	return true;
}

/* What the row is ordered by. */
static bool
ask(struct order *o, struct order_key *key, size_t *used, const struct field *by,
    const struct scene *s)
{
	key->text = SIZE_MAX;
	if (by->number != NULL) {
		key->none = !by->number(&key->number, by, key->row.what, s);
		return true;
	}
	char b[CELL_MAX];
	struct text cell = TEXT(b);

	by->put(&cell, by, key->row.what, s);
	key->text = *used;
	return keep_text(o, used, b, cell.n);
}

bool
order_rows(struct order *o, struct row *rows, size_t n, const struct field *by,
    bool descending, const struct scene *s)
{
	size_t used = 0;

	if (!make_room(o, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		o->keys[i] = (struct order_key){ .row = rows[i], .place = i,
			.descending = descending, .order = o };
		if (!ask(o, &o->keys[i], &used, by, s))
			return false;
	}
	if (n > 1)
		qsort(o->keys, n, sizeof *o->keys, compare);
	for (size_t i = 0; i < n; i++)
		rows[i] = o->keys[i].row;
	return true;
}

void
order_free(struct order *o)
{
	free(o->keys);
	free(o->text);
	*o = (struct order){ 0 };
}
