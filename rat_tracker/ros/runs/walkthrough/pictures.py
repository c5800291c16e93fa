"""The pictures of a run: what the camera and the tracker saw, and the way from above."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from rat_tracker.drawing import contact_sheet
from rat_tracker.geometry import Image
from rat_tracker.ros.runs.walkthrough.observer import Observations
from rat_tracker.ros.runs.walkthrough.summary import Hiding
from rat_tracker.ros.runs.walkthrough.summary import SECOND
from rat_tracker.system.missing import Missing
from rat_tracker.system.pictures import write_picture

_QUALITY = 85  # of JPEG
_HEIGHT = 300  # pixels of each picture in the sheet


def write_pictures(
    seen: Observations, away: list[Hiding], start: int, folder: Path, missing: Missing,
) -> None:
    """Write ``moments.jpg``, camera and map of some moments, and ``above.jpg``, the last map.

    :param missing: is told what cannot be written
    """
    tiles = []
    for name, stamp in moments(seen, away, start):
        overlay, view = _nearest(seen.overlays, stamp), _nearest(seen.views, stamp)
        tiles.append((f'{(stamp - start) / SECOND:.0f} s: {name}', _pair(overlay, view)))
    for name, picture in (('moments.jpg', contact_sheet(tiles, 1)),
                          ('above.jpg', _nearest(seen.views, max(seen.views)))):
        with missing.unless_written(f'{folder / name}'):
            write_picture(folder / name, picture, _QUALITY)


def moments(seen: Observations, away: list[Hiding], start: int) -> list[tuple[str, int]]:
    """Return the moments that tell the story, in their order: a name and a stamp each."""
    story = [('selected', start + SECOND)]
    before = away[0].begin if away else max(seen.seen)
    story.append(('following', (start + before) // 2))
    if away:
        first = away[0]
        end = first.end or max(seen.seen)
        story.append(('hidden: the robot stands', (first.begin + end) // 2))
        if first.found is not None:
            story.append(('found again', first.found + SECOND // 2))
    story.append(('the end of the round', max(seen.seen)))
    return story


def _nearest(pictures: Mapping[int, bytes], stamp: int) -> Image:
    data = pictures[min(pictures, key=lambda other: abs(other - stamp))]
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)  # type: ignore[return-value]


def _pair(*images: Image) -> Image:
    return np.hstack([cv2.resize(image, (
        round(image.shape[1] * _HEIGHT / image.shape[0]), _HEIGHT), interpolation=cv2.INTER_AREA)
        for image in images])
