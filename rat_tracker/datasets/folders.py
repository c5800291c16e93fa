"""The folders and images of a data set."""

from __future__ import annotations

import errno
from pathlib import Path
import re
import stat

from rat_tracker.datasets.boxes import Boxes
from rat_tracker.datasets.boxes import shows_target
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.system.files import is_leftover
from rat_tracker.video import natural_order

_IMAGE_KINDS = (('.jpg', '.jpeg'), ('.png',), ('.bmp',))
IMAGE_SUFFIXES = tuple(suffix for kind in _IMAGE_KINDS for suffix in kind)


def contents(folder: Path) -> list[Path]:
    """Return what is in a folder, numbers in names counted as numbers.

    Hidden files, and what operating systems leave behind, are not.

    :raises DatasetError: it cannot be read
    """
    try:
        return sorted(
            (path for path in folder.iterdir() if not is_leftover(path)),
            key=natural_order)
    except OSError as error:
        raise DatasetError(
            f'folder {folder} cannot be read: {error.strerror}; make it a readable folder'
        ) from None


def is_file(path: Path) -> bool:
    """Return whether there is a file.

    :raises DatasetError: access is denied
    """
    return stat.S_ISREG(_mode(path))


def is_folder(path: Path) -> bool:
    """Return whether there is a folder.

    :raises DatasetError: access is denied
    """
    return stat.S_ISDIR(_mode(path))


def _mode(path: Path) -> int:
    """Return what kind of thing there is, 0 for nothing."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        if error.errno == errno.ELOOP:
            return 0
        raise DatasetError(
            f'{path} cannot be looked at: {error.strerror}; make its folder accessible or name '
            'another data set') from None


def find_images(folder: Path) -> tuple[Path, ...]:
    """Return the images of a folder in order.

    Of JPEG, PNG and BMP only the first kind that is there is taken: masks or plots may lie beside
    the frames.

    :raises DatasetError: there is none
    """
    if is_folder(folder):
        files = contents(folder)
        for kind in _IMAGE_KINDS:
            images = tuple(path for path in files if path.suffix.lower() in kind)
            if images:
                return images
    raise DatasetError(f'{folder} holds no image (.jpg, .png, .bmp); put the frames there')


def image_number(path: Path) -> int | None:
    """Return the number in an image's name, the last one if there are several."""
    numbers = re.findall(r'\d+', path.stem)
    return int(numbers[-1]) if numbers else None


def choose_images(images: tuple[Path, ...], first: int, last: int) -> tuple[Path, ...]:
    """Return the images that have a number from first to last."""
    numbers = ((path, image_number(path)) for path in images)
    return tuple(
        path for path, number in numbers if number is not None and first <= number <= last)


def require_match(images: tuple[Path, ...], boxes: Boxes, truth: Path) -> None:
    """Raise unless there is one box for each image, and a first one.

    :raises DatasetError: that is so
    """
    if len(boxes) != len(images):
        where = images[0].parent if images else truth.parent
        raise DatasetError(
            f'{truth} has {len(boxes)} boxes for {len(images)} images in {where}; there must be '
            'one box for each image')
    require_first_box(boxes, truth)


def require_first_box(boxes: Boxes, truth: Path) -> None:
    """Raise unless the first row is a box.

    :raises DatasetError: that is so
    """
    if not shows_target(boxes[:1]).any():
        raise DatasetError(
            f'{truth}, line 1: there is no box to start with; remove the frames before the '
            'target appears')
