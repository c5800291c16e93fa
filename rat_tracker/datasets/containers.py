"""Whether a video's file is whole, by the lengths that it holds itself.

AVI (RIFF), MP4 and MOV (ISO/IEC 14496-12) and Matroska and WebM (RFC 8794, RFC 9559) say how many
bytes belong to them. The number of frames in a header would not do: it is an estimate in Matroska,
and counts frames in MP4 that an edit list hides. An MPEG stream says neither.
"""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
from typing import BinaryIO

from rat_tracker.datasets.errors import DatasetError

_BOXES = (b'ftyp', b'styp', b'moov', b'moof', b'mdat', b'free', b'skip', b'wide')
_EBML, _SEGMENT = b'\x1a\x45\xdf\xa3', b'\x18\x53\x80\x67'
_RIFF_UNKNOWN = 0x7FFFFFFF  # and above: whoever wrote it could not go back to fill it in


def require_whole(path: Path) -> None:
    """Raise if a video's file ends before its last part does; true of no file of another kind.

    :raises DatasetError: that is so, or the file cannot be read
    """
    try:
        with path.open('rb') as file:
            size = os.fstat(file.fileno()).st_size
            end = max(_ends(file, size), default=0)
    except OSError as error:
        raise DatasetError(
            f'{path} cannot be read: {error.strerror}; replace or remove the file') from None
    if end > size:
        raise DatasetError(f'video {path} is cut off: it has {size} of {end} bytes; replace or '
                           'remove the file')


def _ends(file: BinaryIO, size: int) -> Iterator[int]:
    """Yield where each of the outermost parts ends, as far as they are known."""
    start = 0
    while start < size:
        file.seek(start)
        end = _end(file.read(32), start)
        if end is None:
            return
        yield end
        start = end


def _end(head: bytes, start: int) -> int | None:
    """Return where a part ends that starts so; None if that is not known."""
    if head[:4] == b'RIFF' and len(head) >= 8:
        length = int.from_bytes(head[4:8], 'little')
        return start + 8 + length if 0 < length < _RIFF_UNKNOWN else None
    if head[4:8] in _BOXES:
        length = int.from_bytes(head[:4], 'big')
        if length == 1:  # it follows in 64 bits
            length = int.from_bytes(head[8:16], 'big')
        return start + length if length >= 8 else None  # 0: to the end of the file
    if head[:4] in (_EBML, _SEGMENT) and len(head) > 4:
        return _element_end(head, start)
    return None


def _element_end(head: bytes, start: int) -> int | None:
    """Return where an element of EBML ends: as many zeros lead its length as bytes follow."""
    width = 9 - head[4].bit_length()
    if len(head) < 4 + width or width > 8:
        return None
    bits = 7 * width
    length = int.from_bytes(head[4:4 + width], 'big') & ((1 << bits) - 1)
    return None if length == (1 << bits) - 1 else start + 4 + width + length
