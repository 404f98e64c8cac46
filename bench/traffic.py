"""Many connections of one recording: each copy has a client of its own, and none ends."""
import itertools
import os
import random
import struct

SLL2, ETHERNET = 276, 1
RECORD = struct.Struct("<IIII")
HEADER = struct.Struct("<IHHiIII")
CLIENT = bytes((10, 77, 0, 1))
FIN_RST = 5
TOGETHER = 64			# copies whose packets are mixed


def all_packets(path):
    """IPv4 packets between hosts."""
    with open(path, "rb") as file:
        data = file.read()
    if HEADER.unpack_from(data)[6] != SLL2:
        raise ValueError(f"{path}: not of Linux cooked v2 in this machine's byte order")
    at = HEADER.size
    while at < len(data):
        length = RECORD.unpack_from(data, at)[2]
        cooked = data[at + RECORD.size:at + RECORD.size + length]
        at += RECORD.size + length
        ip = cooked[20:]
        if cooked[:2] == b"\x08\0" and ip[9] == 6 and CLIENT in (ip[12:16], ip[16:20]):
            yield ip


def ends(ip):
    return ip[4 * (ip[0] & 15) + 13] & FIN_RST != 0


def packets(path):
    """But for those that end a connection."""
    return [ip for ip in all_packets(path) if not ends(ip)]


def of_client(ip, number):
    own = bytes((10, 128 + (number >> 16), number >> 8 & 255, number & 255))
    ends = ip[12:20].replace(CLIENT, own)
    bare = ip[:10] + b"\0\0" + ends + ip[20:]
    words = struct.unpack(f">{2 * (ip[0] & 15)}H", bare[:4 * (ip[0] & 15)])
    total = sum(words)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return bare[:10] + struct.pack(">H", ~total & 0xffff) + bare[12:]


def mixed(path, streams, copies):
    """Copies of each stream of packets in turn; how many packets there are."""
    n = 0
    with open(path + ".part", "wb") as out:
        out.write(HEADER.pack(0xa1b2c3d4, 2, 4, 0, 0, 262144, ETHERNET))
        for first in range(0, copies, TOGETHER):
            group = range(first, min(first + TOGETHER, copies))
            for i in range(max(map(len, streams))):
                for number in group:
                    original = streams[number % len(streams)]
                    if i < len(original):
                        frame = b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + \
                            of_client(original[i], number + 1)
                        out.write(RECORD.pack(n // 1000000, n % 1000000, len(frame), len(frame)))
                        out.write(frame)
                        n += 1
    os.rename(path + ".part", path)
    return n


def write(path, recordings, copies):
    """How many packets it has. Copies are of each recording in turn."""
    return mixed(path, [packets(r) for r in recordings], copies)


# Bulk data, from the client of a connection that is up

SEGMENT = 1448
EPMD = 4369
NOISES = 10			# so that what is compressed does not shrink to nothing
# [OTP dist: SEND] {2, '', <0.1.0>} as a pass-through, and a binary that fills the frame
SEND = bytes.fromhex("7083" "6803" "6102" "7700" "58770161" "00000001" "00000000" "00000000" "83")


def ports(ip):
    return struct.unpack_from(">HH", ip, 4 * (ip[0] & 15))


def packets_before_end(path):
    """Of each connection those before its first FIN or RST: nothing is missing among them."""
    ended, result = set(), []
    for ip in all_packets(path):
        if ends(ip):
            ended.add(frozenset(ports(ip)))
        elif frozenset(ports(ip)) not in ended:
            result.append(ip)
    return result


class Half:
    """What one end sends: its last headers, and where it goes on."""

    def __init__(self, ip):
        self.n_ip = 4 * (ip[0] & 15)
        self.headers = ip[:self.n_ip + 4 * (ip[self.n_ip + 12] >> 4)]
        self.sequence = struct.unpack_from(">I", ip, self.n_ip + 4)[0]
        self.sequence += len(ip) - len(self.headers)
        self.number = struct.unpack_from(">H", ip, 4)[0]

    def packet(self, acknowledged, payload=b""):
        self.number += 1
        ip = bytearray(self.headers) + payload
        struct.pack_into(">HH", ip, 2, len(ip), self.number & 0xffff)
        struct.pack_into(">II", ip, self.n_ip + 4, self.sequence & 0xffffffff,
                         acknowledged & 0xffffffff)
        ip[self.n_ip + 13] = 0x10			# ACK
        self.sequence += len(payload)
        return bytes(ip)


def halves(original):
    """Client's and server's, of the connection that is not EPMD's."""
    found = {}
    for ip in original:
        if EPMD not in ports(ip):
            found[ip[12:16] == CLIENT] = Half(ip)
    return found[True], found[False]


def frames(noise):
    """64 KiB each."""
    body = SEND + b"m" + struct.pack(">I", len(noise)) + noise
    return struct.pack(">I", len(body)) + body


def records(noise):
    """TLS application data, 16 KiB each."""
    return b"".join(b"\x17\x03\x03" + struct.pack(">H", len(part)) + part
                    for part in (noise[i:i + 16384] for i in range(0, len(noise), 16384)))


def with_bulk(original, is_tls, size, seed):
    """After the recording's packets, so many bytes of the client; each second one is acknowledged."""
    client, server = halves(original)
    noise = random.Random(seed).randbytes(65536)
    unit = (records if is_tls else frames)(noise)
    bulk = b"".join(itertools.repeat(unit, size // len(unit) + 1))
    result = list(original)
    for i in range(0, len(bulk), SEGMENT):
        result.append(client.packet(server.sequence, bulk[i:i + SEGMENT]))
        if i // SEGMENT % 2:
            result.append(server.packet(client.sequence))
    return result


def write_bulk(path, recordings, copies, size):
    """As write(), each with so much bulk data; TLS where the recording's name says so."""
    return mixed(path, [with_bulk(packets_before_end(r), os.path.basename(r).startswith("tls"),
                                  size, seed)
                        for seed in range(NOISES) for r in recordings], copies)
