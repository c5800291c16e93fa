"""With which box a tracker is started."""

from __future__ import annotations

from rat_tracker.geometry import Box


def startable(box: Box, width: int, height: int) -> Box:
    """Return a box that a tracker takes: this one, or what the image shows of it.

    VOT starts trackers again in mid-sequence, where the target may be half outside the image.

    :raises ValueError: the image shows less than a pixel of the target
    """
    try:
        box.require_inside(width, height)
    except ValueError:
        box.require_valid()
        left, top = max(box.x, 0.0), max(box.y, 0.0)
        right, bottom = min(box.x + box.width, width), min(box.y + box.height, height)
        if right - left < 1 or bottom - top < 1:
            raise
        return Box(left, top, right - left, bottom - top)
    return box
