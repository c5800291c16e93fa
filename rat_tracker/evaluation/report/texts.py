"""Figures as a reader sees them."""

from __future__ import annotations

import math

NONE = '–'  # where there is no figure


def number(value: float, digits: int) -> str:
    """Write a figure with so many digits after the point; a dash where there is none."""
    return f'{value:.{digits}f}' if math.isfinite(value) else NONE


def counted(count: int, singular: str, plural: str | None = None) -> str:
    """Write ``1 frame`` or ``2 frames``, with a thin gap between thousands."""
    noun = singular if count == 1 else plural or f'{singular}s'
    return f'{count:,} {noun}'.replace(',', '\N{NARROW NO-BREAK SPACE}')
