"""Parameters, everything about which is stated once, beside the field of the dataclass they are.

A dataclass that calls ``require_ranges`` is checked where it is made, so that a mistake is named
there. Nodes rely on ROS instead, which has their parameters' descriptions, units and ranges from
here, too (``rat_tracker.ros.parameters``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from dataclasses import fields
from typing import Any


def parameter(
    default: Any, description: str, *, choices: Iterable[str] = (),
    between: tuple[float, float] | None = None, at_configure: bool = False,
    read_only: bool = False,
) -> Any:
    """Return the field of a parameter.

    :param description: whole sentences, with the unit
    :param between: the lowest and the highest value, both of the parameter's own type
    :param at_configure: a node reads it when it is configured, and it cannot change after
    :param read_only: a node reads it at the start only
    """
    return field(default=default, metadata={
        'description': description, 'choices': tuple(choices), 'between': between,
        'at_configure': at_configure, 'read_only': read_only})


def same_as(kind: type, name: str, *, at_configure: bool = False) -> Any:
    """Return the field of a parameter that is one of another dataclass, too."""
    (item,) = (item for item in fields(kind) if item.name == name)
    return field(default=item.default, metadata={**item.metadata, 'at_configure': at_configure})


def require_ranges(parameters: Any, **ranges: tuple[float, float]) -> None:
    """Check the numbers of a dataclass of parameters.

    :param ranges: ``name=(lowest, highest)`` for what is not in the field itself
    :raises ValueError: one lies outside its range, or is not a number
    """
    own = {item.name: item.metadata['between'] for item in fields(parameters)
           if item.metadata.get('between') is not None}
    for name, (lowest, highest) in (own | ranges).items():
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
