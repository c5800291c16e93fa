"""Parameters of a tracker, chosen in its name."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from itertools import permutations

import pytest

from rat_tracker.trackers import create_tracker
from rat_tracker.trackers import tracker_parameters
from rat_tracker.trackers.options import with_options
from rat_tracker.trackers.rat.parameters import RatParameters


@dataclass(frozen=True)
class Part:
    count: int = 3
    rate: float = 0.5


@dataclass(frozen=True)
class Whole:
    quick: bool = False
    name: str = 'plain'
    layers: tuple[str, ...] = ('fine', 'deep')
    part: Part = field(default_factory=Part)


def test_without_options_nothing_changes() -> None:
    assert with_options(Whole(), '') == Whole()


@pytest.mark.parametrize(('options', 'expected'), [
    ('quick=true', Whole(quick=True)),
    ('quick=false', Whole()),
    ('name=other', Whole(name='other')),
    ('layers=deep', Whole(layers=('deep',))),
    ('layers=a+b+c', Whole(layers=('a', 'b', 'c'))),
    ('part.count=5', Whole(part=Part(count=5))),
    ('part.rate=1e-3:part.count=-1:quick=true', Whole(quick=True, part=Part(-1, 0.001))),
    ('part.rate=2', Whole(part=Part(rate=2.0))),
])
def test_value_is_read_by_the_parameter_s_type(options: str, expected: Whole) -> None:
    changed = with_options(Whole(), options)

    assert changed == expected
    assert type(changed.part.rate) is float


@pytest.mark.parametrize(('options', 'message'), [
    ('quik=true', r"unknown option 'quik'; choose from: quick, name, layers, part\.count, "
                  r'part\.rate'),
    ('part.cont=1', r"unknown option 'part\.cont'"),
    ('part=1', "unknown option 'part'"),
    ('part.count.more=1', 'unknown option'),
    ('__class__=1', 'unknown option'),
    ('quick', r"'quick' is not an option; write key=value"),
    ('quick=yes', "option quick takes true or false, not 'yes'"),
    ('part.count=1.5', r"option part\.count takes a whole number, not '1\.5'"),
    ('part.rate=fast', r"option part\.rate takes a number, not 'fast'"),
    ('part.rate=nan', r"option part\.rate takes a number, not 'nan'"),
    ('part.rate=', r"option part\.rate takes a number, not ''"),
])
def test_what_is_wrong_is_named_in_one_line(options: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as failure:
        with_options(Whole(), options)
    assert '\n' not in str(failure.value)


@dataclass(frozen=True)
class Range:
    lowest: int = 1
    highest: int = 2

    def __post_init__(self) -> None:
        if self.lowest >= self.highest:
            raise ValueError(f'{self.lowest} is not below {self.highest}')


@dataclass(frozen=True)
class Ranges:
    range: Range = field(default_factory=Range)
    name: str = 'plain'

    def __post_init__(self) -> None:
        if (self.name == 'far') != (self.range.lowest > 5):
            raise ValueError(f'{self.name} does not fit {self.range.lowest}')


@pytest.mark.parametrize(
    'options', permutations(['range.lowest=7', 'range.highest=9', 'name=far']))
def test_values_that_fit_only_together_may_come_in_any_order(options: tuple[str, ...]) -> None:
    assert with_options(Ranges(), ':'.join(options)) == Ranges(Range(7, 9), 'far')


def test_values_that_do_not_fit_each_other_are_refused() -> None:
    with pytest.raises(ValueError, match='4 is not below 3'):
        with_options(Ranges(), 'range.lowest=4:range.highest=3')


def test_every_parameter_of_rat_can_be_chosen() -> None:
    """A parameter of a type that options cannot read would be found by nobody else."""
    with pytest.raises(ValueError, match='unknown option') as failure:
        with_options(RatParameters(), 'none=0')
    keys = str(failure.value).partition('choose from: ')[2].split(', ')

    assert 'filters.grid' in keys
    for key in keys:
        value: object = RatParameters()
        for name in key.split('.'):
            value = getattr(value, name)
        text = '+'.join(value) if isinstance(value, tuple) else str(value).lower()
        assert with_options(RatParameters(), f'{key}={text}') == RatParameters(), key


def test_tracker_s_name_carries_its_options() -> None:
    default = tracker_parameters('rat')

    assert default == RatParameters()
    assert tracker_parameters('rat:attention_gain=0:filters.grid=1') == replace(
        default, attention_gain=0.0, filters=replace(default.filters, grid=1))


def test_unknown_tracker_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown tracker 'cat:window=1'; choose one of: rat"):
        create_tracker('cat:window=1')
