"""What a JPEG says of itself, read from its headers without decoding it."""

from __future__ import annotations

_START = b'\xff\xd8'
_END = b'\xff\xd9'
_SCAN = 0xDA
_EXIF = 0xE1
# Start of frame: every one but those of the same row that define tables (ITU-T T.81, table B.1).
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_GREY_OR_COLOUR = (1, 3)  # components; four are of printers, and read differently everywhere


def plain_jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG that every browser shows as the tracker sees it.

    :returns: None if it is no whole JPEG, or one with Exif data: browsers turn the picture as
        that says, and boxes are in the sensor's pixels
    """
    if not data.startswith(_START) or data.rfind(_END, len(data) // 2) < 0:
        return None
    size = None
    offset = 2
    while offset + 4 <= len(data) and data[offset] == 0xFF:
        marker = data[offset + 1]
        if marker == 0xFF:  # a byte to fill up with
            offset += 1
            continue
        segment = data[offset + 4:offset + 2 + int.from_bytes(data[offset + 2:offset + 4], 'big')]
        if marker == _SCAN:
            return size
        if marker == _EXIF:
            return None
        if marker in _FRAMES:
            if len(segment) < 6 or segment[5] not in _GREY_OR_COLOUR:
                return None
            size = int.from_bytes(segment[3:5], 'big'), int.from_bytes(segment[1:3], 'big')
        offset += 4 + len(segment)
    return None
