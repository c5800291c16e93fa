"""A table as text: what is in each cell, and which of them is best."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence as List
from dataclasses import dataclass
import math

from rat_tracker.evaluation.report.plotting import PlotStyle
from rat_tracker.evaluation.report.texts import number

Best = Callable[[Iterable[float]], float]  # ``max`` or ``min``


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a column; trackers have a style."""

    text: str
    style: PlotStyle | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a table for a number."""

    text: str
    is_best: bool = False
    is_failed: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table.

    :param note: takes the place of the cells
    :param link: the part of the page that tells more, if there is one
    """

    name: str
    cells: List[Cell]
    note: str = ''
    link: str = ''


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that belong together, under a title or without one."""

    lines: List[Line]
    title: str = ''


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption.

    :param corner: what the lines are about
    """

    caption: str
    corner: str
    columns: List[Heading]
    groups: List[Group]


def headings(styles: Mapping[str, PlotStyle]) -> list[Heading]:
    """Return a column for each tracker."""
    return [Heading(tracker, style) for tracker, style in styles.items()]


def number_cells(
    values: Iterable[float], digits: int, best: Best | None = max,
    comparable: Iterable[bool] | None = None,
) -> list[Cell]:
    """Write numbers; the best one of several is marked, and so is what reads the same.

    :param best: picks the best; None where none is better than another
    :param comparable: whether a value may be the best. None: each may
    """
    values = list(values)
    texts = [number(value, digits) for value in values]
    allowed = [math.isfinite(value) for value in values]
    if comparable is not None:
        allowed = [finite and may for finite, may in zip(allowed, comparable, strict=True)]
    candidates = [value for value, may in zip(values, allowed, strict=True) if may]
    best_text = number(best(candidates), digits) if best and len(candidates) > 1 else None
    return [Cell(text, is_best=may and text == best_text)
            for text, may in zip(texts, allowed, strict=True)]
