# Fails when a room looks into a room it may not know, past its door, or uses
# a library that belongs to somebody else. The table is doc/house.md's.

function room(path) {
	sub(/^src\//, "", path)
	return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "front"
}

function allow(from, list,   v, i, n) {
	n = split(list, v, " ")
	for (i = 1; i <= n; i++)
		may[from, v[i]] = 1
}

# A library: its headers, and the files it may be seen in. Tests and fuzzers of
# the same rooms may use it too.
function library(name, headers, files, rooms) {
	owner_headers[name] = "^(" headers ")"
	owner_files[name] = "^(" files ")\\.[ch]$|^(" rooms ")/[a-z0-9_]*_(test|fuzz)\\.c$"
}

function is_ours(path) {
	return is_file("src/" path) || is_file(path)
}

function is_file(path,   line, there) {
	there = (getline line < path) >= 0
	close(path)
	return there
}

function complain(what) {
	print FILENAME ":" FNR ": " what
	bad = 1
}

BEGIN {
	allow("base",       "base")
	allow("net",        "base net")
	allow("dissectors", "base dissectors")
	allow("flow",       "base net flow dissectors/dissector.h dissectors/fact.h")
	allow("audit",      "base audit dissectors/fact.h dissectors/names.h")
	allow("report",     "base audit report dissectors/names.h")
	allow("ui",         "base audit report ui dissectors/names.h")
	allow("testkit",    "base net flow dissectors audit testkit engine.h")
	allow("front",      "base net flow dissectors audit report ui front")

	library("libpcap", "pcap", "src/net/(live[a-z_]*|filter)", "src/net")
	library("zlib",    "zlib\\.h", "src/net/unpack|src/testkit/pack", "src/net")
	library("zstd",    "zstd", "src/net/unpack", "src/net")
	library("lz4",     "lz4", "src/net/unpack", "src/net")
	library("OpenSSL", "openssl/", "dissectors/(x509|tls_crypt)|src/(audit/chain|testkit/)[a-z0-9_]*", "dissectors|src/audit")
	library("jansson", "jansson", "src/report/(json[a-z0-9_]*|sarif)", "src/report")
	library("mxml",    "mxml", "src/report/junit", "src/report")
	library("inih",    "ini\\.h", "src/audit/ini", "src/audit")
	library("libcap-ng", "cap-ng", "src/privs", "src")
	library("libseccomp", "seccomp", "src/confine", "src")
	library("ncurses", "n?cursesw?[./]|panel\\.h|term\\.h|tinfo\\.h", "src/ui/[a-z0-9_]*", "src/ui")
	library("cmocka",  "cmocka", "src/testkit/[a-z0-9_]*", "src(/[a-z0-9]+)?|dissectors")
}

/^[ \t]*#[ \t]*include[ \t]*["<]/ {
	path = $0
	sub(/^[^"<]*["<]/, "", path)
	sub(/[">].*/, "", path)

	for (name in owner_headers)
		if (path ~ owner_headers[name] && FILENAME !~ owner_files[name])
			complain(name " stays out of here: " path)

	# A test looks at whatever it tests with.
	if (FILENAME ~ /_(test|fuzz|bench)\.c$/ || path == "config.h")
		next
	if (/</ && !is_ours(path))
		next
	if (!((room(FILENAME), room(path)) in may) && !((room(FILENAME), path) in may))
		complain(room(FILENAME) " may not include " path)
}

END { exit bad }
