"""What a detector found in the last seconds, so that a detection can be chosen by its id."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from rat_tracker.geometry import Box
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.stamps import NEAREST
from rat_tracker.stamps import seconds_text

_MOST = 2000  # sets of detections: should a detector's stamps stand still


@dataclass(frozen=True, slots=True)
class DetectionSet:
    """All that was found in one image. Boxes are in its pixels; ids may be empty or repeated."""

    stamp: int  # nanoseconds
    frame_id: str
    boxes: tuple[tuple[str, Box], ...]


class DetectionHistory:
    """The detections of the last seconds, in order of arrival; not thread-safe."""

    def __init__(self, seconds: float) -> None:
        self._kept: deque[DetectionSet] = deque(maxlen=_MOST)
        self.resize(seconds)

    def resize(self, seconds: float) -> None:
        """Change how many seconds are kept."""
        self._span = round(seconds * NANOSECONDS)

    def append(self, found: DetectionSet) -> None:
        """Take in what was found in an image.

        Detectors may return images in another order. So only a set that is older than the seconds
        that are kept tells of stamps that jumped back; whoever sees the images calls ``clear``.
        """
        if self._kept and found.stamp < self._kept[-1].stamp - self._span:
            self._kept.clear()
        self._kept.append(found)
        while self._kept[0].stamp < found.stamp - self._span:
            self._kept.popleft()

    def clear(self) -> None:
        """Let go of everything: the stamps of the images jumped back."""
        self._kept.clear()

    def named(self, name: str, stamp: int) -> tuple[DetectionSet, Box]:
        """Return a detection's box and in which image it was found.

        :param name: its id
        :param stamp: nanoseconds of the image; 0 for the newest in which it was found
        :raises ValueError: there is none, or more than one
        """
        if not self._kept:
            raise ValueError('no detections were received yet; start the detector, or remap '
                             'detections to its topic')
        for found in self._candidates(stamp):
            boxes = [box for known, box in found.boxes if known == name]
            if len(boxes) > 1:
                raise ValueError(f'{len(boxes)} detections of one image have the id {name!r}; '
                                 'select by a box or a point')
            if boxes:
                return found, boxes[0]
            if stamp:
                raise ValueError(
                    f'no detection {name!r} at stamp {seconds_text(found.stamp)}; known there: '
                    f'{_known(found)}')
        if stamp:
            raise ValueError(f'no detections are kept of stamp {seconds_text(stamp)}; they reach '
                             f'from {seconds_text(self._kept[0].stamp)} to '
                             f'{seconds_text(self._kept[-1].stamp)}')
        raise ValueError(f'no detection {name!r} in the last {self._span / NANOSECONDS:g} s; '
                         f'known in the newest: {_known(self._kept[-1])}')

    def around(self, stamp: int, x: float, y: float) -> Box | None:
        """Return the smallest detection that holds this point of the image; None if none does.

        :param stamp: nanoseconds of the image; 0, and no detection is known to be of it
        """
        candidates = self._candidates(stamp) if stamp else []
        boxes = [box for found in candidates for _, box in found.boxes
                 if 0 <= x - box.x < box.width and 0 <= y - box.y < box.height]
        return min(boxes, key=lambda box: box.area, default=None)

    def _candidates(self, stamp: int) -> list[DetectionSet]:
        """Return the detections of an image, if any; of all images for 0, the newest first."""
        if not stamp:
            return list(reversed(self._kept))
        nearest = min(self._kept, key=lambda found: abs(found.stamp - stamp), default=None)
        if nearest is None or abs(nearest.stamp - stamp) > NEAREST:
            return []
        return [nearest]


def _known(found: DetectionSet) -> str:
    names = sorted({name for name, _ in found.boxes if name})
    return ', '.join(repr(name) for name in names[:10]) or 'none with an id'
