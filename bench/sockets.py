#!/usr/bin/env python3
"""`beamtap show -i any` on a host with very many established connections, and with none.

usage: sockets.py BEAMTAP [RATE...]		packets a second

sockets.sh has the surroundings that this needs. Each connection has both its ends on this
host, so that it is two sockets. What is printed are medians of RUNS.
"""
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True    # the source directory stays as it is
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
from top import Devices, RECORDINGS, processor, replay, run  # noqa: E402
import traffic  # noqa: E402

RATES, RUNS, SECONDS = (0, 20000, 50000), 3, 10
PORTS, EACH, COPIES = range(4370, 4380), 1000, 10000


def hold(port, ready):
    """A process with both ends of EACH connections, until it is killed."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (2 * EACH + 100,) * 2)
    listener = socket.create_server(("127.0.0.1", port), backlog=16)
    held = []
    for _ in range(EACH):
        held.append(socket.create_connection(("127.0.0.1", port)))
        held.append(listener.accept()[0])
    os.write(ready, b"1")
    while True:
        signal.pause()


class Connections:
    def __enter__(self):
        readable, writable = os.pipe()
        self.children = []
        for port in PORTS:
            pid = os.fork()
            if pid == 0:
                hold(port, writable)
            self.children.append(pid)
        for _ in PORTS:
            os.read(readable, 1)
        os.close(readable)
        os.close(writable)

    def __exit__(self, *_):
        for pid in self.children:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def one_run(beamtap, path, rate, n_connections):
    """While packets come; the first list of all connections, and the end."""
    with Devices(), open("/run/lines", "w", encoding="ascii") as out:
        begun = time.monotonic()
        process = subprocess.Popen([beamtap, "show", "-i", "any", "-Z", "root", "-o", "jsonl", "--dist-port",
                                    f"{PORTS[0]}-{PORTS[-1]}"], stdout=out, stderr=subprocess.PIPE, text=True)
        found = {"sent": 0, "listed": None}
        sender = subprocess.Popen([sys.executable, __file__, "--send", path, str(rate)], stdout=subprocess.PIPE,
                                  text=True) if rate else None
        while time.monotonic() - begun < SECONDS:
            time.sleep(0.02)
            if n_connections and found["listed"] is None:
                with open("/run/lines", encoding="ascii") as lines:
                    if sum(1 for _ in lines) >= n_connections:
                        found["listed"] = (time.monotonic() - begun) * 1000
        if sender:
            found["sent"] = int(sender.communicate()[0])
        found["used"] = processor(process.pid)
        found["registrar"] = sum(map(processor, children_of(process.pid)))
        process.send_signal(signal.SIGINT)
        errors = process.communicate()[1]
        found["lost"] = sum(int(line.split(" dropped ")[1].split()[0]) for line in errors.splitlines()
                            if " dropped " in line)
        found["listed"] = found["listed"] or 0
        return found


def table(beamtap, path, rates):
    print(f"{'sockets':>8} {'packets/s':>10} {'sent':>8} | {'lost':>6} {'processor':>10} {'registrar':>10} | "
          "all listed after", flush=True)
    for n in (0, len(PORTS) * EACH):
        for rate in rates:
            runs = []
            for _ in range(RUNS):
                if n:
                    with Connections():
                        runs.append(one_run(beamtap, path, rate, n))
                else:
                    runs.append(one_run(beamtap, path, rate, n))
            m = {key: statistics.median(r[key] for r in runs) for key in runs[0]}
            print(f"{2 * n:>8} {rate:>10} {m['sent']:>8.0f} | {m['lost']:>6.0f} {m['used']:>9.2f}s "
                  f"{m['registrar']:>9.2f}s | " + (f"{m['listed']:.0f} ms" if n else "-"), flush=True)


def main(beamtap, rates):
    path = "/run/traffic.pcap"
    run("mount", "-t", "tmpfs", "tmpfs", "/run")
    run("ip", "link", "set", "lo", "up")
    traffic.write(path, RECORDINGS, COPIES)
    print(f"{SECONDS} s each, {os.cpu_count()} processors", flush=True)
    table(os.path.abspath(beamtap), path, rates)


if __name__ == "__main__":
    if sys.argv[1] == "--send":
        time.sleep(2)
        print(replay(sys.argv[2], int(sys.argv[3]), int(sys.argv[3]) * (SECONDS - 4))[0])
    else:
        main(sys.argv[1], [int(rate) for rate in sys.argv[2:]] or RATES)
