"""What is packed in an item of the table, laid open for tests that look for traces of somebody."""

from __future__ import annotations

import zlib


def unpacked(value):
    """A value as it is, packed rows of a sheet as text with every number that may be in them."""
    if not isinstance(value, bytes):
        return value
    for packed in (value, value[1:]):
        try:
            plain = zlib.decompress(packed)
        except zlib.error:
            continue
        numbers = [int.from_bytes(plain[at : at + 8]) for at in range(len(plain) % 9 or 0, len(plain) - 7)]
        return f"{plain!r} {numbers}"
    raise AssertionError(value)
