"""Numbers and names in the text files of data sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
import math
from pathlib import Path
import re

import numpy as np
import numpy.typing as npt

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.system.files import is_lfs_pointer
from rat_tracker.system.files import lfs_remedy

FARTHEST = 1e6  # pixels; beyond, arithmetic loses what metrics are made of
THINNEST = 1e-3  # pixels
_SHOWN = 60  # letters of a line, in messages
_SEPARATOR = re.compile(r'\s*,\s*|\s+')


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file: where it is, for messages, and what it says."""

    path: Path
    number: int  # from 1
    text: str

    def numbers(self, form: str) -> tuple[float, ...]:
        """Return the numbers, which stand between commas, tabs or spaces.

        :param form: what the line should be and what to write, for the message
        :raises DatasetError: something else is there, or an infinite number
        """
        try:
            values = tuple(float(part) for part in _SEPARATOR.split(self.text))
        except ValueError:
            raise self.error(f'is not {form}') from None
        if any(math.isinf(value) for value in values):
            raise self.error(f'is not {form}')
        return values

    def pixels(self, form: str) -> tuple[float, ...]:
        """Return the numbers, which are coordinates.

        :raises DatasetError: see ``numbers``; or one is farther off than any image is wide
        """
        values = self.numbers(form)
        if any(abs(value) > FARTHEST for value in values):
            raise self.error('lies more than a million pixels off; correct the line')
        return values

    def require_size(self, width: float, height: float) -> None:
        """Raise if a box is no wider or higher than a mistake in rounding.

        :raises DatasetError: that is so
        """
        if 0 < width < THINNEST or 0 < height < THINNEST:
            raise self.error('is thinner than a thousandth of a pixel; correct the line, or write '
                             '0,0,0,0 for a frame without the target')

    def error(self, fault: str) -> DatasetError:
        text = self.text if len(self.text) <= _SHOWN else f'{self.text[:_SHOWN]}...'
        return DatasetError(f'{self.path}, line {self.number}: {text!r} {fault}')


def read_lines(path: Path) -> list[Line]:
    """Read the lines that are not blank, without the space around them.

    :raises DatasetError: the file cannot be read or is not text in UTF-8
    """
    try:
        text = path.read_text(encoding='utf-8-sig')
    except UnicodeDecodeError:
        text = '\0'
    except OSError as error:
        raise DatasetError(
            f'{path} cannot be read: {error.strerror}; replace the file') from None
    if '\0' in text:  # as in the UTF-16 that editors of Windows write
        raise DatasetError(f'{path} is not text in UTF-8; save it in UTF-8 or replace it')
    if is_lfs_pointer(text.encode()):
        raise DatasetError(f'{path} cannot be read: {lfs_remedy(path)}')
    stripped = (line.strip() for line in text.splitlines())
    return [Line(path, number, line) for number, line in enumerate(stripped, 1) if line]


def read_boxes(path: Path, origin: float, lenient: bool = False) -> Boxes:
    """Read x, y, width, height in each line; NaN where a line says that there is no box.

    :param origin: coordinates of the image's first pixel in the file
    :param lenient: whether NaN and any width or height of zero say so, as benchmarks write them,
        or 0,0,0,0 only
    :raises DatasetError: a line is something else
    """
    rows = list(_rows(path, lenient))
    boxes = np.array(rows, np.float64).reshape(-1, 4) - (origin, origin, 0, 0)
    boxes[~shows_target(boxes)] = np.nan
    return boxes


def _rows(path: Path, lenient: bool) -> Iterator[tuple[float, ...]]:
    form = 'a box; write x,y,width,height'
    for line in read_lines(path):
        values = line.pixels(form)
        if len(values) != 4:
            raise line.error(f'is not {form}')
        line.require_size(*values[2:])
        if not lenient and any(math.isnan(value) for value in values):
            raise line.error('is no number; write 0,0,0,0 for a frame without the target')
        if not lenient and any(values) and min(values[2:]) <= 0:
            raise line.error('has no area; write 0,0,0,0 for a frame without the target')
        yield values


def read_flags(path: Path, count: int) -> npt.NDArray[np.int64]:
    """Read a whole number for each frame, in lines of their own or with commas between them.

    :raises DatasetError: there are more or fewer, or something else
    """
    values: list[float] = []
    for line in read_lines(path):
        values.extend(line.numbers('a row of whole numbers; write one for each frame'))
    flags = np.array(values)
    if len(flags) != count or not (flags == np.floor(flags)).all():
        raise DatasetError(f'{path} holds {len(flags)} numbers for {count} frames; there must be '
                           'one whole number for each frame')
    return flags.astype(np.int64)


def read_properties(path: Path, separator: str) -> dict[str, str]:
    """Read lines of a name, a separator and a value; other lines are passed over.

    :raises DatasetError: the file cannot be read
    """
    parts = (line.text.partition(separator) for line in read_lines(path))
    return {name.strip(): value.strip() for name, found, value in parts if found}
