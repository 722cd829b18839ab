#!/usr/bin/env python3
"""A second reader of fingerprint files, written from docs/FORMAT.md alone.

    reader.py [--key KEY] [--holds KIND FIRST SECOND]... [--beside NAME PHONE NAME PHONE]... FILE...

For each file one line of JSON: what it shows, or {"error": …}. With --holds, whether its filter holds the token of two
canonical values. With --beside, whether two people, by their names and phones, stand next to each other.
"""

import argparse
import hmac
import json
import math
import struct
import sys

from primitives import decrypt, derive_key, digest, keyed

MAGIC = b"\x89MEIBO\r\n"
FACTS, COLUMNS, SAMPLE, ORDER, LIST_PROFILE = 1, 2, 0x80000003, 0x80000004, 0x80000005
NAMES = {FACTS: "facts", COLUMNS: "columns", SAMPLE: "sample", ORDER: "order", LIST_PROFILE: "list profile"}
# Kinds of key that links are made of, and fields of a list profile.
LINKING = {0, 1, 4, 3, 5, 6, 8, 7, 2}
FIELDS = ["name", "kana", "address", "phone", "postal", "birth_date", "sex", "age"]
OPTIONAL = 1 << 31
HASHES = {14: 6, 16: 5}
KINDS = 15
# By kind the numbers of the parts that it joins.
JOINS = [(0, 3), (0, 2), (2, 3), (0, 4), (1, 3), (1, 2), (1, 4), (0, 5), (0, 6), (0, 9), (8, 3), (7, 3), (8, 10), (7, 10), (10, 11)]


class Fault(Exception):
    """What is wrong with a file, in a word."""


def need(condition, fault):
    if not condition:
        raise Fault(fault)


class Bytes:
    """Bytes yet to be read."""

    def __init__(self, data, fault):
        self.data, self.at, self.fault = data, 0, fault

    def take(self, count):
        need(self.at + count <= len(self.data), self.fault)
        self.at += count
        return self.data[self.at - count : self.at]

    def numbers(self, layout):
        return struct.unpack("<" + layout, self.take(struct.calcsize("<" + layout)))

    def need_padding(self):
        need(not any(self.data[self.at :]), self.fault)


class Blake3:
    """The keyed hash of profile 3, and how it makes keys of the registry key."""

    profile, derive, keyed = 3, staticmethod(derive_key), staticmethod(keyed)


class HmacSha256:
    """Those of profile 4."""

    profile = 4

    @staticmethod
    def keyed(key, message):
        return hmac.digest(key, message, "sha256")

    @staticmethod
    def derive(purpose, key):
        return hmac.digest(key, purpose.encode(), "sha256")


def read_key(path):
    lines = [line.strip() for line in open(path, encoding="utf-8")]
    (line,) = [line for line in lines if line and not line.startswith("#")]
    name, secret, check = line.split(":")
    key = bytes.fromhex(secret)
    if name != "MEIBO-REGISTRY-KEY-1" or derive_key("meibo 2026-11 registry key check", key)[:4].hex() != check:
        sys.exit(f"{path}: not a registry key")
    return key


def key_id(prf, key):
    return prf.derive("meibo 2026-11 registry key id", key)[:8]


def read_header(data):
    """What a file shows to everybody."""
    if not data.startswith(MAGIC):
        need(not (data and MAGIC.startswith(data)), "truncated")
        letters = bytes(byte for byte in data[:32] if 65 <= byte <= 90)
        need(not letters.startswith(b"MEIBO"), "text-conversion")
        raise Fault("not-a-fingerprint")
    fixed = Bytes(data[8:], "truncated")
    (version,) = fixed.numbers("H")
    need(version == 1, "future-version")
    profile, key, log2_bits, hashes, _, columns, sections = fixed.numbers("H8sBBHII")
    need(sections <= 64, "inconsistent")
    table = [fixed.numbers("IIQQ") for _ in range(sections)]
    start, end = 32 + 24 * sections, len(data) - 32
    need(end >= start, "truncated")
    kinds = set()
    for kind, _, offset, length in table:
        need(offset + length <= end, "truncated")
        need(offset >= start and kind not in kinds, "inconsistent")
        kinds.add(kind)
    need(digest(data[:end]) == data[end:], "checksum")
    need(profile in (3, 4), "unknown-profile")
    need(HASHES.get(log2_bits) == hashes, "inconsistent")
    need(all(kind in NAMES or kind & OPTIONAL for kind in kinds), "unknown-section")
    parts = {kind: data[offset : offset + length] for kind, _, offset, length in table}
    prf = Blake3 if profile == 3 else HmacSha256
    return {"prf": prf, "profile": profile, "key_id": key, "log2_bits": log2_bits, "columns": columns, "parts": parts}


def open_part(data, header, kind, key):
    sealed = header["parts"][kind]
    need(len(sealed) >= 24, "sealed")
    context = data[:32] + struct.pack("<I", kind)
    plain = decrypt(header["prf"].derive("meibo 2026-11 format 1 section key", key), sealed[:24], context, sealed[24:])
    need(plain is not None, "sealed")
    return plain


