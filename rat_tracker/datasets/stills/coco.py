"""COCO: ``annotations/instances_<split>.json``, or ``_annotations.coco.json`` beside the pictures.

The pictures of a split lie in ``<split>/``, ``images/<split>/`` or ``images/``. Boxes are x, y,
width, height, and the top left corner of a picture is (0, 0). Polygons of ``segmentation`` are
masks; regions in run-length code are crowds, and what ``iscrowd`` marks is no object: left out.
"""

from __future__ import annotations

from collections.abc import Iterable
import json
import math
from pathlib import Path
from typing import Any

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import is_file
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.stills.checking import Label
from rat_tracker.datasets.stills.checking import Labelled
from rat_tracker.datasets.stills.still import Outline

_BESIDE = '_annotations.coco.json'
_PREFIX = 'instances_'


def recognises(folder: Path) -> bool:
    """Return whether a folder is in this layout."""
    return bool(_files(folder))


def read(folder: Path) -> list[Labelled]:
    """Return what the files of annotations say.

    :raises DatasetError: one of them is not what it should be
    """
    pictures: list[Labelled] = []
    for path in _files(folder):
        try:
            content = json.loads(path.read_bytes())
            pictures += _pictures(folder, path, content)
        except OSError as error:
            raise DatasetError(
                f'{path} cannot be read: {error.strerror}; replace the file') from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DatasetError(f'{path} is no file of COCO annotations (images, annotations, '
                               'categories); replace or remove it') from None
    return pictures


def _files(folder: Path) -> list[Path]:
    found = [folder / _BESIDE] if is_file(folder / _BESIDE) else []
    if is_folder(folder / 'annotations'):
        found += [path for path in contents(folder / 'annotations')
                  if path.name.startswith(_PREFIX) and path.suffix == '.json']
    return found


def _pictures(folder: Path, path: Path, content: Any) -> Iterable[Labelled]:
    split = path.stem.removeprefix(_PREFIX)
    places = (folder / split, folder / 'images' / split, folder / 'images')
    images = folder if path.name == _BESIDE else next(filter(is_folder, places), places[-1])
    names = {category['id']: str(category['name']) for category in content['categories']}
    pictures = {image['id']: Labelled(folder.name, images / image['file_name'],
                                      str(image['file_name'])) for image in content['images']}
    for annotation in content['annotations']:
        if annotation.get('iscrowd') or annotation['image_id'] not in pictures:
            continue
        box = tuple(map(_number, annotation['bbox']))
        left, top, width, height = box if len(box) == 4 else (math.nan,) * 4
        pictures[annotation['image_id']].labels.append(Label(
            (left, top, width, height), names.get(annotation['category_id'], ''),
            _outline(annotation.get('segmentation'))))
    # Most collections have pictures without any object; that is no fault of theirs.
    return [picture for picture in pictures.values() if picture.labels]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else math.nan


def _outline(segmentation: object) -> Outline | None:
    """Return the polygons with more corners than a box has, which would say nothing new."""
    if not isinstance(segmentation, list):
        return None
    polygons = tuple(tuple(map(float, polygon)) for polygon in segmentation)
    whole = all(len(polygon) % 2 == 0 and len(polygon) >= 6 for polygon in polygons)
    return polygons if whole and any(len(polygon) > 8 for polygon in polygons) else None
