"""A reader of the paper finds each equation at one place, and all parameters in one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import Field
from dataclasses import fields
from dataclasses import is_dataclass
from pathlib import Path
import re
from typing import Any

import pytest

import rat_tracker
from rat_tracker.trackers.rat.parameters import RatParameters

PACKAGE = Path(rat_tracker.__file__).parent
SOURCES = re.compile(
    r'[Pp]aper|accuracy\.md|performance\.md|`rat_tracker (calibrate|states)|by hand')


def test_every_equation_stands_once() -> None:
    """Where it is computed, or where it is said why it does not exist here."""
    files = [*(PACKAGE / 'trackers' / 'rat').glob('*.py'), *(PACKAGE / 'online').glob('*.py')]
    numbers = [int(number) for file in files
               for number in re.findall(r'\beqs?\. ?(\d+)', file.read_text(encoding='utf-8'))]

    assert sorted(numbers) == list(range(1, 11))


def parameters(part: Any, prefix: str = '') -> Iterator[tuple[str, Field[Any]]]:
    for item in fields(part):
        value = getattr(part, item.name)
        if is_dataclass(value):
            yield from parameters(value, f'{prefix}{item.name}.')
        else:
            yield prefix + item.name, item


@pytest.mark.parametrize(('name', 'item'), parameters(RatParameters()))
def test_every_parameter_says_where_its_value_comes_from(name: str, item: Field[Any]) -> None:
    assert SOURCES.search(item.metadata['description']), name


def test_every_number_has_its_range_beside_it_or_the_network_s() -> None:
    without = {name for name, item in parameters(RatParameters())
               if item.metadata['between'] is None}

    assert without == {'layers', 'channels', 'ranking_channels'}
