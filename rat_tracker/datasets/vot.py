"""VOT: ``<name>/groundtruth.txt``, and images in ``<name>`` or in ``<name>/color``.

A file ``sequence`` may say that the images are elsewhere (``channels.color=color/%08d.jpg``). A
line of the truth is a rectangle x,y,width,height or the corners x,y,x,y,... of a polygon. The
numbers are taken as they are, as vot-toolkit 0.7.4 takes them: column 0 is the image's first one.
To the toolkit a corner is a pixel and belongs to the polygon (``vot.region.raster``), and the box
around a polygon reaches from its smallest to its largest corner (``Polygon.convert``), one pixel
less than the pixels that it covers. ``Sequence.polygons`` are the corners and ``boxes`` are those
boxes; a rectangle among polygons is the polygon that covers the same pixels.

NaN or a code in place of a region says that there is none: long-term sequences write so where the
target is not to be seen. The frame does not count, as in the toolkit. ``*.tag`` and ``*.label``
have 0 or 1 for each frame, and may leave out the last ones.
"""

from __future__ import annotations

from dataclasses import replace
import math
from pathlib import Path

import numpy as np

from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import find_images
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.folders import require_match
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.sequence import Polygon
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.datasets.text import Line
from rat_tracker.datasets.text import read_lines
from rat_tracker.datasets.text import read_properties

_TRUTH = 'groundtruth.txt'
_FORM = 'a region; write x,y,width,height or the corners of a polygon'
_NOWHERE = np.empty((0, 2))


def recognises(folder: Path) -> bool:
    """Return whether a folder is a sequence in this layout, or at least in no other one."""
    return is_file(folder / _TRUTH)


def load(folder: Path, name: str) -> Sequence:
    """Read a sequence.

    :raises DatasetError: something is not as it should be
    """
    regions = [_read_region(line) for line in read_lines(folder / _TRUTH)]
    images = find_images(_image_folder(folder))
    boxes = np.array([_box(region) for region in regions]).reshape(-1, 4)
    require_match(images, boxes, folder / _TRUTH)
    known = shows_target(boxes)
    sequence = Sequence(
        name, ImageFiles(images), boxes, origin=0.0, attributes=_attributes(folder),
        counted=None if known.all() else known, absent=None if known.all() else ~known)
    if all(isinstance(region, tuple) for region in regions):
        return sequence
    return replace(sequence, polygons=tuple(_polygon(region) for region in regions))


def _read_region(line: Line) -> tuple[float, ...] | Polygon:
    """Return a rectangle's four numbers or a polygon's corners."""
    if line.text.startswith('m'):
        raise DatasetError(
            f'{line.path}, line {line.number} is a mask; only rectangles and polygons are read: '
            "write the box around each mask, or take a year's data set up to VOT2019")
    values = line.pixels(_FORM)
    if len(values) == 1 or any(math.isnan(value) for value in values):
        return (math.nan,) * 4
    if len(values) == 4:
        line.require_size(*values[2:])
        return values
    if len(values) < 6 or len(values) % 2:
        raise line.error(f'is not {_FORM}')
    return np.array(values).reshape(-1, 2)


def _box(region: tuple[float, ...] | Polygon) -> tuple[float, ...]:
    if isinstance(region, tuple):
        return region
    corner = region.min(axis=0)
    return *corner, *(region.max(axis=0) - corner)


def _polygon(region: tuple[float, ...] | Polygon) -> Polygon:
    if not isinstance(region, tuple):
        return region
    left, top, width, height = region
    if math.isnan(left):
        return _NOWHERE
    right, bottom = left + width - 1, top + height - 1
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)])


def _image_folder(folder: Path) -> Path:
    if is_file(folder / 'sequence'):
        pattern = read_properties(folder / 'sequence', '=').get('channels.color', '')
        if pattern:
            images = folder / pattern.replace('\\', '/')
            return images.parent if images.suffix else images
    return folder / 'color' if is_folder(folder / 'color') else folder


def _attributes(folder: Path) -> tuple[str, ...]:
    """Return the names of the tags that any frame has."""
    files = [path for path in contents(folder) if path.suffix in ('.tag', '.label')]
    return tuple(path.stem for path in files if any(
        line.text == '1' for line in read_lines(path)))
