#!/usr/bin/env python3
"""`beamtap show -o json -r FILE` beside a bare libpcap loop (bare.c), in turns on the same file.

usage: files.py BEAMTAP DIRECTORY [MEGABYTES of bulk data]

DIRECTORY holds the compiled bare, and is where the files are made; files.sh makes and removes
it. What is printed are medians of RUNS, after a run of each that is not counted.
"""
import json
import os
import re
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True    # the source directory stays as it is
import traffic  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDINGS = [os.path.join(HERE, "..", "fixtures", "recordings", "otp25", name + ".pcap")
              for name in ("plain", "tls12-mutual-ec", "tls13-mutual")]
RUNS, MEGABYTES, PACKED = 5, 1500, 10		# the packed files have that part of it
EACH = 750_000					# bulk bytes of a connection


def spent(*command):
    """Seconds on the clock and of the processor, and the peak of memory in MiB."""
    begun = time.monotonic()
    done = subprocess.run(["/usr/bin/time", "-f", "\n%U %S %M", *command], check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=3600)
    wall = time.monotonic() - begun
    user, system, peak = done.stderr.split("\n")[-2].split()
    return {"wall": wall, "user": float(user), "system": float(system),
            "peak": int(peak) / 1024}, done.stdout


def compare(beamtap, bare, path, what):
    """A table of both, beamtap first in each turn."""
    programs = {"beamtap": (beamtap, "show", "-o", "json", "-r", path)}
    if bare:
        programs["libpcap"] = (bare, path)
    runs = {name: [] for name in programs}
    for turn in range(RUNS + 1):
        for name, command in programs.items():
            used, out = spent(*command)
            if turn > 0:
                runs[name].append(used)
            if name == "beamtap":
                document = json.loads(out)
            elif f"{document['input']['packets']} packets" not in out:
                raise RuntimeError(f"not what beamtap read: {out}")
    n, size = document["input"]["packets"], os.path.getsize(path)
    print(f"\n{what}: {size / 1e6:.0f} MB, {n} packets, "
          f"{document['summary']['connections']} connections, complete: "
          f"{document['input']['complete']}")
    for name, all_used in runs.items():
        m = {key: statistics.median(used[key] for used in all_used) for key in all_used[0]}
        print(f"  {name:<8} {m['wall']:6.2f} s, user {m['user']:6.2f} s, system {m['system']:5.2f} s, "
              f"{m['wall'] * 1e9 / n:6.0f} ns/packet, {size / 1e6 / m['wall']:6.0f} MB/s, "
              f"peak {m['peak']:6.1f} MiB", flush=True)


def packed(path, tool, suffix):
    """The same file, compressed."""
    with open(path + suffix, "wb") as out:
        subprocess.run([*tool, "-c", path], stdout=out, check=True)
    return path + suffix


def main(beamtap, directory, megabytes):
    version = subprocess.run([beamtap, "--version"], capture_output=True, text=True, check=True).stdout
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
        model = re.search(r"(?m)^model name\s*: (.*)$", file.read())
    print(f"{version.strip()}, {os.cpu_count()} processors"
          f"{' (' + model.group(1) + ')' if model else ''}, medians of {RUNS}", flush=True)
    bare, large, small = (os.path.join(directory, name) for name in ("bare", "large", "small"))
    traffic.write_bulk(large, RECORDINGS, max(1, megabytes * 1_000_000 // EACH), EACH)
    compare(beamtap, bare, large, "pcap")
    os.remove(large)
    traffic.write_bulk(small, RECORDINGS, max(1, megabytes * 1_000_000 // EACH // PACKED), EACH)
    compare(beamtap, bare, small, "a tenth of it")
    for tool, suffix in ((("gzip", "-1"), ".gz"), (("zstd", "-q"), ".zst")):
        compare(beamtap, None, packed(small, tool, suffix), "the same, " + tool[0])


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), sys.argv[2], int(sys.argv[3]) if sys.argv[3:] else MEGABYTES)
