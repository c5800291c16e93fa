"""Tables: ``boxes.csv``, and ``masks.csv`` where there are masks.

``boxes.csv`` has the columns dataset, image, x, y, w, h, label, and may have ``truncated`` or
``sides_touching_border``. The picture is ``images/<dataset>/<image>`` or
``stills/<dataset>/<image>``. ``masks.csv`` has dataset, image, mask, x, y, w, h, label, and may
have ``sides_touching_border``; ``masks/<dataset>/<mask>`` has the picture's size, and what is
white is the object. The top left pixel of a picture is (0, 0).
"""

from __future__ import annotations

from collections.abc import Iterator
import csv
from dataclasses import replace
from pathlib import Path

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.stills.checking import Label
from rat_tracker.datasets.stills.checking import Labelled
from rat_tracker.datasets.stills.checking import number
from rat_tracker.geometry import Box

_BOXES, _MASKS = 'boxes.csv', 'masks.csv'
_COLUMNS = ('dataset', 'image', 'x', 'y', 'w', 'h', 'label')
_SAME = 0.6  # overlap from which on the boxes of both tables are those of one object


def recognises(folder: Path) -> bool:
    """Return whether a folder is in this layout."""
    return is_file(folder / _BOXES)


def read(folder: Path) -> list[Labelled]:
    """Return what the tables say.

    :raises DatasetError: a table cannot be read or lacks a column
    """
    images = next((folder / name for name in ('images', 'stills') if is_folder(folder / name)),
                  folder / 'images')
    pictures: dict[tuple[str, str], Labelled] = {}
    for row in _rows(folder / _BOXES, _COLUMNS):
        key = row['dataset'], row['image']
        if key not in pictures:
            pictures[key] = Labelled(key[0], images / key[0] / key[1], key[1])
        pictures[key].labels.append(Label(_values(row), row['label'], None, _is_truncated(row)))
    if is_file(folder / _MASKS):
        for row in _rows(folder / _MASKS, (*_COLUMNS, 'mask')):
            picture = pictures.get((row['dataset'], row['image']))
            if picture is not None:
                _attach(picture, row, folder / 'masks' / row['dataset'] / row['mask'])
    return list(pictures.values())


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding='utf-8-sig', newline='') as file:
            reader = csv.DictReader(file, restval='')
            missing = [name for name in columns if name not in (reader.fieldnames or ())]
            if missing:
                raise DatasetError(f'{path} has no column {missing[0]}; its first line must name '
                                   f'{",".join(columns)}')
            yield from reader
    except (UnicodeDecodeError, csv.Error):
        raise DatasetError(f'{path} is no table in UTF-8; replace the file') from None
    except OSError as error:
        raise DatasetError(
            f'{path} cannot be read: {error.strerror}; replace the file') from None


def _values(row: dict[str, str]) -> tuple[float, float, float, float]:
    return number(row['x']), number(row['y']), number(row['w']), number(row['h'])


def _is_truncated(row: dict[str, str]) -> bool:
    return any(number(row.get(name) or '0') > 0 for name in ('truncated', 'sides_touching_border'))


def _attach(picture: Labelled, row: dict[str, str], path: Path) -> None:
    """Give a mask to the object whose box overlaps most with its own."""
    box = Box(*_values(row))
    overlaps = [0.0 if label.mask else box.overlap(Box(*label.values)) for label in picture.labels]
    index = max(range(len(overlaps)), key=overlaps.__getitem__)
    if overlaps[index] >= _SAME:
        label = picture.labels[index]
        picture.labels[index] = replace(
            label, mask=path, truncated=label.truncated or _is_truncated(row))
