"""The newest image with the tracker's result for it, or the newest one that has none."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
import threading
from typing import Any

from rat_tracker.console.events import TargetEvent
from rat_tracker.ros.messages import nanoseconds

_KEPT_SECONDS = 1.2
_KEPT_BYTES = 64_000_000
_RESULTS = 8           # results that wait for their image, which came by another way
_ATTENTIONS = 8
_ATTENTION_AGE = 500_000_000  # nanoseconds that the attention may lie apart from its image
_SILENT = 2.0          # s without a result after which none is waited for
_SHORTEST_WAIT = 0.01  # s, the least that is worth waiting for
_WAIT = (0.2, 1.0)     # s that a result is waited for, at least and at most


@dataclass(frozen=True, slots=True, eq=False)
class _BufferedImage:
    sequence: int  # counts the images that came in
    stamp: int     # nanoseconds
    message: Any
    size: int      # bytes
    arrival: float  # on the steady clock, in seconds


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """What is to be shown now.

    :param number: counts up from 1 with every change
    :param message: the image's
    :param target: the result for this very image; None if there is none
    """

    number: int
    sequence: int
    message: Any
    target: TargetEvent | None


class FrameSynchronizer:
    """Messages are put in by one thread and taken out by another; none is copied.

    Where the tracker publishes results, only images with their results are shown, so that the box
    lies where the target is. An image without a result in twice the time that the last one took is
    shown without, and all are at once when there are no results any more: a live picture is always
    there to draw on. None is older than the one before.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._sequence = 0
        self._frame: Frame | None = None
        self.clear()

    def clear(self) -> None:
        """Let go of everything that was put in."""
        with self._lock:
            self._images: deque[_BufferedImage] = deque()
            self._bytes = 0
            self._results: deque[TargetEvent] = deque(maxlen=_RESULTS)
            self._attentions: deque[Any] = deque(maxlen=_ATTENTIONS)
            self._paired: tuple[_BufferedImage, TargetEvent] | None = None
            self._delay = 0.0
            self._last_result = float('-inf')
            self._frame = None

    def put_image(self, message: Any, now: float) -> None:
        """Keep an image.

        :param now: time on the steady clock, in seconds; likewise below
        """
        with self._lock:
            self._sequence += 1
            image = _BufferedImage(
                self._sequence, nanoseconds(message.header.stamp), message, len(message.data), now)
            self._images.append(image)
            self._bytes += image.size
            while len(self._images) > 1 and (
                    self._bytes > _KEPT_BYTES or self._images[0].arrival < now - _KEPT_SECONDS):
                self._bytes -= self._images.popleft().size
            stamp = str(image.stamp)
            result = next((item for item in self._results if item.stamp == stamp), None)
            if result is not None:
                self._pair(image, result, now)

    def put_target(self, result: TargetEvent, now: float) -> None:
        """Join the result to its image, if that is kept."""
        stamp = int(result.stamp)
        if not stamp:  # nobody knows which of the images without a stamp it belongs to
            return
        with self._lock:
            self._results.append(result)
            image = next(
                (item for item in reversed(self._images) if item.stamp == stamp), None)
            if image is not None:
                self._pair(image, result, now)

    def _pair(self, image: _BufferedImage, result: TargetEvent, now: float) -> None:
        self._delay, self._last_result = now - image.arrival, now
        if self._paired is None or image.sequence >= self._paired[0].sequence:
            self._paired = image, result

    def put_attention(self, message: Any) -> None:
        """Keep the attention of an image."""
        with self._lock:
            self._attentions.append(message)

    def clear_attention(self) -> None:
        """Let go of the attention: no page wants it any more."""
        with self._lock:
            self._attentions.clear()

    def attention(self, stamp: int) -> Any:
        """Return the attention in an image, else the newest if it is hardly older; else None.

        :param stamp: the image's, in nanoseconds
        """
        with self._lock:
            kept = list(self._attentions)
        if not kept:
            return None
        same = (item for item in kept if nanoseconds(item.header.stamp) == stamp)
        best = next(same, kept[-1])
        apart = abs(nanoseconds(best.header.stamp) - stamp)
        return best if apart <= _ATTENTION_AGE else None

    def newest(self, now: float) -> Frame | None:
        """Return what is to be shown now; None before the first image."""
        with self._lock:
            wait = self._wait(now)
            image = next((item for item in reversed(self._images)
                          if item.arrival <= now - wait), None)
            result = None
            if self._paired is not None and (
                    image is None or self._paired[0].sequence >= image.sequence):
                image, result = self._paired
            if image is not None and self._is_new(image, result):
                self._number += 1
                self._frame = Frame(self._number, image.sequence, image.message, result)
            return self._frame

    def _is_new(self, image: _BufferedImage, result: TargetEvent | None) -> bool:
        shown = self._frame
        if shown is None or image.sequence > shown.sequence:
            return True
        return (image.sequence == shown.sequence and result is not None
                and result is not shown.target)

    def next_due(self, now: float) -> float:
        """Return in how many seconds to check again, if nothing is put in meanwhile."""
        with self._lock:
            shown = 0 if self._frame is None else self._frame.sequence
            wait = self._wait(now)
            return max(_SHORTEST_WAIT, min((image.arrival + wait - now for image in self._images
                                 if image.sequence > shown), default=_WAIT[1]))

    def _wait(self, now: float) -> float:
        """Return how long an image's result is waited for, in seconds."""
        if now - self._last_result > _SILENT:
            return 0.0
        return min(max(2 * self._delay, _WAIT[0]), _WAIT[1])
