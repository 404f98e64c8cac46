#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <pwd.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "privs.h"

/* Rights cannot be had back, so each look at them is a child's. It answers with what did
 * not hold; NULL: all did. */
typedef const char *look(void);

#define NEED(x) do { if (!(x)) return #x; } while (0)

static void
assert_all_holds(look *f)
{
	char said[512] = "";
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		const char *wrong = f();

		if (wrong != NULL && write(ends[1], wrong, strlen(wrong)) < 0)
			_exit(1);
		_exit(0);
	}
	close(ends[1]);
	assert_true(read(ends[0], said, sizeof said - 1) >= 0);
	close(ends[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_string_equal(said, "");
}

/* What a program started by f, which ends in exec, wrote. */
static void
output_of(void (*f)(void), char *out, size_t size)
{
	size_t at = 0;
	ssize_t n;
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	fflush(NULL);
	if ((pid = fork()) == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		f();
		_exit(1);
	}
	close(ends[1]);
	while ((n = read(ends[0], out + at, size - 1 - at)) > 0)
		at += (size_t)n;
	out[at] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void
need_root(void)
{
	if (getuid() != 0)
		skip();
}

static uint64_t
status_field(const char *name)
{
	char line[256];
	uint64_t value = UINT64_MAX;
	FILE *f = fopen("/proc/self/status", "r");

	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoull(line + strlen(name) + 1, NULL, 16);
	if (f != NULL)
		fclose(f);
	return value;
}

static struct identity
user(const char *name)
{
	const struct passwd *pw = getpwnam(name);
	struct identity who = { 0 };

	assert_non_null(pw);
	who.uid = pw->pw_uid;
	who.gid = pw->pw_gid;
	snprintf(who.name, sizeof who.name, "%s", name);
	snprintf(who.home, sizeof who.home, "%s", pw->pw_dir);
	snprintf(who.shell, sizeof who.shell, "%s", pw->pw_shell);
	return who;
}

static void
set(const char *name, const char *value)
{
	assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

static void
set_sudo(const char *uid, const char *gid, const char *name)
{
	set("SUDO_UID", uid);
	set("SUDO_GID", gid);
	set("SUDO_USER", name);
	set("SUDO_COMMAND", NULL);
}

static int
forget_sudo(void **state)
{
	(void)state;
	set_sudo(NULL, NULL, NULL);
	return 0;
}

static void
sudos_caller_is_the_one_who_asked(void **state)
{
	struct identity daemon = user("daemon"), who;
	char uid[16], gid[16];
	struct diag d = { 0 };

	(void)state;
	need_root();
	snprintf(uid, sizeof uid, "%u", daemon.uid);
	snprintf(gid, sizeof gid, "%u", daemon.gid);
	set_sudo(uid, gid, "daemon");
	assert_true(privs_invoker(&who, &d));
	assert_memory_equal(&who, &daemon, sizeof who);
	assert_true(privs_target(NULL, &who, &d));
	assert_memory_equal(&who, &daemon, sizeof who);
}

static void
a_spoofed_or_half_set_caller_is_an_error(void **state)
{
	/* daemon is 1:1, nobody 65534:65534 in Debian's base-passwd. */
	static const char *const cases[][4] = {
		{ "abc", "1", "daemon", "SUDO_UID=abc is no number of a user or group" },
		{ "", "1", "daemon", "SUDO_UID= is no number of a user or group" },
		{ "-1", "1", "daemon", "SUDO_UID=-1 is no number of a user or group" },
		{ "+1", "1", "daemon", "SUDO_UID=+1 is no number of a user or group" },
		{ " 1", "1", "daemon", "SUDO_UID= 1 is no number of a user or group" },
		{ "1x", "1", "daemon", "SUDO_UID=1x is no number of a user or group" },
		{ "4294967295", "1", "daemon",
		    "SUDO_UID=4294967295 is no number of a user or group" },
		{ "4294967297", "1", "daemon",
		    "SUDO_UID=4294967297 is no number of a user or group" },
		{ "18446744073709551617", "1", "daemon",
		    "SUDO_UID=18446744073709551617 is no number of a user or group" },
		{ "1", "0x1", "daemon", "SUDO_GID=0x1 is no number of a user or group" },
		{ "1", "0", "daemon", "SUDO_GID=0 is no group of SUDO_USER=daemon" },
		{ "1", "1", "nobody", "SUDO_USER=nobody is not the user of SUDO_UID=1" },
		{ "0", "0", "daemon", "SUDO_USER=daemon is not the user of SUDO_UID=0" },
		{ "1", "1", "no such user",
		    "SUDO_USER=no such user is not the user of SUDO_UID=1" },
		{ "3999999999", "1", "daemon",
		    "SUDO_USER=daemon is not the user of SUDO_UID=3999999999" },
		{ NULL, "1", "daemon", "SUDO_UID is not set, though other variables of sudo are" },
		{ "1", NULL, "daemon", "SUDO_GID is not set, though other variables of sudo are" },
		{ "1", "1", NULL, "SUDO_USER is not set, though other variables of sudo are" },
	};

	(void)state;
	need_root();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct identity who;
		struct diag d = { 0 }, target = { 0 };

		set_sudo(cases[i][0], cases[i][1], cases[i][2]);
		assert_false(privs_invoker(&who, &d));
		assert_string_equal(d.line, cases[i][3]);
		assert_false(privs_target(NULL, &who, &target));
		assert_string_equal(target.line, cases[i][3]);
	}
}

static void
root_gives_up_to_nobody_unless_told(void **state)
{
	struct identity nobody = user("nobody"), who;
	struct diag d = { 0 };

	(void)state;
	need_root();
	assert_true(privs_invoker(&who, &d));
	assert_int_equal(who.uid, 0);
	assert_true(privs_target(NULL, &who, &d));
	assert_memory_equal(&who, &nobody, sizeof who);
	set_sudo("0", "0", "root");		/* root, by sudo */
	assert_true(privs_invoker(&who, &d));
	assert_int_equal(who.uid, 0);
	assert_true(privs_target(NULL, &who, &d));
	assert_int_equal(who.uid, nobody.uid);
	assert_true(privs_target("root", &who, &d));
	assert_int_equal(who.uid, 0);
	assert_true(privs_target("daemon", &who, &d));
	assert_string_equal(who.name, "daemon");
	assert_false(privs_target("no-such-user", &who, &d));
	assert_string_equal(d.line, "there is no user no-such-user");
}

static const char *
an_unprivileged_user(void)
{
	struct identity nobody = user("nobody"), who;
	struct diag d = { 0 };

	NEED(setgroups(0, NULL) == 0);
	NEED(setresgid(nobody.gid, nobody.gid, nobody.gid) == 0);
	NEED(setresuid(nobody.uid, nobody.uid, nobody.uid) == 0);
	set_sudo("0", "0", "root");
	NEED(privs_invoker(&who, &d) && who.uid == nobody.uid && who.gid == nobody.gid);
	NEED(privs_target(NULL, &who, &d) && who.uid == nobody.uid);
	NEED(privs_target("nobody", &who, &d) && who.uid == nobody.uid);
	NEED(!privs_target("root", &who, &d));
	NEED(strcmp(d.line, "only root can become another user (root)") == 0);
	d.line[0] = '\0';
	NEED(!privs_give_up(&(struct identity){ .name = "root" }, &d) && diag_is_set(&d));
	return NULL;
}

static void
others_than_root_believe_no_variable_and_become_nobody_else(void **state)
{
	(void)state;
	need_root();
	assert_all_holds(an_unprivileged_user);
}

/* As a set-group-id program of no privileged user. */
static const char *
a_borrowed_group_is_given_back(void)
{
	struct identity who, nobody = user("nobody");
	gid_t r, e, s;
	struct diag d = { 0 };

	NEED(setgroups(0, NULL) == 0 && setresgid(nobody.gid, 1, 1) == 0);
	NEED(setresuid(nobody.uid, nobody.uid, nobody.uid) == 0);
	NEED(privs_target(NULL, &who, &d) && privs_give_up(&who, &d));
	NEED(getresgid(&r, &e, &s) == 0 && r == nobody.gid && e == r && s == r);
	NEED(setegid(1) != 0);
	return NULL;
}

static const char *
nothing_is_left(void)
{
	NEED(getgroups(0, NULL) == 0);
	NEED(status_field("CapPrm:") == 0 && status_field("CapEff:") == 0);
	NEED(status_field("CapInh:") == 0 && status_field("CapAmb:") == 0);
	NEED(status_field("CapBnd:") == 0);
	NEED(status_field("NoNewPrivs:") == 1);
	NEED(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
	NEED(setgroups(0, NULL) != 0);
	NEED(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
	return NULL;
}

static char path[] = "/tmp/privs_test.XXXXXX";	/* 0600 */

static const char *
root_becomes_nobody(void)
{
	struct identity nobody = user("nobody");
	const gid_t groups[] = { 0, 1 };
	uid_t r, e, s;
	struct diag d = { 0 };
	int fd = open(path, O_RDWR);
	char byte;

	NEED(fd >= 0 && write(fd, "x", 1) == 1 && lseek(fd, 0, SEEK_SET) == 0);
	NEED(setgroups(2, groups) == 0);
	NEED(privs_give_up(&nobody, &d));
	NEED(getresuid(&r, &e, &s) == 0);
	NEED(r == nobody.uid && e == nobody.uid && s == nobody.uid);
	NEED(getresgid(&r, &e, &s) == 0);
	NEED(r == nobody.gid && e == nobody.gid && s == nobody.gid);
	NEED(setuid(0) != 0 && seteuid(0) != 0 && setgid(0) != 0);
	NEED(open(path, O_RDONLY) < 0 && errno == EACCES);
	NEED(read(fd, &byte, 1) == 1 && byte == 'x');	/* what is open stays open */
	return nothing_is_left();
}

/* Bits under which a change of the user takes no capability away. */
static const char *
capabilities_that_outlive_a_change_of_user_go_too(void)
{
	struct identity nobody = user("nobody");
	struct diag d = { 0 };

	NEED(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_KEEP_CAPS, 0, 0, 0) == 0);
	NEED(privs_give_up(&nobody, &d));
	return nothing_is_left();
}

static const char *
root_stays_and_can_do_nothing(void)
{
	struct identity root = user("root"), nobody = user("nobody");
	struct diag d = { 0 };

	NEED(chown(path, nobody.uid, nobody.gid) == 0);
	NEED(open(path, O_RDONLY) >= 0);
	NEED(privs_give_up(&root, &d));
	NEED(getuid() == 0 && geteuid() == 0);
	NEED(open(path, O_RDONLY) < 0 && errno == EACCES);
	return nothing_is_left();
}

/* As after exec of a file with cap_net_raw=ep, and with more: inheritable and ambient. */
static const char *
take_net_raw_only(void)
{
	struct identity nobody = user("nobody");

	NEED(setgroups(0, NULL) == 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0);
	NEED(setresgid(nobody.gid, nobody.gid, nobody.gid) == 0);
	NEED(setresuid(nobody.uid, nobody.uid, nobody.uid) == 0);
	capng_get_caps_process();
	capng_clear(CAPNG_SELECT_CAPS);
	capng_updatev(CAPNG_ADD, (capng_type_t)(CAPNG_EFFECTIVE | CAPNG_PERMITTED |
	    CAPNG_INHERITABLE), CAP_NET_RAW, -1);
	NEED(capng_apply(CAPNG_SELECT_CAPS) == 0);
	NEED(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_NET_RAW, 0, 0) == 0);
	NEED(socket(AF_PACKET, SOCK_RAW, 0) >= 0);
	return NULL;
}

static const char *
a_file_capability_goes(void)
{
	struct identity who;
	struct diag d = { 0 };

	NEED(take_net_raw_only() == NULL);
	NEED(privs_target(NULL, &who, &d) && who.uid == user("nobody").uid);
	NEED(privs_give_up(&who, &d));
	NEED(status_field("CapPrm:") == 0 && status_field("CapEff:") == 0);
	NEED(status_field("CapInh:") == 0 && status_field("CapAmb:") == 0);
	NEED(status_field("NoNewPrivs:") == 1);
	NEED(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0);
	NEED(socket(AF_PACKET, SOCK_RAW, 0) < 0 && errno == EPERM);
	return NULL;
}

static bool
put(const char *file, const char *line)
{
	int fd = open(file, O_WRONLY);
	bool ok = fd >= 0 && write(fd, line, strlen(line)) == (ssize_t)strlen(line);

	close(fd);
	return ok;
}

/* CAP_SYS_PTRACE alone, and of another user. */
static const char *
what_is_kept_is_all_that_is_left(void)
{
	struct identity nobody = user("nobody");
	struct diag d = { 0 };
	uint64_t kept = UINT64_C(1) << CAP_SYS_PTRACE;

	NEED(privs_keep(&nobody, kept, &d));
	NEED(getuid() == nobody.uid && getgid() == nobody.gid && getgroups(0, NULL) == 0);
	NEED(status_field("CapPrm:") == kept && status_field("CapEff:") == kept);
	NEED(status_field("CapInh:") == 0 && status_field("CapAmb:") == 0);
	NEED(status_field("CapBnd:") == 0 && status_field("NoNewPrivs:") == 1);
	NEED(prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0) == 0);
	NEED(open(path, O_RDONLY) < 0 && errno == EACCES);
	return NULL;
}

static const char *
what_is_not_there_is_not_kept(void)
{
	struct identity who;
	struct diag d = { 0 };

	NEED(take_net_raw_only() == NULL);
	NEED(privs_target(NULL, &who, &d));
	NEED(privs_keep(&who, UINT64_C(1) << CAP_SYS_PTRACE, &d));
	NEED(status_field("CapPrm:") == 0 && status_field("CapEff:") == 0);
	return NULL;
}

/* As under "unshare -r": no other user, and no leave to drop groups. */
static const char *
in_a_user_namespace(void)
{
	struct identity root = user("root"), nobody = user("nobody");
	struct diag d = { 0 };

	if (unshare(CLONE_NEWUSER) != 0)
		return NULL;		/* a machine that permits none */
	NEED(put("/proc/self/setgroups", "deny"));
	NEED(put("/proc/self/uid_map", "0 0 1") && put("/proc/self/gid_map", "0 0 1"));
	NEED(!privs_give_up(&nobody, &d));
	NEED(strcmp(d.line, "cannot become user 65534: Operation not permitted;"
	    " -Z root stays root, without its capabilities") == 0);
	memset(&d, 0, sizeof d);
	NEED(privs_give_up(&root, &d));
	NEED(status_field("CapPrm:") == 0 && status_field("CapBnd:") == 0);
	return NULL;
}

static void
no_right_is_left_after_giving_up(void **state)
{
	int fd;

	(void)state;
	need_root();
	assert_true((fd = mkstemp(path)) >= 0);
	assert_all_holds(root_becomes_nobody);
	assert_all_holds(what_is_kept_is_all_that_is_left);
	assert_all_holds(what_is_not_there_is_not_kept);
	assert_all_holds(root_stays_and_can_do_nothing);
	assert_all_holds(capabilities_that_outlive_a_change_of_user_go_too);
	assert_all_holds(a_file_capability_goes);
	assert_all_holds(in_a_user_namespace);
	assert_all_holds(a_borrowed_group_is_given_back);
	assert_int_equal(unlink(path), 0);
	close(fd);
}

static bool
can_open(const char *file)
{
	int fd = open(file, O_RDONLY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static const char *
acting_is_for_a_while(void)
{
	struct identity daemon = user("daemon");
	const gid_t groups[] = { 2, 3, 100 };
	struct former former;
	struct diag d = { 0 };
	gid_t now[8];

	NEED(setgroups(3, groups) == 0 && can_open(path));
	uint64_t had = status_field("CapEff:");
	NEED(privs_act_as(&daemon, &former, &d));
	NEED(geteuid() == daemon.uid && getegid() == daemon.gid && status_field("CapEff:") == 0);
	NEED(getgroups(8, now) == 1 && now[0] == daemon.gid);
	NEED(!can_open(path) && errno == EACCES);
	NEED(unlink(path) != 0 && errno == EPERM);	/* /tmp is sticky */
	NEED(privs_stop_acting(&former, &d));
	NEED(geteuid() == 0 && getegid() == 0 && status_field("CapEff:") == had);
	NEED(getgroups(8, now) == 3 && memcmp(now, groups, sizeof groups) == 0);
	NEED(can_open(path) && !diag_is_set(&d));
	return NULL;
}

/* Without SECBIT_NO_SETUID_FIXUP the kernel lays the capabilities down. */
static const char *
acting_with_capabilities_is_refused(void)
{
	struct identity daemon = user("daemon");
	struct former former;
	struct diag d = { 0 };

	NEED(prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) == 0);
	NEED(!privs_act_as(&daemon, &former, &d));
	NEED(strcmp(d.line, "rights were laid down, and are still there") == 0);
	NEED(geteuid() == 0 && getegid() == 0);
	return NULL;
}

static const char *
an_unprivileged_user_acts_as_nobody_else(void)
{
	struct identity nobody = user("nobody"), daemon = user("daemon");
	struct former former;
	struct diag d = { 0 };

	NEED(setgroups(0, NULL) == 0);
	NEED(setresgid(nobody.gid, nobody.gid, nobody.gid) == 0);
	NEED(setresuid(nobody.uid, nobody.uid, nobody.uid) == 0);
	NEED(privs_act_as(&nobody, &former, &d) && privs_stop_acting(&former, &d));
	NEED(!privs_act_as(&daemon, &former, &d) && geteuid() == nobody.uid);
	NEED(strcmp(d.line, "cannot act as the user who asked: Operation not permitted") == 0);
	return NULL;
}

static const char *
rights_that_do_not_come_back_are_an_error(void)
{
	struct identity daemon = user("daemon");
	struct former former;
	struct diag d = { 0 };

	NEED(privs_act_as(&daemon, &former, &d));
	NEED(setresuid(daemon.uid, daemon.uid, daemon.uid) == 0);
	NEED(!privs_stop_acting(&former, &d));
	NEED(strcmp(d.line, "cannot go back to being user 0") == 0);
	return NULL;
}

static void
files_are_opened_with_the_callers_rights(void **state)
{
	int fd;

	(void)state;
	need_root();
	snprintf(path, sizeof path, "/tmp/privs_test.XXXXXX");
	assert_true((fd = mkstemp(path)) >= 0);
	assert_all_holds(acting_is_for_a_while);
	assert_all_holds(acting_with_capabilities_is_refused);
	assert_all_holds(an_unprivileged_user_acts_as_nobody_else);
	assert_all_holds(rights_that_do_not_come_back_are_an_error);
	assert_int_equal(unlink(path), 0);
	close(fd);
}

static const char *
root_gives_all_up(void)
{
	struct identity nobody = user("nobody");
	struct diag d = { 0 };

	NEED(privs_give_up_all(&d) && getuid() == nobody.uid && getgid() == nobody.gid);
	return nothing_is_left();
}

static const char *
sudos_caller_gives_all_up(void)
{
	struct diag d = { 0 };

	set_sudo("1", "1", "daemon");
	NEED(privs_give_up_all(&d) && getuid() == 1 && getgid() == 1);
	return nothing_is_left();
}

static const char *
a_spoofed_caller_gives_nothing_up(void)
{
	struct diag d = { 0 };

	set_sudo("1", "1", "nobody");
	NEED(!privs_give_up_all(&d) && diag_is_set(&d));
	return NULL;
}

static const char *
stays_user_0_without_a_capability(void)
{
	struct diag d = { 0 };

	NEED(privs_give_up_all(&d) && getuid() == 0);
	NEED(status_field("CapPrm:") == 0 && status_field("CapEff:") == 0);
	NEED(status_field("NoNewPrivs:") == 1);
	return NULL;
}

static const char *
the_only_user_of_a_namespace(void)
{
	if (unshare(CLONE_NEWUSER) != 0)
		return NULL;		/* a machine that permits none */
	NEED(put("/proc/self/setgroups", "deny"));
	NEED(put("/proc/self/uid_map", "0 0 1") && put("/proc/self/gid_map", "0 0 1"));
	return stays_user_0_without_a_capability();
}

/* As in a container that was given no capability. */
static const char *
root_without_capabilities(void)
{
	capng_clear(CAPNG_SELECT_ALL);
	NEED(capng_apply(CAPNG_SELECT_BOTH) == 0);
	return stays_user_0_without_a_capability();
}

static const char *
an_ordinary_user_stays_as_it_is(void)
{
	struct identity nobody = user("nobody");
	struct diag d = { 0 };

	NEED(setgroups(0, NULL) == 0);
	NEED(setresgid(nobody.gid, nobody.gid, nobody.gid) == 0);
	NEED(setresuid(nobody.uid, nobody.uid, nobody.uid) == 0);
	NEED(privs_give_up_all(&d) && status_field("NoNewPrivs:") == 0);
	return NULL;
}

static const char *
a_capability_of_the_file_is_given_up(void)
{
	const char *wrong = take_net_raw_only();
	struct diag d = { 0 };

	NEED(wrong == NULL && status_field("CapPrm:") != 0);
	NEED(privs_give_up_all(&d));
	NEED(status_field("CapPrm:") == 0 && status_field("NoNewPrivs:") == 1);
	return NULL;
}

static void
reading_files_needs_no_right(void **state)
{
	(void)state;
	need_root();
	assert_all_holds(root_gives_all_up);
	assert_all_holds(sudos_caller_gives_all_up);
	assert_all_holds(a_spoofed_caller_gives_nothing_up);
	assert_all_holds(the_only_user_of_a_namespace);
	assert_all_holds(root_without_capabilities);
	assert_all_holds(an_ordinary_user_stays_as_it_is);
	assert_all_holds(a_capability_of_the_file_is_given_up);
}

static void
exec_sh(const char *script)
{
	execl("/bin/sh", "sh", "-c", script, (char *)NULL);
}

static const char rights_script[] =
    "grep -E '^(Uid|Groups|CapInh|CapPrm|CapEff|CapBnd|CapAmb|NoNewPrivs)' /proc/self/status |"
    " tr -s '\\t ' ' '";

static void
daemon_after_sudo(void)
{
	struct identity daemon = user("daemon");
	struct diag d = { 0 };

	setenv("HOME", "/root", 1);
	setenv("USER", "root", 1);
	setenv("KEPT", "kept", 1);
	set_sudo("1", "1", "daemon");
	if (privs_become(&daemon, &d))
		exec_sh("echo $HOME $USER $LOGNAME $SHELL $KEPT \"$SUDO_UID$SUDO_GID$SUDO_USER\"");
}

static void
daemons_rights(void)
{
	struct identity daemon = user("daemon");
	struct diag d = { 0 };

	capng_get_caps_process();
	capng_updatev(CAPNG_ADD, CAPNG_INHERITABLE, CAP_NET_RAW, CAP_CHOWN, -1);
	if (capng_apply(CAPNG_SELECT_CAPS) == 0 && privs_become(&daemon, &d))
		exec_sh(rights_script);
}

static void
roots_inheritable_capabilities(void)
{
	struct identity root = user("root");
	struct diag d = { 0 };

	capng_get_caps_process();
	capng_updatev(CAPNG_ADD, CAPNG_INHERITABLE, CAP_NET_RAW, CAP_CHOWN, -1);
	if (capng_apply(CAPNG_SELECT_CAPS) == 0 &&
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0) == 0 &&
	    privs_become(&root, &d))
		exec_sh("grep -E '^(CapInh|CapAmb)' /proc/self/status | tr -s '\\t ' ' '");
}

static void
a_command_is_another_users_as_after_a_login(void **state)
{
	char out[1024], want[1024];

	(void)state;
	need_root();
	output_of(daemon_after_sudo, out, sizeof out);
	assert_string_equal(out, "/usr/sbin daemon daemon /usr/sbin/nologin kept \n");
	output_of(daemons_rights, out, sizeof out);
	snprintf(want, sizeof want, "Uid: 1 1 1 1\nGroups: 1 \nCapInh: 0000000000000000\n"
	    "CapPrm: 0000000000000000\nCapEff: 0000000000000000\nCapBnd: %016llx\n"
	    "CapAmb: 0000000000000000\nNoNewPrivs: 0\n",
	    (unsigned long long)status_field("CapBnd:"));
	assert_string_equal(out, want);
	output_of(roots_inheritable_capabilities, out, sizeof out);
	assert_string_equal(out, "CapInh: 0000000000000000\nCapAmb: 0000000000000000\n");
}

static void
same_user(void)
{
	struct identity who;
	struct diag d = { 0 };

	setenv("HOME", "/elsewhere", 1);
	if (take_net_raw_only() == NULL && privs_invoker(&who, &d) && privs_become(&who, &d))
		exec_sh("echo $HOME; grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status |"
		    " tr -s '\\t ' ' '");
}

static void
a_file_capability_is_not_handed_on(void **state)
{
	char out[1024];

	(void)state;
	need_root();
	output_of(same_user, out, sizeof out);
	assert_string_equal(out, "/elsewhere\nCapInh: 0000000000000000\n"
	    "CapPrm: 0000000000000000\nCapEff: 0000000000000000\nCapAmb: 0000000000000000\n");
}

static char set_uid_id[128];

static void
become_and_run_set_uid(void)
{
	struct identity nobody = user("nobody");
	struct diag d = { 0 };

	if (privs_become(&nobody, &d))
		execl(set_uid_id, "id", "-u", (char *)NULL);
}

static void
give_up_and_run_set_uid(void)
{
	struct identity nobody = user("nobody");
	struct diag d = { 0 };

	if (privs_give_up(&nobody, &d))
		execl(set_uid_id, "id", "-u", (char *)NULL);
}

static void
sudo_works_for_the_command_and_not_for_us(void **state)
{
	char dir[] = "/tmp/privs_test.XXXXXX", copy[256], out[64], want[64];
	struct statvfs fs;

	(void)state;
	need_root();
	if (statvfs("/tmp", &fs) != 0 || (fs.f_flag & ST_NOSUID))
		skip();
	assert_non_null(mkdtemp(dir));
	snprintf(set_uid_id, sizeof set_uid_id, "%s/id", dir);
	snprintf(copy, sizeof copy, "cp /usr/bin/id %s", set_uid_id);
	assert_int_equal(system(copy), 0);
	assert_int_equal(chmod(set_uid_id, 04755), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	output_of(become_and_run_set_uid, out, sizeof out);
	assert_string_equal(out, "0\n");
	output_of(give_up_and_run_set_uid, out, sizeof out);
	snprintf(want, sizeof want, "%u\n", user("nobody").uid);
	assert_string_equal(out, want);
	assert_int_equal(unlink(set_uid_id), 0);
	assert_int_equal(rmdir(dir), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sudos_caller_is_the_one_who_asked,
		    forget_sudo, forget_sudo),
		cmocka_unit_test_setup_teardown(a_spoofed_or_half_set_caller_is_an_error,
		    forget_sudo, forget_sudo),
		cmocka_unit_test_setup_teardown(root_gives_up_to_nobody_unless_told,
		    forget_sudo, forget_sudo),
		cmocka_unit_test(others_than_root_believe_no_variable_and_become_nobody_else),
		cmocka_unit_test(no_right_is_left_after_giving_up),
		cmocka_unit_test(files_are_opened_with_the_callers_rights),
		cmocka_unit_test(reading_files_needs_no_right),
		cmocka_unit_test(a_command_is_another_users_as_after_a_login),
		cmocka_unit_test(a_file_capability_is_not_handed_on),
		cmocka_unit_test(sudo_works_for_the_command_and_not_for_us),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
