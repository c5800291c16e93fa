"""Which layout a folder of pictures with boxes is in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.stills import coco
from rat_tracker.datasets.stills import pascal_voc
from rat_tracker.datasets.stills import tables
from rat_tracker.datasets.stills import yolo
from rat_tracker.datasets.stills.checking import check
from rat_tracker.datasets.stills.checking import Labelled
from rat_tracker.datasets.stills.still import Stills

# Each by the files that only it has; YOLO's folders have common names and come last.
_LAYOUTS: tuple[tuple[str, Callable[[Path], bool], Callable[[Path], list[Labelled]]], ...] = (
    ('tables', tables.recognises, tables.read),
    ('COCO', coco.recognises, coco.read),
    ('Pascal VOC', pascal_voc.recognises, pascal_voc.read),
    ('YOLO', yolo.recognises, yolo.read),
)


def holds_stills(folder: Path) -> bool:
    """Return whether a folder is in one of the layouts.

    :raises DatasetError: access to it is denied
    """
    return any(recognises(folder) for _, recognises, _ in _LAYOUTS)


def load_stills(folder: Path) -> Stills:
    """Recognise the layout by the files that are there, and read all but the pictures' pixels.

    What cannot be used is left out; ``Stills.faults`` names it with the reason. All paths are
    absolute.

    :raises DatasetError: the folder is in no known layout, a file of boxes is not what it should
        be, or no picture can be used
    """
    if not is_folder(folder):
        raise DatasetError(f'data set {folder} is no folder; name the one that holds its pictures '
                           'and boxes')
    folder = folder.resolve()
    for name, recognises, read in _LAYOUTS:
        if recognises(folder):
            return check(name, folder, read(folder))
    raise DatasetError(
        f'{folder} holds no pictures with boxes; looked in it for boxes.csv, for '
        'annotations/instances_*.json (COCO), for Annotations and JPEGImages (Pascal VOC) and for '
        'images and labels (YOLO); name the folder that holds them')
