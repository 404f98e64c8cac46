#!/usr/bin/env python3
"""`beamtap top` beside `tcpdump -w /dev/null`: same interface, same packets, at the same time.

usage: top.py BEAMTAP [RATE...]		packets a second

top.sh has the surroundings that this needs. What is printed of a rate are medians of RUNS.
"""
import os
import re
import signal
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True    # the source directory stays as it is
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fixtures"))
from pane import Pane, wait_for  # noqa: E402
import traffic  # noqa: E402

RECORDINGS = [os.path.join(HERE, "..", "fixtures", "recordings", "otp25", name + ".pcap")
              for name in ("plain", "tls12-mutual-ec")]
RATES, RUNS, SECONDS, COPIES = (5000, 20000, 50000, 100000), 5, 3, 10000
TICK = os.sysconf("SC_CLK_TCK")


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=300).stdout


def processor(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def number(pattern, text):
    found = re.search(pattern, text)
    return int(found.group(1)) if found else None


class Devices:
    """A cable; nothing but the kernel answers at either end, and it has no address."""

    def __enter__(self):
        run("ip", "link", "add", "bench0", "type", "veth", "peer", "name", "bench1")
        for name in ("bench0", "bench1"):
            run("sysctl", "-qw", f"net.ipv6.conf.{name}.disable_ipv6=1")
            run("ip", "link", "set", name, "up")

    def __exit__(self, *_):
        run("ip", "link", "del", "bench0")


def begin_tcpdump():
    process = subprocess.Popen(["tcpdump", "-i", "bench1", "-w", "/dev/null"],
                               stderr=subprocess.PIPE, text=True)
    process.stderr.readline()		# "listening on bench1"
    return process


def end_tcpdump(process):
    used = processor(process.pid)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    return {"seen": number(r"(\d+) packets captured", said),
            "lost": number(r"(\d+) packets dropped by kernel", said), "used": used}


def settle(pane):
    """Until top has no more to do: its processor time has stopped to grow."""
    before = -1.0

    def idle():
        nonlocal before
        now, was = pane.ticks(), before
        before = now
        time.sleep(0.3)
        return now - was < 0.02
    wait_for("an idle top", idle)


def lost_by_top(screen):
    return number(r"kernel (\d+)", screen)


def replay(path, rate, n):
    """How many packets were sent, and how many a second."""
    said = run("tcpreplay", "-K", "-q", "-i", "bench0", f"--pps={rate}", f"--limit={n}", path)
    return (number(r"Successful packets: +(\d+)", said),
            float(re.search(r"([\d.]+) pps", said).group(1)))


def one_run(beamtap, path, rate, n):
    with Devices(), Pane([beamtap, "top", "-i", "bench1"], 120, 40) as pane:
        pane.wait("no distribution connection")
        tcpdump = begin_tcpdump()
        before = pane.ticks()
        sent, real = replay(path, rate, n)
        settle(pane)
        screen = pane.screen()
        return {"sent": sent, "rate": real, "top lost": lost_by_top(screen),
                "top used": pane.ticks() - before,
                "connections": number(r"(?m)^(\d+) connections?", screen) or 0,
                **{"tcpdump " + key: value for key, value in end_tcpdump(tcpdump).items()}}


def rate_table(beamtap, path, n, rates):
    print(f"{'packets/s':>10} {'sent':>8} {'real/s':>8} | {'top: lost':>10} {'processor':>10} "
          f"{'µs/packet':>10} | {'tcpdump: seen':>13} {'lost':>6} {'processor':>10} | connections")
    for rate in rates:
        runs = [one_run(beamtap, path, rate, min(n, rate * SECONDS)) for _ in range(RUNS)]
        m = {key: statistics.median(r[key] for r in runs) for key in runs[0]}
        print(f"{rate:>10} {m['sent']:>8.0f} {m['rate']:>8.0f} | {m['top lost']:>10.0f} "
              f"{m['top used']:>9.2f}s {m['top used'] * 1e6 / m['sent']:>10.1f} | "
              f"{m['tcpdump seen']:>13.0f} {m['tcpdump lost']:>6.0f} {m['tcpdump used']:>9.2f}s | {m['connections']:.0f}",
              flush=True)


def took(pane, keys, condition):
    """Milliseconds from the key until it shows, a look at the screen included."""
    begun = time.monotonic()
    pane.press(*keys)
    wait_for(f"{keys}:\n{pane.screen()}", condition)
    return (time.monotonic() - begun) * 1000


def delays(beamtap, path):
    """Of keys, with many live connections."""
    with Devices(), Pane([beamtap, "top", "-i", "bench1"], 120, 40) as pane:
        pane.wait("no distribution connection")
        replay(path, 20000, 10 ** 9)
        settle(pane)
        screen = pane.wait(r"^\d+ connections")
        n = number(r"(?m)^(\d+) connections", screen)
        print(f"\n{n} live connections, median of {RUNS}:")
        of = {"a look at the screen": [], "End": [], "Home": [], "down": [], "sort (I)": [],
              "filter": []}
        for _ in range(RUNS):
            of["a look at the screen"].append(took(pane, ["F7"], pane.screen))
            for key in ("End", "Home", "j"):
                before = pane.selected()
                of[{"j": "down"}.get(key, key)].append(
                    took(pane, [key], lambda before=before: pane.selected() != before))
            arrow = "▼" if "▲" in pane.screen() else "▲"
            of["sort (I)"].append(took(pane, ["I"], lambda arrow=arrow: arrow in pane.screen()))
            pane.press("F4")
            pane.type("verdict!=mutua")
            pane.wait("match verdict!=mutua")
            of["filter"].append(took(pane, ["l"], lambda: re.search("match verdict!=mutual", pane.screen())))
            pane.press("Escape")
            pane.wait_gone("match")
        for what, values in of.items():
            print(f"  {what:<22} {statistics.median(values):6.0f} ms, at most {max(values):.0f}")


def main(beamtap, rates):
    beamtap, path = os.path.abspath(beamtap), "/run/traffic.pcap"
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    n = traffic.write(path, RECORDINGS, COPIES)
    print(f"{COPIES} connections, {n} packets, {os.path.getsize(path) // n} bytes each on average; "
          f"{os.cpu_count()} processors", flush=True)
    rate_table(beamtap, path, n, rates)
    delays(beamtap, path)


if __name__ == "__main__":
    main(sys.argv[1], [int(rate) for rate in sys.argv[2:]] or RATES)
