"""Numbers as a reader sees them."""

from __future__ import annotations

import math

NONE = '–'  # where there is no number


def number(value: float, digits: int) -> str:
    """Write a number with so many digits after the point; a dash where there is none."""
    return f'{value:.{digits}f}' if math.isfinite(value) else NONE


def counted(count: int, noun: str) -> str:
    """Write ``1 frame`` or ``2 frames``, with a thin gap between thousands."""
    number = f'{count:,}'.replace(',', '\N{NARROW NO-BREAK SPACE}')
    return f'{number} {noun}' + 's' * (count != 1)
