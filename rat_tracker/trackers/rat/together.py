"""Several targets in one image: what is needed beyond ``RatTracker`` to follow them at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers.rat.tracker import RatTarget
from rat_tracker.trackers.rat.tracker import RatTracker


@dataclass(frozen=True, slots=True)
class _Pending:
    """A frame that was begun and not finished."""

    image: Image
    region: SearchRegion
    watch: Stopwatch


class ConcurrentRatTracker(RatTracker):
    """``RatTracker`` in two steps: ``track`` is ``begin`` and ``finish``.

    With several targets on one GPU, all may be begun before the first is finished. See
    ``RatTracker`` for the parameters.
    """

    _pending: _Pending | None = None

    def init(self, image: Image, box: Box) -> None:
        self._pending = None  # ``init`` waits until the device is idle
        super().init(image, box)

    @torch.inference_mode()
    def begin(self, image: Image) -> None:
        """Begin with the next frame; what a GPU has to do goes on after this returned.

        A frame that was begun and not finished is given up. What went wrong while it learned from
        an earlier frame is raised here, until a target is selected anew.

        :param image: as it is until the frame is finished; see ``Tracker.track``
        :raises RuntimeError: ``init`` was not called
        :raises ValueError: the image is not H×W×3 uint8, or its size changed
        """
        target = self._require_target(image)
        region = target.box.region
        self._pending = _Pending(image, region, self._start(target, image, region))

    def finish(self, *, learn: bool = True) -> TrackResult:
        """Return the result for the frame that was begun.

        :param learn: see ``SearchingTracker.track``
        :raises RuntimeError: none was begun since ``init`` or the last call
        :raises FloatingPointError: the filters gave no number
        """
        if self._pending is None:
            raise RuntimeError('no frame was begun; call begin first')
        return self.track(self._pending.image, learn=learn)

    def synchronize(self) -> None:
        """Wait until all that was begun is done, learning included."""
        if self._target is not None:
            self._target.work.synchronize()

    def _start(self, target: RatTarget, image: Image, region: SearchRegion) -> Stopwatch:
        """Take over the frame that was begun, or give it up and start."""
        pending, self._pending = self._pending, None
        if pending is not None:
            if pending.image is image and pending.region == region:
                pending.watch.resume()  # other targets may have been begun and finished meanwhile
                return pending.watch
            target.work.outputs()  # the cropper's buffer is read until then
        return super()._start(target, image, region)


def track_together(trackers: Sequence[ConcurrentRatTracker], image: Image) -> list[TrackResult]:
    """Find each tracker's target in the next frame.

    A GPU works on all targets at the same time, each on a stream of its own; a CPU on one after
    another.

    :param trackers: different ones, each with a target selected
    :raises RuntimeError: a tracker has no target; none has moved then
    :raises ValueError: see ``Tracker.track``; none has moved then
    :raises FloatingPointError: see ``ConcurrentRatTracker.finish``; all others have moved
    """
    for tracker in trackers:
        tracker.begin(image)
    results, failure = [], None
    for tracker in trackers:
        try:
            results.append(tracker.finish())
        except FloatingPointError as error:
            failure = error
    if failure is not None:
        raise failure
    return results
