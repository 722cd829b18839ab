#!/usr/bin/env python3
"""Writes faults/: copies of small.meibo, each with one fault, named after the fault and the error that it must give.

Most are what somebody who holds the key could make: parts are encrypted anew, and the checksum is right.
"""

import pathlib
import struct

import reader
from primitives import derive_key, digest, encrypt, keyed

HERE = pathlib.Path(__file__).parent
FACTS, COLUMNS, SAMPLE = reader.FACTS, reader.COLUMNS, reader.SAMPLE
KEY = reader.read_key(HERE / "key.txt")
GOOD = (HERE / "small.meibo").read_bytes()
HEADER, SAID = reader.read(GOOD, [KEY])
PLAIN = {
    FACTS: reader.open_part(GOOD, HEADER, FACTS, KEY),
    COLUMNS: HEADER["parts"][COLUMNS],
    SAMPLE: reader.open_part(GOOD, HEADER, SAMPLE, KEY),
}
# Where things stand in the facts.
COUNTS = 2 + len(SAID["client"].encode()) + 4
ROWS, RECORDS, ONES, DIGEST, KIND_COUNTS = COUNTS, COUNTS + 8, COUNTS + 16, COUNTS + 24, COUNTS + 56


def sealed(header, kind, plain):
    context = header + struct.pack("<I", kind)
    nonce_key = derive_key("meibo 2026-11 format 1 section nonce", KEY)
    nonce = keyed(nonce_key, struct.pack("<Q", len(context)) + context + plain)[:24]
    return nonce + encrypt(derive_key("meibo 2026-11 format 1 section key", KEY), nonce, context, plain)


def with_checksum(content):
    return content + digest(content)


def written(parts=None, header=None):
    """A file of these plain parts, as (type, is encrypted, bytes)."""
    parts = parts or [(kind, kind != COLUMNS, plain) for kind, plain in PLAIN.items()]
    header = bytearray(header or GOOD[:32])
    struct.pack_into("<I", header, 28, len(parts))
    bodies = [sealed(bytes(header), kind, plain) if hidden else plain for kind, hidden, plain in parts]
    table, offset = b"", 32 + 24 * len(parts)
    for (kind, _, _), body in zip(parts, bodies):
        table += struct.pack("<IIQQ", kind, 0, offset, len(body))
        offset += len(body)
    return with_checksum(bytes(header) + table + b"".join(bodies))


def changed(data, at, new):
    """The same bytes but for those at a place."""
    return data[:at] + new + data[at + len(new) :]


def forged(at, new):
    """The file with bytes changed, and its checksum made right again."""
    return with_checksum(changed(GOOD, at, new)[:-32])


def with_part(kind, plain):
    return written([(k, k != COLUMNS, plain if k == kind else p) for k, p in PLAIN.items()])


def with_facts(at, new):
    return with_part(FACTS, changed(PLAIN[FACTS], at, new))


