"""Where a target is expected next: carried along by the camera, and going on as it went."""

from __future__ import annotations

from dataclasses import dataclass
import math

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.online.camera_motion import camera_motion
from rat_tracker.online.camera_motion import Grey
from rat_tracker.online.camera_motion import small_grey

# Of the longer side of the image: by so much a camera that stands still seems to move.
_NOISE = 1 / 1600


@dataclass(frozen=True)
class MotionParameters:
    """How far motion is believed; a tracker gives the values."""

    camera: float  # part of the camera's motion that the target is expected to take; 0: off
    velocity: float  # how fast the velocity follows the target's, per frame; 0: off
    keep: float  # part of the velocity that is left after a frame in doubt
    reach: float  # how far the velocity leads in one frame at most, as a fraction of the side


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of a frame, before the target was looked for in it.

    Both boxes have the size that the target had in the frame before, and their centres inside the
    image.
    """

    carried: Box  # where the target is if it did not move by itself
    box: Box  # where it is if it went on as before
    seen: Grey | None  # the frame, small and grey


class TargetMotion:
    """A target's velocity beside that of the camera, in pixels per frame.

    Frames may come at uneven intervals: what is expected is where to search, not a result.

    :param image: the first frame, H×W×3 uint8, BGR
    """

    def __init__(self, parameters: MotionParameters, image: Image) -> None:
        self._parameters = parameters
        self._image_size = image.shape[1], image.shape[0]
        self._velocity = 0.0, 0.0
        self._seen: Grey | None = small_grey(image) if parameters.camera else None
        self._bytes = self._seen.nbytes if self._seen is not None else 0

    @property
    def memory_bytes(self) -> int:
        """The bytes of what is kept; they do not grow."""
        return self._bytes

    def expect(self, image: Image, box: Box) -> Expected:
        """Return where the target is expected in the next frame; nothing is remembered of it.

        :param image: H×W×3 uint8, BGR, of the first one's size
        :param box: where the target was in the frame before
        """
        seen = small_grey(image) if self._parameters.camera else None
        carried = self._carried(seen, box)
        dx, dy = self._velocity
        speed = math.hypot(dx, dy)
        if not speed:
            return Expected(carried, carried, seen)
        part = min(self._parameters.reach * math.sqrt(box.area) / speed, 1.0)
        return Expected(carried, self._moved(carried, part * dx, part * dy), seen)

    def follow(self, expected: Expected, box: Box, *, trusted: bool) -> None:
        """Take over a frame, and learn the velocity from where the target was found in it.

        :param expected: what ``expect`` gave for the frame
        :param box: where the target was found
        :param trusted: off, the velocity is not learned but fades
        """
        self._seen = expected.seen
        dx, dy = self._velocity
        if trusted:
            rate = self._parameters.velocity
            dx += rate * (box.center_x - expected.carried.center_x - dx)
            dy += rate * (box.center_y - expected.carried.center_y - dy)
        else:
            dx, dy = self._parameters.keep * dx, self._parameters.keep * dy
        self._velocity = dx, dy

    def forget(self) -> None:
        """Begin anew with the next frame: the target is elsewhere, and frames were not seen."""
        self._velocity = 0.0, 0.0
        self._seen = None

    def _carried(self, seen: Grey | None, box: Box) -> Box:
        if seen is None or self._seen is None:
            return box
        motion = camera_motion(self._seen, seen, box, self._image_size)
        x, y = motion(box.center_x, box.center_y)
        dx, dy = x - box.center_x, y - box.center_y
        if math.hypot(dx, dy) < _NOISE * max(self._image_size):
            return box
        part = self._parameters.camera
        return self._moved(box, part * dx, part * dy)

    def _moved(self, box: Box, dx: float, dy: float) -> Box:
        width, height = self._image_size
        return Box.from_center(
            min(max(box.center_x + dx, 0.0), width), min(max(box.center_y + dy, 0.0), height),
            box.width, box.height)
