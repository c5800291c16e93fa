"""RVL written number by number, after the paper; the oracle of the decoder."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
import struct


class _Nibbles:
    def __init__(self) -> None:
        self.words = bytearray()
        self._word = self._count = 0

    def write(self, number: int) -> None:
        """Write three bits at a time, and whether more follow."""
        while True:
            more = number >> 3
            self._word = self._word << 4 | number & 7 | (8 if more else 0)
            self._count += 1
            if self._count == 8:
                self.words += struct.pack('<I', self._word)
                self._word = self._count = 0
            if not more:
                return
            number = more

    def end(self) -> bytes:
        while self._count:
            self.write(0)
        return bytes(self.words)


def encode_rvl(values: Iterable[int]) -> bytes:
    """Return 16-bit values as RVL."""
    out, previous, zeros = _Nibbles(), 0, 0
    for is_value, items in groupby(values, bool):
        run = list(items)
        if not is_value:
            zeros = len(run)
            continue
        out.write(zeros)
        out.write(len(run))
        for value in run:
            difference = value - previous
            out.write(2 * difference if difference >= 0 else -2 * difference - 1)
            previous = value
        zeros = 0
    if zeros:
        out.write(zeros)
        out.write(0)
    return out.end()
