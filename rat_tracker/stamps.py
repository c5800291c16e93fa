"""Stamps: moments in nanoseconds, and how they are written as seconds."""

from __future__ import annotations

import re

NANOSECONDS = 1_000_000_000  # in a second
LATE = NANOSECONDS // 10  # up to here an older stamp is a late message's, beyond it a new clock's
NEAREST = NANOSECONDS // 20  # clients that keep stamps as floats are off by less than a frame


def seconds_text(stamp: int) -> str:
    """Return a stamp as seconds with all of its digits."""
    return f'{stamp // NANOSECONDS}.{stamp % NANOSECONDS:09d}'


def parse_stamp(text: str) -> int:
    """Read seconds, or seconds.nanoseconds, without a float's rounding.

    :raises ValueError: it is no stamp that a message can hold
    """
    match = re.fullmatch(r'(\d{1,10})(?:\.(\d{1,9}))?', text, re.ASCII)
    if match is None or int(match[1]) >= 2**31:
        raise ValueError(f'{text!r} is not a stamp; write seconds.nanoseconds, all nine digits '
                         'after the point, or fewer for round ones')
    return int(match[1]) * NANOSECONDS + int((match[2] or '').ljust(9, '0'))
