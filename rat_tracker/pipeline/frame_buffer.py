"""The last few seconds of images, so that a box can start on the image it was drawn on."""

from __future__ import annotations

from collections import deque

from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.frame import jump_back
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.stamps import NEAREST
from rat_tracker.stamps import seconds_text


class NotReady(ValueError):
    """What was asked for cannot be done yet; the same request may succeed in a moment."""


class FrameBuffer:
    """A ring of frames in order of their stamps, bounded in seconds and in bytes.

    Not thread-safe: its owner keeps the lock.
    """

    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._latest = 0  # the newest stamp
        self.resize(seconds, max_bytes)

    def resize(self, seconds: float, max_bytes: int) -> None:
        """Change both bounds; frames beyond them go when the next one comes."""
        self._span = round(seconds * NANOSECONDS)
        self._max_bytes = max_bytes

    @property
    def newest(self) -> Frame | None:
        return self._frames[-1] if self._frames else None

    @property
    def bytes(self) -> int:
        return self._bytes

    def __len__(self) -> int:
        return len(self._frames)

    def append(self, frame: Frame) -> float:
        """Take in a frame, letting go of those beyond the bounds.

        :returns: the seconds by which the stamps jumped back (the buffer starts anew), else 0
        :raises LateImage: the frame is a little older than the newest
        """
        jump = jump_back(self._latest, frame.stamp)
        if jump:
            self.clear()
        self._frames.append(frame)
        self._bytes += frame.size
        self._latest = frame.stamp or self._latest
        while len(self._frames) > 1 and self._is_beyond(self._frames[0], frame.stamp):
            self._bytes -= self._frames.popleft().size
        return jump

    def _is_beyond(self, oldest: Frame, now: int) -> bool:
        # A frame without a stamp can be selected only as the newest.
        return (self._bytes > self._max_bytes or oldest.stamp < now - self._span
                or not oldest.stamp)

    def clear(self) -> None:
        """Let go of every frame."""
        self._frames.clear()
        self._bytes = 0
        self._latest = 0

    def after(self, sequence: int) -> list[Frame]:
        """Return the frames that came after the one of this number, oldest first."""
        return [frame for frame in self._frames if frame.sequence > sequence]

    def at(self, stamp: int) -> Frame:
        """Return the frame of this stamp, else the nearest within half a frame of a slow camera.

        :param stamp: nanoseconds; 0 for the newest frame
        :raises NotReady: none came yet
        :raises ValueError: there is none; the message names the span that is kept
        """
        if not self._frames:
            raise NotReady('no image was received yet; start the camera, then select')
        if not stamp:
            return self._frames[-1]
        nearest = self._nearest(stamp)
        if abs(nearest.stamp - stamp) <= NEAREST:
            return nearest
        first, last = self._frames[0].stamp, self._frames[-1].stamp
        where = 'newer than' if stamp > last else 'older than' if stamp < first else 'missing from'
        remedy = ('copy the header of the image, and set use_sim_time alike in all nodes'
                  if stamp > last else 'draw on a current image, or raise buffer_seconds')
        raise ValueError(
            f'stamp {seconds_text(stamp)} is {where} the images that are kept, '
            f'{seconds_text(first)} to {seconds_text(last)}; {remedy}')

    def behind(self, seconds: float) -> Frame:
        """Return the frame that lies nearest to this far behind the newest.

        Frames without stamps have no distance: of them the newest is returned.

        :raises NotReady: none came yet
        :raises ValueError: the frames that are kept do not reach back so far
        """
        newest = self.at(0)
        stamp = newest.stamp - round(seconds * NANOSECONDS)
        if not newest.stamp:
            return newest
        if stamp < self._frames[0].stamp - NEAREST:
            kept = (newest.stamp - self._frames[0].stamp) / NANOSECONDS
            raise ValueError(
                f'a click without a stamp is taken for one on the image of {seconds:g} s ago '
                f'(click_delay), and the images that are kept reach back {kept:.3f} s; click '
                'again, lower click_delay or raise buffer_megabytes')
        return self._nearest(stamp)

    def _nearest(self, stamp: int) -> Frame:
        return min(self._frames, key=lambda frame: abs(frame.stamp - stamp))
