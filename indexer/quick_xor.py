"""quickXorHash: the checksum that OneDrive and SharePoint give of a file's content."""

import base64
from collections.abc import Iterable

_BITS, _SHIFT = 160, 11
_MASK = (1 << _BITS) - 1


def quick_xor_hash(parts: Iterable[bytes]) -> str:
    """The hash of the parts joined, in base64 as Graph gives it.

    Byte n is turned by 11 * n bits in a ring of 160, so that bytes 160 apart meet at the same place: they are joined
    first, 160 at a time.

    >>> quick_xor_hash([b"J"])
    'SgAAAAAAAAAAAAAAAQAAAAAAAAA='
    """
    columns, length, rest = 0, 0, b""
    for part in parts:
        length += len(part)
        data = rest + part
        whole = len(data) - len(data) % _BITS
        columns ^= _joined(data[:whole])
        rest = data[whole:]
    columns ^= _joined(rest)
    ring = 0
    for place, byte in enumerate(columns.to_bytes(_BITS, "little")):
        turned = byte << place * _SHIFT % _BITS
        ring ^= turned & _MASK ^ turned >> _BITS
    ring ^= length << _BITS - 64
    return base64.b64encode((ring & _MASK).to_bytes(_BITS // 8, "little")).decode("ascii")


def _joined(data: bytes) -> int:
    """All rows of 160 bytes in one: halves are joined until one row is left, which takes a few large operations."""
    rows = -(-len(data) // _BITS)
    value = int.from_bytes(data, "little")
    while rows > 1:
        half = -(-rows // 2)
        bits = half * _BITS * 8
        value = (value >> bits) ^ (value & ((1 << bits) - 1))
        rows = half
    return value
