"""Many connections of one recording: each copy has a client of its own, and none ends."""
import os
import struct

SLL2, ETHERNET = 276, 1
RECORD = struct.Struct("<IIII")
HEADER = struct.Struct("<IHHiIII")
CLIENT = bytes((10, 77, 0, 1))
FIN_RST = 5
TOGETHER = 64			# copies whose packets are mixed


def packets(path):
    """IPv4 packets between hosts, but for those that end a connection."""
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
        if cooked[:2] == b"\x08\0" and ip[9] == 6 and CLIENT in (ip[12:16], ip[16:20]) and \
                not ip[4 * (ip[0] & 15) + 13] & FIN_RST:
            yield ip


def of_client(ip, number):
    own = bytes((10, 128 + (number >> 16), number >> 8 & 255, number & 255))
    ends = ip[12:20].replace(CLIENT, own)
    bare = ip[:10] + b"\0\0" + ends + ip[20:]
    words = struct.unpack(f">{2 * (ip[0] & 15)}H", bare[:4 * (ip[0] & 15)])
    total = sum(words)
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return bare[:10] + struct.pack(">H", ~total & 0xffff) + bare[12:]


def write(path, recordings, copies):
    """How many packets it has. Copies are of each recording in turn."""
    originals, n = [list(packets(r)) for r in recordings], 0
    with open(path + ".part", "wb") as out:
        out.write(HEADER.pack(0xa1b2c3d4, 2, 4, 0, 0, 262144, ETHERNET))
        for first in range(0, copies, TOGETHER):
            group = range(first, min(first + TOGETHER, copies))
            for i in range(max(map(len, originals))):
                for number in group:
                    original = originals[number % len(originals)]
                    if i < len(original):
                        frame = b"\x02\0\0\0\0\x02\x02\0\0\0\0\x01\x08\0" + \
                            of_client(original[i], number + 1)
                        out.write(RECORD.pack(n // 1000000, n % 1000000, len(frame), len(frame)))
                        out.write(frame)
                        n += 1
    os.rename(path + ".part", path)
    return n
