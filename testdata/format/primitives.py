"""BLAKE3 and XChaCha20-Poly1305 with nothing but the standard library; slow, and enough for small files.

BLAKE3 as in its specification (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020); the package `blake3` is used where it is
installed. XChaCha20-Poly1305 as in RFC 8439 and draft-irtf-cfrg-xchacha-03.
"""

import struct

try:
    import blake3 as fast
except ImportError:
    fast = None

MASK = 0xFFFFFFFF
IV = (0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A, 0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19)
PERMUTATION = (2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
CHUNK_START, CHUNK_END, PARENT, ROOT, KEYED, CONTEXT, MATERIAL = 1, 2, 4, 8, 16, 32, 64


def rotated(x, right):
    return (x >> right | x << (32 - right)) & MASK


def compress(chaining, block, counter, length, flags):
    v = list(chaining) + list(IV[:4]) + [counter & MASK, counter >> 32, length, flags]
    m = list(struct.unpack("<16I", block.ljust(64, b"\0")))

    def mix(a, b, c, d, x, y):
        v[a] = (v[a] + v[b] + x) & MASK
        v[d] = rotated(v[d] ^ v[a], 16)
        v[c] = (v[c] + v[d]) & MASK
        v[b] = rotated(v[b] ^ v[c], 12)
        v[a] = (v[a] + v[b] + y) & MASK
        v[d] = rotated(v[d] ^ v[a], 8)
        v[c] = (v[c] + v[d]) & MASK
        v[b] = rotated(v[b] ^ v[c], 7)

    for _ in range(7):
        for i in range(4):
            mix(i, 4 + i, 8 + i, 12 + i, m[2 * i], m[2 * i + 1])
        for i in range(4):
            mix(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m[8 + 2 * i], m[9 + 2 * i])
        m = [m[i] for i in PERMUTATION]
    return [v[i] ^ v[i + 8] for i in range(8)]


def chunk_node(key, chunk, counter, flags):
    """What the last block of a chunk of at most 1024 bytes is compressed with."""
    blocks = [chunk[i : i + 64] for i in range(0, len(chunk), 64)] or [b""]
    chaining = key
    for i, block in enumerate(blocks[:-1]):
        chaining = compress(chaining, block, counter, 64, flags | (CHUNK_START if i == 0 else 0))
    last = flags | CHUNK_END | (CHUNK_START if len(blocks) == 1 else 0)
    return chaining, blocks[-1], counter, len(blocks[-1]), last


def tree_node(key, data, counter, flags):
    if len(data) <= 1024:
        return chunk_node(key, data, counter, flags)
    left = 1024
    while 2 * left < len(data):
        left *= 2
    halves = tree_node(key, data[:left], counter, flags), tree_node(key, data[left:], counter + left // 1024, flags)
    block = b"".join(struct.pack("<8I", *compress(*half)) for half in halves)
    return key, block, 0, 64, flags | PARENT


def blake3_words(key, data, flags):
    *node, last = tree_node(key, data, 0, flags)
    return struct.pack("<8I", *compress(*node, last | ROOT))


def digest(data):
    return fast.blake3(data).digest() if fast else blake3_words(IV, data, 0)


def keyed(key, data):
    if fast:
        return fast.blake3(data, key=key).digest()
    return blake3_words(struct.unpack("<8I", key), data, KEYED)


def derive_key(context, material):
    if fast:
        return fast.blake3(material, derive_key_context=context).digest()
    context_key = blake3_words(IV, context.encode(), CONTEXT)
    return blake3_words(struct.unpack("<8I", context_key), material, MATERIAL)


def chacha_rounds(state):
    v = list(state)

    def quarter(a, b, c, d):
        for x, y, z, by in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            v[x] = (v[x] + v[y]) & MASK
            v[z] = rotated(v[z] ^ v[x], 32 - by)

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return v


CONSTANTS = struct.unpack("<4I", b"expand 32-byte k")


def chacha_block(key, counter, nonce):
    state = (*CONSTANTS, *struct.unpack("<8I", key), counter, *struct.unpack("<3I", nonce))
    return struct.pack("<16I", *((a + b) & MASK for a, b in zip(state, chacha_rounds(state))))


def chacha(key, nonce, data):
    blocks = (chacha_block(key, 1 + i, nonce) for i in range((len(data) + 63) // 64))
    return bytes(a ^ b for a, b in zip(data, b"".join(blocks)))


def poly1305(key, data):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for i in range(0, len(data), 16):
        total = (total + int.from_bytes(data[i : i + 16] + b"\1", "little")) * r % (2**130 - 5)
    return (total + int.from_bytes(key[16:], "little") & 2**128 - 1).to_bytes(16, "little")


def subkey(key, nonce):
    """The key and nonce of ChaCha20 that an extended nonce of 24 bytes stands for."""
    state = (*CONSTANTS, *struct.unpack("<8I", key), *struct.unpack("<4I", nonce[:16]))
    v = chacha_rounds(state)
    return struct.pack("<8I", *v[:4], *v[12:]), bytes(4) + nonce[16:]


def tag(key, nonce, context, text):
    padded = b"".join(part + bytes(-len(part) % 16) for part in (context, text))
    return poly1305(chacha_block(key, 0, nonce)[:32], padded + struct.pack("<QQ", len(context), len(text)))


def encrypt(key, nonce, context, plain):
    key, nonce = subkey(key, nonce)
    text = chacha(key, nonce, plain)
    return text + tag(key, nonce, context, text)


def decrypt(key, nonce, context, sealed):
    """The plain text, or None where anything was changed."""
    key, nonce = subkey(key, nonce)
    text, stated = sealed[:-16], sealed[-16:]
    if len(sealed) < 16 or tag(key, nonce, context, text) != stated:
        return None
    return chacha(key, nonce, text)
