#include "audit/release.h"

/* [OTP dist: distribution flags] */
#define DFLAG_DIST_HDR_ATOM_CACHE	UINT64_C(0x2000)

static const struct {
	uint64_t flag;
	uint8_t  since;
} introduced[] = {
	{ UINT64_C(0x1000000), 23 },		/* DFLAG_HANDSHAKE_23 */
	{ UINT64_C(0x400000000), 24 },		/* DFLAG_V4_NC */
	{ UINT64_C(0x4000000), 25 },		/* DFLAG_MANDATORY_25_DIGEST */
	{ UINT64_C(0x2000000000), 28 },		/* DFLAG_ALTACT_SIG */
	{ UINT64_C(0x4000000000), 29 },
};
#define N_INTRODUCED (sizeof introduced / sizeof *introduced)

struct release
release_of_flags(uint64_t flags, bool whole)
{
	struct release r = { 0, 0 };
	uint8_t next = introduced[0].since;

	if (!(flags & DFLAG_DIST_HDR_ATOM_CACHE))
		return r;
	for (size_t i = 0; i < N_INTRODUCED; i++)
		if (flags & introduced[i].flag) {
			r.first = introduced[i].since;
			next = i + 1 < N_INTRODUCED ? introduced[i + 1].since : 0;
		}
	if (next != 0 && (whole || r.first == 0))
		r.last = (uint8_t)(next - 1);
	return r;
}

struct release
release_of_version(uint16_t highest)
{
	if (highest == 0)
		return (struct release){ 0, 0 };
	return highest >= 6 ? (struct release){ 23, 0 } : (struct release){ 0, 22 };
}

void
release_put(struct text *t, struct release r)
{
	if (!release_is_known(r))
		text_put(t, "?");
	else if (r.last == 0)
		text_putf(t, "%u+", r.first);
	else if (r.first == 0)
		text_putf(t, "%u-", r.last);
	else if (r.first == r.last)
		text_putf(t, "%u", r.first);
	else
		text_putf(t, "%u-%u", r.first, r.last);
}
