"""YOLO: ``images/`` and ``labels/``, with one text in the latter for each picture in the former.

A line is class, centre x, centre y, width, height, or class and the corners of a polygon: x, y,
x, y, ... All are fractions of the picture's width and height. Folders within both are alike
(``images/train/a.jpg``, ``labels/train/a.txt``); ``classes.txt`` may name the classes.
"""

from __future__ import annotations

from collections.abc import Iterator
import math
from pathlib import Path

from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import IMAGE_SUFFIXES
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.stills.checking import Label
from rat_tracker.datasets.stills.checking import Labelled
from rat_tracker.datasets.stills.checking import number
from rat_tracker.datasets.text import read_lines

_IMAGES, _LABELS, _CLASSES = 'images', 'labels', 'classes.txt'
_NOWHERE = (math.nan,) * 4


def recognises(folder: Path) -> bool:
    """Return whether a folder is in this layout."""
    return is_folder(folder / _IMAGES) and is_folder(folder / _LABELS)


def read(folder: Path) -> list[Labelled]:
    """Return what the texts say; a picture without a text, or with an empty one, has no object.

    :raises rat_tracker.datasets.DatasetError: a text cannot be read
    """
    names = [line.text for line in read_lines(folder / _CLASSES)] if is_file(
        folder / _CLASSES) else []
    pictures = []
    for path in _images(folder / _IMAGES):
        within = path.relative_to(folder / _IMAGES)
        text = (folder / _LABELS / within).with_suffix('.txt')
        labels = [_label(line.text.split(), names) for line in read_lines(text)] if is_file(
            text) else []
        if labels:
            pictures.append(Labelled(folder.name, path, within.as_posix(), labels, relative=True))
    return pictures


def _images(folder: Path) -> Iterator[Path]:
    for path in contents(folder):
        if is_folder(path):
            yield from _images(path)
        elif path.suffix.lower() in IMAGE_SUFFIXES:
            yield path


def _label(parts: list[str], names: list[str]) -> Label:
    kind, *values = map(number, parts)
    name = names[int(kind)] if 0 <= kind < len(names) else parts[0]
    if len(values) == 4:
        x, y, width, height = values
        return Label((x - width / 2, y - height / 2, width, height), name)
    if len(values) < 6 or len(values) % 2:
        return Label(_NOWHERE, name)
    left, top = min(values[::2]), min(values[1::2])
    box = left, top, max(values[::2]) - left, max(values[1::2]) - top
    return Label(box, name, (tuple(values),))
