"""The difficulties of a sequence that files in its folder name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
import re

from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.text import read_lines
from rat_tracker.datasets.text import read_properties

_LISTS = ('attributes.txt', 'attrs.txt')
_NOTES = 'SOURCE.txt'
_REMARK = re.compile(r'\([^)]*\)')


def read_attributes(folder: Path) -> tuple[str, ...]:
    """Return the attributes that a sequence's folder names; none if it names none.

    They stand in ``attributes.txt`` or ``attrs.txt``, with commas or line ends between them, or
    in a line ``attributes: ...`` of ``SOURCE.txt``. What is in parentheses is a remark.

    :raises rat_tracker.datasets.DatasetError: a file cannot be read
    """
    for name in _LISTS:
        if is_file(folder / name):
            return _split(line.text for line in read_lines(folder / name))
    if is_file(folder / _NOTES):
        return _split([read_properties(folder / _NOTES, ':').get('attributes', '')])
    return ()


def _split(texts: Iterable[str]) -> tuple[str, ...]:
    names = (name.strip() for text in texts for name in _REMARK.sub('', text).split(','))
    return tuple(dict.fromkeys(filter(None, names)))
