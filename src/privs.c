#include "privs.h"

#include <cap-ng.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define GROUPS_MAX 65536	/* a user's groups: NGROUPS_MAX of Linux */

static const char *const sudo_names[] = { "SUDO_UID", "SUDO_GID", "SUDO_USER", "SUDO_COMMAND" };

/* "" when it does not fit: half a path leads somewhere else. */
static void
copy(char *out, size_t size, const char *from)
{
	int n = snprintf(out, size, "%s", from);

	if (n < 0 || (size_t)n >= size)
		out[0] = '\0';
}

static bool
from_passwd(const struct passwd *pw, gid_t gid, struct identity *out, struct diag *d)
{
	*out = (struct identity){ .uid = pw->pw_uid, .gid = gid };
	copy(out->name, sizeof out->name, pw->pw_name);
	copy(out->home, sizeof out->home, pw->pw_dir);
	copy(out->shell, sizeof out->shell, pw->pw_shell);
	if (out->name[0] != '\0')
		return true;
	diag_set(d, "the name of user %u cannot be used", (unsigned)pw->pw_uid);
	return false;
}

static bool
whoever_runs_this(struct identity *out, struct diag *d)
{
	const struct passwd *pw = getpwuid(getuid());

	if (pw != NULL)
		return from_passwd(pw, getgid(), out, d);
	*out = (struct identity){ .uid = getuid(), .gid = getgid() };
	return true;
}

/* Digits and nothing else; the highest number means "no user" to the kernel. */
static bool
read_number(const char *name, uint32_t *out, struct diag *d)
{
	const char *s = getenv(name);
	uint64_t n = 0;
	size_t i = 0;

	for (; s != NULL && s[i] >= '0' && s[i] <= '9' && n < UINT32_MAX; i++)
		n = n * 10 + (uint64_t)(s[i] - '0');
	if (i > 0 && s[i] == '\0' && n < UINT32_MAX) {
		*out = (uint32_t)n;
		return true;
	}
	if (s == NULL)
		diag_set(d, "%s is not set, though other variables of sudo are", name);
	else
		diag_set(d, "%s=%s is no number of a user or group", name, s);
	return false;
}

static bool
is_group_of(const struct passwd *pw, gid_t gid)
{
	int n = GROUPS_MAX;
	gid_t *groups = calloc(GROUPS_MAX, sizeof *groups);
	bool found = false;

	if (groups != NULL && getgrouplist(pw->pw_name, pw->pw_gid, groups, &n) >= 0)
		for (int i = 0; i < n && !found; i++)
			found = groups[i] == gid;
	free(groups);
	return found;
}

/* What sudo says must hold together: a half of it would be somebody else. */
static bool
sudo_caller(struct identity *out, struct diag *d)
{
	const char *user = getenv("SUDO_USER");
	const struct passwd *pw;
	uint32_t uid, gid;

	if (!read_number("SUDO_UID", &uid, d) || !read_number("SUDO_GID", &gid, d))
		return false;
	if (user == NULL) {
		diag_set(d, "SUDO_USER is not set, though other variables of sudo are");
		return false;
	}
	pw = getpwnam(user);
	if (pw == NULL || pw->pw_uid != uid) {
		diag_set(d, "SUDO_USER=%s is not the user of SUDO_UID=%u", user, uid);
		return false;
	}
	if (!is_group_of(pw, gid)) {
		diag_set(d, "SUDO_GID=%u is no group of SUDO_USER=%s", gid, user);
		return false;
	}
	return from_passwd(pw, gid, out, d);
}

/* A set-uid program may not believe its environment. */
bool
privs_invoker(struct identity *out, struct diag *d)
{
	for (size_t i = 0; i < sizeof sudo_names / sizeof *sudo_names; i++)
		if (getuid() == 0 && getenv(sudo_names[i]) != NULL)
			return sudo_caller(out, d);
	return whoever_runs_this(out, d);
}

