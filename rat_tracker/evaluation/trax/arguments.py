"""What stands in TraX messages: regions, and images as paths.

A rectangle is ``left,top,width,height``, a polygon is its corners, ``x,y,x,y,...``. An image is
``file://`` and the path of a file, written as it is.

The protocol does not say where coordinates begin. Its users count from the image's top left
corner: vot-toolkit 0.7.4 takes a rectangle ``0,0,640,480`` to cover a whole image of 640×480
pixels, as ``rat_tracker.geometry`` does. A polygon's box reaches from the least to the greatest
coordinate, which is how the toolkit and the reference library turn a polygon into a rectangle.
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2

from rat_tracker.evaluation.trax.errors import shown
from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image

REGION_FORMATS = ('rectangle', 'polygon')
IMAGE_FORMATS = ('path',)


def parse_region(text: str) -> Box:
    """Return the box around a region, in image pixels with origin 0.

    :raises TraxError: it is neither a rectangle nor a polygon
    """
    try:
        values = [float(part) for part in text.split(',')]
    except ValueError:
        raise TraxError(f'region {shown(text)} is not a list of numbers; give a rectangle or a '
                        'polygon') from None
    if not all(math.isfinite(value) for value in values) or len(values) == 1:
        raise TraxError(f'region {shown(text)} says that there is no target; give a region')
    if len(values) == 4:
        return Box(*values)
    if len(values) >= 6 and len(values) % 2 == 0:
        left, right = min(values[::2]), max(values[::2])
        top, bottom = min(values[1::2]), max(values[1::2])
        return Box(left, top, right - left, bottom - top)
    raise TraxError(f'region {shown(text)} has {len(values)} numbers; a rectangle has 4, a '
                    'polygon an even number from 6 on')


def format_box(box: Box) -> str:
    """Write a rectangle with the digits that single precision, which clients use, can hold."""
    return ','.join(f'{value:.9g}' for value in box.values)


def read_image(text: str) -> Image:
    """Return an image as H×W×3 uint8 BGR.

    :raises TraxError: it cannot be read
    """
    path = Path(text.removeprefix('file://'))
    image = cv2.imread(str(path), cv2.IMREAD_COLOR) if path.is_file() else None
    if image is None:
        fault = 'cannot be read' if path.exists() else 'is not there'
        raise TraxError(f'image {path} {fault}; give the path of a JPEG or PNG file')
    return image  # type: ignore[return-value]