def with_bits(count):
    """More bits set, and facts that say so."""
    columns = bytearray(PLAIN[COLUMNS])
    for i in range(count):
        place = int.from_bytes(digest(b"bit %d" % i)[:8], "little") % (8 * len(columns))
        columns[place // 8] |= 1 << place % 8
    ones = bin(int.from_bytes(columns, "little")).count("1")
    facts = changed(PLAIN[FACTS], ONES, struct.pack("<Q", ones) + digest(bytes(columns)))
    return written([(FACTS, True, facts), (COLUMNS, False, bytes(columns)), (SAMPLE, True, PLAIN[SAMPLE])])


def entry(number):
    return 32 + 24 * number


def cut(length):
    return GOOD[:length]


def faults():
    offsets = [struct.unpack_from("<Q", GOOD, entry(number) + 8)[0] for number in range(3)]
    yield "empty", "not-a-fingerprint", b""
    yield "another-format", "not-a-fingerprint", b"PK\x03\x04" + GOOD[4:]
    yield "bad-magic", "not-a-fingerprint", changed(GOOD, 3, b"A")
    yield "crlf-to-lf", "text-conversion", GOOD.replace(b"\r\n", b"\n", 1)
    yield "as-utf-16", "text-conversion", b"\xff\xfe" + GOOD[:64].decode("latin-1").encode("utf-16-le")
    yield "version-2", "future-version", forged(8, b"\2")
    yield "profile-999", "unknown-profile", forged(10, struct.pack("<H", 999))
    yield "profile-of-another-keyed-hash", "inconsistent", forged(10, struct.pack("<H", 4))
    yield "cut-in-magic", "truncated", cut(5)
    yield "cut-in-header", "truncated", cut(30)
    yield "cut-in-table", "truncated", cut(60)
    yield "cut-in-facts", "truncated", cut(offsets[0] + 100)
    yield "cut-in-columns", "truncated", cut(offsets[1] + 100)
    yield "cut-in-sample", "truncated", cut(offsets[2] + 100)
    yield "cut-in-checksum", "truncated", cut(len(GOOD) - 1)
    yield "length-beyond-the-file", "truncated", forged(entry(1) + 16, struct.pack("<Q", 1 << 40))
    yield "length-that-overflows", "truncated", forged(entry(1) + 16, b"\xff" * 8)
    yield "offset-in-the-table", "inconsistent", forged(entry(1) + 8, struct.pack("<Q", 40))
    yield "one-part-twice", "inconsistent", forged(entry(2), struct.pack("<I", COLUMNS))
    yield "too-many-parts", "inconsistent", forged(28, struct.pack("<I", 65))
    yield "one-bit-flipped", "checksum", changed(GOOD, offsets[1] + 9, bytes([GOOD[offsets[1] + 9] ^ 1]))
    yield "one-byte-appended", "checksum", GOOD + b"\0"
    yield "hashes-of-another-class", "inconsistent", forged(21, b"\5")
    yield "unknown-required-part", "unknown-section", written([*all_parts(), (77, False, b"new")])
    yield "made-with-another-key", "other-key", forged(12, b"\0" * 8)
    yield "header-of-another-file", "sealed", forged(24, struct.pack("<I", 17))
    yield "facts-changed", "sealed", forged(offsets[0] + 40, bytes([GOOD[offsets[0] + 40] ^ 1]))
    yield "sample-changed", "sealed", forged(offsets[2] + 40, bytes([GOOD[offsets[2] + 40] ^ 1]))
    yield "no-facts", "inconsistent", written(all_parts()[1:])
    yield "no-columns", "inconsistent", written([all_parts()[0], all_parts()[2]])
    yield "columns-exchanged", "inconsistent", with_part(COLUMNS, PLAIN[COLUMNS][::-1])
    many = changed(GOOD[:32], 24, b"\xff" * 4)
    yield "more-columns-than-bytes", "inconsistent", written(header=many)
    yield "client-longer-than-facts", "inconsistent", with_facts(0, b"\xff\xff")
    yield "client-not-utf-8", "inconsistent", with_facts(2, b"\xff")
    yield "no-such-date", "inconsistent", with_facts(COUNTS - 2, b"\x0d")
    yield "facts-longer-than-they-are", "inconsistent", with_part(FACTS, PLAIN[FACTS][:-1] + b"\1")
    yield "facts-cut", "inconsistent", with_part(FACTS, PLAIN[FACTS][:80])
    yield "more-records-than-rows", "inconsistent", with_facts(ROWS, struct.pack("<Q", SAID["records"] - 1))
    yield "more-of-a-kind-than-records", "inconsistent", with_facts(KIND_COUNTS + 8, struct.pack("<Q", 99))
    yield "more-keys-than-records-have", "inconsistent", with_facts(KIND_COUNTS, struct.pack("<Q", 200))
    yield "fill-not-as-stated", "inconsistent", with_facts(ONES, struct.pack("<Q", SAID["ones"] + 1))
    yield "padded-with-random-bits", "fill", with_bits(30)
    yield "counts-for-another-size", "inconsistent", with_facts(KIND_COUNTS, struct.pack("<Q", 100_000))
    yield "sample-of-more-than-there-is", "inconsistent", with_part(SAMPLE, b"\xff" * 4 + PLAIN[SAMPLE][4:])
    yield "sample-of-unknown-kind", "inconsistent", with_part(SAMPLE, changed(PLAIN[SAMPLE], 19, b"\x63"))
    yield "sample-of-strangers", "inconsistent", with_part(SAMPLE, changed(PLAIN[SAMPLE], 20, b"\x55" * 16))


def all_parts():
    return [(kind, kind != COLUMNS, plain) for kind, plain in PLAIN.items()]


def main():
    directory = HERE / "faults"
    directory.mkdir(exist_ok=True)
    for fault, error, data in faults():
        (directory / f"{fault}.{error}.meibo").write_bytes(data)
    (HERE / "without-sample.meibo").write_bytes(written(all_parts()[:2]))
    (HERE / "unknown-optional-part.meibo").write_bytes(written([*all_parts(), (77 | reader.OPTIONAL, False, b"new")]))


if __name__ == "__main__":
    main()