static bool
is_already(const struct identity *who)
{
	uid_t uid, euid, suid;
	gid_t gid, egid, sgid;

	return getresuid(&uid, &euid, &suid) == 0 && getresgid(&gid, &egid, &sgid) == 0 &&
	    uid == who->uid && euid == uid && suid == uid &&
	    gid == who->gid && egid == gid && sgid == gid;
}

static bool
may_change_user(void)
{
	return capng_get_caps_process() == 0 &&
	    capng_have_capability(CAPNG_EFFECTIVE, CAP_SETUID) == 1 &&
	    capng_have_capability(CAPNG_EFFECTIVE, CAP_SETGID) == 1;
}

static bool
named(const char *user, struct identity *out, struct diag *d)
{
	const struct passwd *pw = getpwnam(user);

	if (pw == NULL) {
		diag_set(d, "there is no user %s", user);
		return false;
	}
	if (!may_change_user() && pw->pw_uid == getuid())
		return whoever_runs_this(out, d);
	return from_passwd(pw, pw->pw_gid, out, d);
}

bool
privs_target(const char *user, struct identity *out, struct diag *d)
{
	if (user == NULL) {
		if (!privs_invoker(out, d))
			return false;
		if (out->uid == 0)
			user = "nobody";
	}
	if (user != NULL && !named(user, out, d))
		return false;
	/* Back to the real user from a set-uid program needs no right. */
	if (is_already(out) || may_change_user() ||
	    (out->uid == getuid() && out->gid == getgid()))
		return true;
	diag_set(d, "only root can become another user (%s)", out->name);
	return false;
}

static bool
failed(const char *what, struct diag *d)
{
	diag_set(d, "cannot %s: %s", what, strerror(errno));
	return false;
}

/* The real user has these groups already, and may not be allowed to take them. */
static bool
take_groups(const struct identity *who)
{
	int taken = who->name[0] != '\0' ? initgroups(who->name, who->gid) : setgroups(0, NULL);

	return taken == 0 || (errno == EPERM && getuid() == who->uid);
}

static bool
take_ids(const struct identity *to)
{
	return setresgid(to->gid, to->gid, to->gid) == 0 &&
	    setresuid(to->uid, to->uid, to->uid) == 0;
}

/* The real user may keep the groups, which then are the caller's own. */
static bool
leave_user(const struct identity *to, struct diag *d)
{
	bool own = getuid() == to->uid && getgid() == to->gid;

	if ((setgroups(0, NULL) == 0 || (own && errno == EPERM)) &&
	    (is_already(to) || take_ids(to)))
		return true;
	/* A user namespace may know no other user. */
	diag_set(d, "cannot become user %u: %s%s", (unsigned)to->uid, strerror(errno),
	    geteuid() == 0 ? "; -Z root stays root, without its capabilities" : "");
	return false;
}

/* Whether the process has any capability in one of these sets but those (1 << CAP_...). */
static bool
has_any_but(unsigned sets, uint64_t those)
{
	if (capng_get_caps_process() != 0)
		return true;
	for (unsigned set = CAPNG_EFFECTIVE; set <= CAPNG_AMBIENT; set *= 2)
		for (unsigned c = 0; (sets & set) && c < 64; c++)
			if (!(those >> c & 1) && capng_have_capability((capng_type_t)set, c) != 0)
				return true;
	return false;
}

static bool
has_any(unsigned sets)
{
	return has_any_but(sets, 0);
}

/* The bounding set needs CAP_SETPCAP. Without it no_new_privs alone has to do, and does. */
static bool
empty_bounding_set(bool *emptied, struct diag *d)
{
	*emptied = false;
	if (capng_get_caps_process() != 0)
		return failed("read the capabilities", d);
	if (capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 1)
		return true;
	capng_clear(CAPNG_SELECT_BOUNDS);
	if (capng_apply(CAPNG_SELECT_BOUNDS) != 0)
		return failed("empty the bounding set", d);
	*emptied = true;
	return true;
}

