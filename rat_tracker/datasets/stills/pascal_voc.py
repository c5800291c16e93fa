"""Pascal VOC: ``Annotations/*.xml`` and ``JPEGImages/``.

A ``bndbox`` is xmin, ymin, xmax, ymax: its first and last pixel, and the top left pixel of a
picture is (1, 1), as the development kit has it.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.folders import contents
from rat_tracker.datasets.folders import is_folder
from rat_tracker.datasets.stills.checking import Label
from rat_tracker.datasets.stills.checking import Labelled
from rat_tracker.datasets.stills.checking import number

_CORNERS = ('xmin', 'ymin', 'xmax', 'ymax')


def recognises(folder: Path) -> bool:
    """Return whether a folder is in this layout."""
    return is_folder(folder / 'Annotations') and is_folder(folder / 'JPEGImages')


def read(folder: Path) -> list[Labelled]:
    """Return what the files of annotations say.

    :raises DatasetError: one of them is no XML or names no picture
    """
    return [_picture(folder, path) for path in contents(folder / 'Annotations')
            if path.suffix == '.xml']


def _picture(folder: Path, path: Path) -> Labelled:
    try:
        root = ElementTree.fromstring(path.read_bytes())
    except OSError as error:
        raise DatasetError(
            f'{path} cannot be read: {error.strerror}; replace the file') from None
    except ElementTree.ParseError as error:
        raise DatasetError(f'{path} is no XML ({error}); replace or remove it') from None
    name = root.findtext('filename', '').strip()
    if not name:
        raise DatasetError(f'{path} names no picture; write its filename or remove the file')
    labels = [_label(element) for element in root.iter('object')]
    return Labelled(folder.name, folder / 'JPEGImages' / name, name, labels)


def _label(element: ElementTree.Element) -> Label:
    left, top, right, bottom = (
        number(element.findtext(f'bndbox/{corner}', '')) for corner in _CORNERS)
    return Label((left - 1, top - 1, right - left + 1, bottom - top + 1),
                 element.findtext('name', '').strip(), None,
                 element.findtext('truncated', '0').strip() == '1')
