"""Ranges of parameters, checked where they are made, so that a mistake is named there."""

from __future__ import annotations


def require_ranges(parameters: object, **ranges: tuple[float, float]) -> None:
    """Check numeric attributes against ``name=(lowest, highest)``.

    :raises ValueError: one lies outside its range, or is not a number
    """
    for name, (lowest, highest) in ranges.items():
        value = getattr(parameters, name)
        if not lowest <= value <= highest:
            raise ValueError(
                f'{name} is {value:g}; it must be at least {lowest:g} and at most {highest:g}')


def require_odd(parameters: object, name: str) -> None:
    """Check that a whole number is odd.

    :raises ValueError: it is even
    """
    value = getattr(parameters, name)
    if value % 2 == 0:
        raise ValueError(f'{name} is {value}; it must be odd, so that there is a middle')