/* All but these, if the process has them. */
static bool
drop_capabilities(uint64_t kept, struct diag *d)
{
	capng_select_t sets = (capng_select_t)(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT);

	if (capng_get_caps_process() != 0)
		return failed("read the capabilities", d);
	for (unsigned c = 0; c < 64; c++)
		if (capng_have_capability(CAPNG_PERMITTED, c) != 1)
			kept &= ~(UINT64_C(1) << c);
	capng_clear(sets);
	for (unsigned c = 0; c < 64; c++)
		if (kept >> c & 1)
			capng_update(CAPNG_ADD,
			    (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED), c);
	if (capng_apply(sets) != 0)
		return failed("give up the capabilities", d);
	return true;
}

/* Asking for it back is the proof, whatever the calls have answered. */
static bool
prove_given_up(const struct identity *to, uint64_t kept, bool bounded, struct diag *d)
{
	unsigned handed_on = CAPNG_INHERITABLE | CAPNG_AMBIENT;

	if (bounded)
		handed_on |= CAPNG_BOUNDING_SET;
	if (!is_already(to) || has_any(handed_on) ||
	    has_any_but(CAPNG_EFFECTIVE | CAPNG_PERMITTED, kept) ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		diag_set(d, "rights were given up, and are still there");
	else if ((to->uid != 0 && setresuid((uid_t)-1, 0, (uid_t)-1) == 0) ||
	    (to->gid != 0 && setresgid((gid_t)-1, 0, (gid_t)-1) == 0) ||
	    setgroups(0, NULL) == 0)
		diag_set(d, "rights were given up, and can be had back");
	return !diag_is_set(d);
}

bool
privs_keep(const struct identity *to, uint64_t kept, struct diag *d)
{
	bool bounded;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return failed("forbid new privileges", d);
	if (kept != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0)
		return failed("keep capabilities", d);
	if (!empty_bounding_set(&bounded, d) || !leave_user(to, d) ||
	    !drop_capabilities(kept, d))
		return false;
	if (kept != 0 && prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) != 0)
		return failed("keep no more capabilities", d);
	/* The capture sockets are worth taking: no ptrace, no core file. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return failed("shut other processes out", d);
	return prove_given_up(to, kept, bounded, d);
}

bool
privs_give_up(const struct identity *to, struct diag *d)
{
	return privs_keep(to, 0, d);
}

/* Inheritable and ambient ones would reach the command. Root keeps the rest until exec,
 * which may need them to open the file, and gives them anew. */
static bool
hand_on_nothing(const struct identity *who, struct diag *d)
{
	if (capng_get_caps_process() != 0)
		return failed("read the capabilities", d);
	for (unsigned c = 0; c < 64; c++)
		if (capng_have_capability(CAPNG_INHERITABLE, c) == 1)
			capng_update(CAPNG_DROP, CAPNG_INHERITABLE, c);
	capng_clear(CAPNG_SELECT_AMBIENT);
	if (who->uid != 0)
		capng_clear(CAPNG_SELECT_CAPS);
	if (capng_apply((capng_select_t)(CAPNG_SELECT_CAPS | CAPNG_SELECT_AMBIENT)) != 0)
		return failed("give up the capabilities", d);
	if (has_any(CAPNG_INHERITABLE | CAPNG_AMBIENT) ||
	    (who->uid != 0 && setresuid((uid_t)-1, 0, (uid_t)-1) == 0)) {
		diag_set(d, "rights would be handed on to the command");
		return false;
	}
	return true;
}

/* Last of all the user: a process that is not root may change no group. */
bool
privs_act_as(const struct identity *who, struct former *former, struct diag *d)
{
	*former = (struct former){ .uid = geteuid(), .gid = getegid() };
	if (who->uid == former->uid && who->gid == former->gid)
		return true;
	former->groups = calloc(GROUPS_MAX, sizeof *former->groups);
	former->n_groups = former->groups ? getgroups(GROUPS_MAX, former->groups) : -1;
	if (former->n_groups < 0) {
		free(former->groups);
		return failed("remember the groups", d);
	}
	former->acts = true;
	if (!take_groups(who) || setegid(who->gid) != 0 || seteuid(who->uid) != 0)
		failed("act as the user who asked", d);
	else if (geteuid() != who->uid || getegid() != who->gid ||
	    (who->uid != 0 && has_any(CAPNG_EFFECTIVE)))
		diag_set(d, "rights were laid down, and are still there");
	else
		return true;
	privs_stop_acting(former, d);
	return false;
}

static bool
has_groups(const gid_t *wanted, int n)
{
	gid_t *groups = calloc(GROUPS_MAX, sizeof *groups);
	bool same = groups != NULL && getgroups(GROUPS_MAX, groups) == n &&
	    memcmp(groups, wanted, (size_t)n * sizeof *groups) == 0;

	free(groups);
	return same;
}

/* First of all the user, who may change the rest. */
bool
privs_stop_acting(struct former *former, struct diag *d)
{
	bool ok = true;

	if (former->acts) {
		ok = seteuid(former->uid) == 0 && setegid(former->gid) == 0 &&
		    (setgroups((size_t)former->n_groups, former->groups) == 0 ||
		    errno == EPERM) &&
		    geteuid() == former->uid && getegid() == former->gid &&
		    has_groups(former->groups, former->n_groups);
		if (!ok)
			diag_set(d, "cannot go back to being user %u", (unsigned)former->uid);
		free(former->groups);
	}
	*former = (struct former){ .acts = false };
	return ok;
}

bool
privs_as_invoker(bool (*what)(void *owner, struct diag *d), void *owner, struct diag *d)
{
	struct identity invoker;
	struct former former;

	if (!privs_invoker(&invoker, d) || !privs_act_as(&invoker, &former, d))
		return false;
	bool ok = what(owner, d);
	return privs_stop_acting(&former, d) && ok;
}

static bool
has_rights(void)
{
	return geteuid() == 0 || geteuid() != getuid() || getegid() != getgid() ||
	    has_any(CAPNG_EFFECTIVE | CAPNG_PERMITTED);
}

/* By trying it: what a user namespace knows is in no one place. */
static bool
can_be(const struct identity *who)
{
	struct former former;
	struct diag ignored = { 0 };

	return may_change_user() && privs_act_as(who, &former, &ignored) &&
	    privs_stop_acting(&former, &ignored);
}

bool
privs_give_up_all(struct diag *d)
{
	struct identity to;
	struct diag ignored = { 0 };

	if (!has_rights())
		return true;
	if (!privs_invoker(&to, d))
		return false;
	/* An image made from scratch names no user: the kernel's own number for nobody. */
	if (to.uid == 0 && !named("nobody", &to, &ignored))
		to = (struct identity){ .uid = 65534, .gid = 65534 };
	if (!is_already(&to) && !can_be(&to) && !(to.uid == getuid() && to.gid == getgid()))
		to = (struct identity){ .uid = getuid(), .gid = getgid() };
	return privs_give_up(&to, d);
}

static bool
set_variable(const char *name, const char *value)
{
	return (value[0] != '\0' ? setenv(name, value, 1) : unsetenv(name)) == 0;
}

static bool
as_after_login(const struct identity *who, struct diag *d)
{
	if (!set_variable("HOME", who->home) || !set_variable("USER", who->name) ||
	    !set_variable("LOGNAME", who->name) || !set_variable("SHELL", who->shell))
		return failed("set the environment", d);
	for (size_t i = 0; i < sizeof sudo_names / sizeof *sudo_names; i++)
		unsetenv(sudo_names[i]);
	return true;
}

bool
privs_become(const struct identity *who, struct diag *d)
{
	bool another = getuid() != who->uid;

	if (!is_already(who)) {
		if (!take_groups(who))
			return failed("take the groups of the user who asked", d);
		if (!take_ids(who))
			return failed("become the user who asked", d);
	}
	return hand_on_nothing(who, d) && (!another || as_after_login(who, d));
}