def read_facts(plain):
    facts = Bytes(plain, "inconsistent")
    client = facts.take(facts.numbers("H")[0])
    try:
        client = client.decode()
    except UnicodeDecodeError as error:
        raise Fault("inconsistent") from error
    need(1 <= len(client.encode()) <= 200, "inconsistent")
    year, month, day = facts.numbers("HBB")
    days = [31, 29 if year % 4 == 0 and (year % 100 or year % 400 == 0) else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    need(1 <= month <= 12 and 1 <= day <= days[month - 1], "inconsistent")
    rows, records, ones = facts.numbers("QQQ")
    columns_digest = facts.take(32)
    kinds = [facts.numbers("QQ") for _ in range(KINDS)]
    facts.need_padding()
    date = f"{year:04}-{month:02}-{day:02}"
    return {"client": client, "date": date, "rows": rows, "records": records, "ones": ones, "kinds": kinds}, columns_digest


def read_sample(plain):
    sample = Bytes(plain, "inconsistent")
    records = []
    for _ in range(sample.numbers("I")[0]):
        *_, tokens = sample.numbers("IQBBB")
        records.append([sample.numbers("B16s") for _ in range(tokens)])
        need(all(kind < KINDS for kind, _ in records[-1]), "inconsistent")
    sample.need_padding()
    return [[(kind, int.from_bytes(token, "little")) for kind, token in record] for record in records]


def read_order(plain, columns):
    order = Bytes(plain, "inconsistent")
    version, hashes, sorted_by, zero, kinds = order.numbers("BBBBI")
    need((version, zero) == (1, 0) and 1 <= hashes <= 8 and sorted_by < 32, "inconsistent")
    need(all(kind in LINKING for kind in range(32) if kinds >> kind & 1), "inconsistent")
    need(not (kinds and sorted_by), "inconsistent")
    bits = order.take(columns // 40 * 8)
    need(order.at == len(plain), "inconsistent")
    return {"hashes": hashes, "sorted_by": sorted_by, "kinds": kinds, "bits": bits}


def read_list_profile(plain):
    profile = Bytes(plain, "inconsistent")

    def text():
        try:
            return profile.take(profile.numbers("B")[0]).decode()
        except UnicodeDecodeError as error:
            raise Fault("inconsistent") from error

    version, delimiter = profile.numbers("BB")
    need(version == 1, "inconsistent")
    said = {"encoding": text(), "delimiter": delimiter, "notations": {}}
    said["headings"] = [profile.take(8).hex() for _ in range(profile.numbers("H")[0])]
    for _ in range(profile.numbers("B")[0]):
        field, count = profile.numbers("BB")
        need(field < len(FIELDS), "inconsistent")
        said["notations"][FIELDS[field]] = [(text(), profile.numbers("Q")[0]) for _ in range(count)]
    said["prefectures"] = [profile.numbers("IQ")[1] for _ in range(profile.numbers("B")[0])]
    said["births"] = [profile.numbers("BQ") for _ in range(profile.numbers("B")[0])]
    profile.need_padding()
    return said


def stirred(x):
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9 & 2**64 - 1
    x = (x ^ x >> 27) * 0x94D049BB133111EB & 2**64 - 1
    return x ^ x >> 31


def beside(order, one, other):
    """Whether the records of two tokens of kind 0 stand next to each other."""

    def rank(token):
        high = token >> 64
        return stirred((token & 2**64 - 1) ^ ((high << 32 | high >> 32) & 2**64 - 1))

    one, other = sorted((one, other))
    a, bits = stirred(rank(one) ^ stirred(rank(other))), order["bits"]
    for _ in range(order["hashes"]):
        place = a * len(bits) * 8 >> 64
        if not bits[place // 8] >> place % 8 & 1:
            return False
        a = a * 0xF1357AEA2E62A9C5 & 2**64 - 1
    return bool(order["kinds"] & 1)


def shape(tokens):
    """The length of a column and how many there are."""
    few = max(16, -(-31 * tokens // 2**14))
    return (14, few) if few <= 512 else (16, max(1, -(-(-(-174 * tokens // 10)) // 2**16)))


def bits_of(token, log2_bits, columns):
    """Where in the filter, counted in bits, a token stands."""
    column, a = (token >> 64) * columns >> 64, token & 2**64 - 1
    for _ in range(HASHES[log2_bits]):
        yield (column << log2_bits) + (a >> 64 - log2_bits)
        a = a * 0xF1357AEA2E62A9C5 & 2**64 - 1


def holds(header, token):
    filter_bits = header["parts"][COLUMNS]
    places = bits_of(token, header["log2_bits"], header["columns"])
    return all(filter_bits[place // 8] >> place % 8 & 1 for place in places)


def expected_ones(tokens, log2_bits, columns):
    """How many bits so many tokens set, and how far from that chance takes a list hardly ever."""
    m, k = 2**log2_bits, HASHES[log2_bits]
    mean = m * columns * (1 - (1 - (1 - (1 - 1 / m) ** k) / columns) ** tokens)
    load = k * tokens / (m * columns)
    x = math.exp(-load)
    return mean, 6 * math.sqrt(m * columns * max(0, x - (1 + load) * x * x)) + mean / 1000 + 10


def check(header, facts, sample):
    """That counts, filter and sample tell of one list."""
    log2_bits, columns, filter_bits = header["log2_bits"], header["columns"], header["parts"][COLUMNS]
    tokens = sum(tokens for tokens, _ in facts["kinds"])
    need(bin(int.from_bytes(filter_bits, "little")).count("1") == facts["ones"], "inconsistent")
    need(shape(tokens) == (log2_bits, columns), "inconsistent")
    need(all(tokens <= 8 * records for tokens, records in facts["kinds"]), "inconsistent")
    mean, tolerance = expected_ones(tokens, log2_bits, columns)
    need(abs(facts["ones"] - mean) <= tolerance, "fill")
    need(facts["records"] <= facts["rows"], "inconsistent")
    need(all(records <= facts["records"] for _, records in facts["kinds"]), "inconsistent")
    need(len(sample) <= facts["records"], "inconsistent")
    need(all(holds(header, token) for record in sample for _, token in record), "inconsistent")


def token(prf, key, kind, first, second):
    """The token of two canonical values, or parts of them."""
    part_key = prf.derive(f"meibo 2026-11 profile {prf.profile} part", key)
    parts = zip(JOINS[kind], (first, second))
    a, b = (int.from_bytes(prf.keyed(part_key, bytes([part]) + value.encode())[:16], "little") for part, value in parts)
    k = struct.unpack("<4Q", prf.keyed(prf.derive(f"meibo 2026-11 profile {prf.profile} kinds of key", key), bytes([kind])))
    low = 2**64 - 1

    def folded(x):
        return (x & low) ^ (x >> 64)

    l = folded(((a & low) ^ k[0]) * ((b & low) ^ k[1]))
    h = folded(((a >> 64) ^ k[2]) * ((b >> 64) ^ k[3]))
    t0 = stirred(l ^ stirred(h))
    t1 = stirred(h ^ ((t0 << 32 | t0 >> 32) & low))
    return t1 << 64 | t0


def read(data, keys):
    header = read_header(data)
    said = {"profile": header["profile"], "key_id": header["key_id"].hex(), "log2_bits": header["log2_bits"]}
    said["columns"] = header["columns"]
    said["parts"] = [NAMES.get(kind, "unknown") for kind in header["parts"]]
    if keys is None:
        return header, said
    known = {key_id(prf, key): (prf, key) for key in keys for prf in (Blake3, HmacSha256)}
    prf, key = known.get(header["key_id"], (None, None))
    need(key, "other-key")
    need(prf is header["prf"], "inconsistent")
    parts = header["parts"]
    need(FACTS in parts, "inconsistent")
    facts, columns_digest = read_facts(open_part(data, header, FACTS, key))
    need(COLUMNS in parts and digest(parts[COLUMNS]) == columns_digest, "inconsistent")
    need(len(parts[COLUMNS]) == header["columns"] << header["log2_bits"] - 3, "inconsistent")
    sample = read_sample(open_part(data, header, SAMPLE, key)) if SAMPLE in parts else []
    check(header, facts, sample)
    said = {**said, **facts, "sample": len(sample)}
    if ORDER in parts:
        header["order"] = read_order(open_part(data, header, ORDER, key), len(parts[COLUMNS]))
        said["order"] = {name: value for name, value in header["order"].items() if name != "bits"}
    if LIST_PROFILE in parts:
        said["list_profile"] = read_list_profile(open_part(data, header, LIST_PROFILE, key))
    return header, said


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--key")
    arguments.add_argument("--holds", nargs=3, action="append", default=[], metavar=("KIND", "FIRST", "SECOND"))
    arguments.add_argument("--beside", nargs=4, action="append", default=[], metavar=("NAME", "PHONE", "NAME", "PHONE"))
    arguments.add_argument("files", nargs="+")
    arguments = arguments.parse_args()
    key = read_key(arguments.key) if arguments.key else None
    for path in arguments.files:
        with open(path, "rb") as file:
            data = file.read()
        try:
            header, said = read(data, [key] if key else None)
            asked = [(int(kind), first, second) for kind, first, second in arguments.holds]
            if asked:
                said["holds"] = [holds(header, token(header["prf"], key, *values)) for values in asked]
            if arguments.beside:
                tokens = [[token(header["prf"], key, 0, *of) for of in (pair[:2], pair[2:])] for pair in arguments.beside]
                said["beside"] = [beside(header["order"], *pair) for pair in tokens]
        except Fault as fault:
            said = {"error": str(fault)}
        print(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    main()
