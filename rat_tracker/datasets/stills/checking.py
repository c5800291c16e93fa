"""From what the files of a layout say to pictures that can be used, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
import math
from pathlib import Path

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from rat_tracker.datasets.dataset import Fault
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.stills.still import Outline
from rat_tracker.datasets.stills.still import Still
from rat_tracker.datasets.stills.still import StillObject
from rat_tracker.datasets.stills.still import Stills
from rat_tracker.geometry import Box
from rat_tracker.system.files import is_lfs_pointer
from rat_tracker.system.files import lfs_remedy
from rat_tracker.system.files import start_of

_ROUNDING = 1.0  # pixels by which a box may reach over the edge without being called clipped


@dataclass(frozen=True, slots=True)
class Label:
    """What a file says of an object; nothing is checked yet.

    :param values: left, top, width, height; NaN for what is no number
    :param name: of its kind
    """

    values: tuple[float, float, float, float]
    name: str
    mask: Path | Outline | None = None
    truncated: bool = False


@dataclass(slots=True)
class Labelled:
    """What files say of a picture.

    :param relative: whether coordinates are fractions of the picture's size
    """

    group: str
    path: Path
    name: str
    labels: list[Label] = field(default_factory=list)
    relative: bool = False


def check(layout: str, folder: Path, pictures: Iterable[Labelled]) -> Stills:
    """Return the pictures that can be used.

    A picture that cannot be read, or has no usable box, is a fault; so are boxes that are empty,
    not finite or outside. Boxes that reach over the edge end there.

    :raises DatasetError: there is no usable picture
    """
    stills: list[Still] = []
    faults: list[Fault] = []
    left_out = clipped = 0
    for picture in pictures:
        try:
            width, height = image_size(picture.path)
        except DatasetError as error:
            faults.append(Fault(picture.name, str(error)))
            continue
        objects: list[StillObject] = []
        wrong: list[str] = []
        for label in (_in_pixels(label, width, height) if picture.relative else label
                      for label in picture.labels):
            box = _clip(label.values, width, height)
            if isinstance(box, str):
                wrong.append(box)
                continue
            clipped += _is_cut(label.values, box)
            objects.append(StillObject(box, label.name, label.mask, label.truncated))
        if wrong:
            faults.append(Fault(picture.name, f'{picture.path}: {len(wrong)} of '
                                f'{len(picture.labels)} boxes were left out, the first because it '
                                f'{wrong[0]}; correct or remove them'))
        elif not objects:
            faults.append(Fault(picture.name, f'{picture.path} has no box; write one, or remove '
                                              'the picture from the list'))
        if objects:
            left_out += len(wrong)
            stills.append(Still(picture.group, picture.name, picture.path, width, height,
                                tuple(objects)))
    if stills:
        return Stills(layout, stills, faults, left_out, clipped)
    if faults:
        others = f' (and {len(faults) - 1} more cannot be used)' if len(faults) > 1 else ''
        raise DatasetError(f'{faults[0].reason}{others}')
    raise DatasetError(f'{folder} names no picture; write boxes of some, or name another folder')


def image_size(path: Path) -> tuple[int, int]:
    """Return width and height of a picture by its header; its pixels are not read.

    :raises DatasetError: there is no such file, or no picture in it
    """
    try:
        with Pillow.open(path) as picture:
            return picture.size
    except (UnidentifiedImageError, Pillow.DecompressionBombError):
        if is_lfs_pointer(start_of(path)):
            raise DatasetError(f'image {path} cannot be read: {lfs_remedy(path)}') from None
        raise DatasetError(f'image {path} is no picture that can be read; replace the file'
                           ) from None
    except OSError as error:
        raise DatasetError(f'image {path} cannot be read: {error.strerror or error}; put it there '
                           'or remove its boxes') from None


def number(text: str) -> float:
    """Return a number; NaN for what is none."""
    try:
        return float(text)
    except ValueError:
        return math.nan


def _in_pixels(label: Label, width: int, height: int) -> Label:
    left, top, across, down = label.values
    mask = label.mask
    if isinstance(mask, tuple):
        mask = tuple(tuple(value * (height if index % 2 else width)
                           for index, value in enumerate(polygon)) for polygon in mask)
    return Label((left * width, top * height, across * width, down * height), label.name, mask,
                 label.truncated)


def _clip(values: tuple[float, ...], width: int, height: int) -> Box | str:
    """Return the part of a box that lies in the picture, or what is wrong with it."""
    left, top, across, down = values
    if not all(map(math.isfinite, values)):
        return 'is not four numbers'
    if across <= 0 or down <= 0:
        return f'is empty ({left:g},{top:g},{across:g},{down:g})'
    right, bottom = min(left + across, width), min(top + down, height)
    left, top = max(left, 0.0), max(top, 0.0)
    if right - left < 1 or bottom - top < 1:
        return (f'lies outside of the {width}x{height} picture, or shows less than a pixel '
                f'({",".join(f"{value:g}" for value in values)})')
    return Box(left, top, right - left, bottom - top)


def _is_cut(values: tuple[float, ...], box: Box) -> bool:
    left, top, across, down = values
    return max(box.x - left, box.y - top, left + across - box.x - box.width,
               top + down - box.y - box.height) > _ROUNDING
