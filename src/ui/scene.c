#include "ui/scene.h"

const struct judgement *
scene_find(const struct scene *s, uint64_t id)
{
	size_t low = 0, high = scene_n_connections(s);

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct judgement *j = scene_connection(s, middle);

		if (j->id == id)
			return j;
		if (j->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
