"""Images as TraX writes them.

A file is ``file://`` and its path; pixels are ``image:width;height;format;`` and their bytes in
Base64, where the format is ``rgb``, ``gray8`` or ``gray16``; a JPEG or PNG file is
``data:image/jpeg;`` and its bytes in Base64.
"""

from __future__ import annotations

from base64 import b64decode
from pathlib import Path
import re
from urllib.parse import unquote

import cv2
import numpy as np

from rat_tracker.evaluation.trax.errors import shown
from rat_tracker.evaluation.trax.errors import TraxError
from rat_tracker.geometry import Image

# The reference library's names; the specification calls the last one `data`.
FORMATS = ('path', 'memory', 'buffer')

_SCHEME = re.compile(r'[a-z+.-]{2,16}(?=:)')
_PIXELS = re.compile(r'image:(\d{1,6});(\d{1,6});(\w+);(.*)', re.DOTALL)
# The reference library writes no `base64` before the data, the specification and browsers do.
_FILE = re.compile(r'data:image/\w+;(?:base64[;,])?(.*)', re.DOTALL)
_TYPES = {'rgb': ('u1', 3), 'gray8': ('u1', 1), 'gray16': ('<u2', 1)}


def read_image(text: str) -> Image:
    """Return an image as H×W×3 uint8 BGR.

    :raises TraxError: it cannot be read, or is in a form that is not known
    """
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[0] == 'file':
        return _from_path(re.sub(r'^file:(//)?', '', text))
    if scheme[0] == 'image':
        return _from_pixels(text)
    if scheme[0] == 'data':
        return _from_file_bytes(text)
    raise TraxError(f'image {shown(text)} is of an unknown form {scheme[0]!r}; known are '
                    'file://, image: and data:')


def _from_path(text: str) -> Image:
    path = Path(text)
    if not path.is_file() and '%' in text:
        # The reference library writes a path as it is, others write what a URL may hold.
        path = Path(unquote(text))
    image = cv2.imread(str(path), cv2.IMREAD_COLOR) if path.is_file() else None
    if image is None:
        fault = 'cannot be read' if path.exists() else 'is not there'
        raise TraxError(f'image {path} {fault}; give the path of a JPEG or PNG file')
    return image  # type: ignore[return-value]


def _from_pixels(text: str) -> Image:
    found = _PIXELS.fullmatch(text)
    if found is None or found[3] not in _TYPES:
        raise TraxError(f'image {shown(text)} is not image:width;height;format;data with one of '
                        f'the formats {", ".join(_TYPES)}')
    width, height = int(found[1]), int(found[2])
    kind, channels = _TYPES[found[3]]
    data = _bytes(found[4], text)
    expected = width * height * channels * np.dtype(kind).itemsize
    if not data or len(data) != expected:
        raise TraxError(f'image {shown(text)} has {len(data)} bytes of pixels, not {expected}')
    pixels = np.frombuffer(data, kind).reshape(height, width, channels)
    if found[3] == 'gray16':
        pixels = pixels >> 8
    if channels == 1:
        pixels = pixels.repeat(3, axis=2)
    return np.ascontiguousarray(pixels[..., ::-1], np.uint8)


def _from_file_bytes(text: str) -> Image:
    found = _FILE.fullmatch(text)
    if found is None:
        raise TraxError(f'image {shown(text)} is not data:image/jpeg; or data:image/png; and '
                        'the bytes of the file')
    data = np.frombuffer(_bytes(found[1], text), np.uint8)
    image = cv2.imdecode(data, cv2.IMREAD_COLOR) if len(data) else None
    if image is None:
        raise TraxError(f'image {shown(text)} holds no JPEG or PNG file')
    return image  # type: ignore[return-value]


def _bytes(data: str, text: str) -> bytes:
    try:
        return b64decode(data, validate=True)
    except ValueError:
        raise TraxError(f'image {shown(text)} is not in Base64') from None
