#include "ui/scene.h"

unsigned
scene_rank(enum verdict v)
{
	switch (v) {
	case VERDICT_PLAINTEXT: return 1;
	case VERDICT_ONE_WAY:   return 2;
	case VERDICT_UNKNOWN:   return 3;
	case VERDICT_ENCRYPTED: return 4;
	case VERDICT_REFUSED:   return 5;
	case VERDICT_MUTUAL:    return 6;
	case VERDICT_NONE:
	case N_VERDICTS:        break;
	}
	return 0;
}

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
