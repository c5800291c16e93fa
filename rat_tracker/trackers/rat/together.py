"""Several targets in one image: what is needed beyond ``RatTracker`` to follow them at a time."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.geometry import SearchRegion
from rat_tracker.stopwatch import Stopwatch
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers.rat.tracker import Begun
from rat_tracker.trackers.rat.tracker import RatTarget
from rat_tracker.trackers.rat.tracker import RatTracker


class ConcurrentRatTracker(RatTracker):
    """``RatTracker`` in two steps: ``track`` is ``begin`` and ``finish``.

    With several targets on one GPU, all may be begun before the first is finished. See
    ``RatTracker`` for the parameters.
    """

    _pending: Begun | None = None

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
        self._pending = self._begin(self._require_target(image), image)

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

    def _begin(self, target: RatTarget, image: Image) -> Begun:
        """Take over the frame that was begun, or give it up and begin."""
        pending = self._pending
        if pending is None or pending.image is not image or pending.start != target.box.box:
            return super()._begin(target, image)
        self._pending = None
        pending.watch.resume()  # other targets may have been begun and finished meanwhile
        return pending

    def _start(
        self, target: RatTarget, image: Image, region: SearchRegion, watch: Stopwatch,
    ) -> None:
        if self._pending is not None:
            self._pending = None
            target.work.outputs()  # the cropper's buffer is read until then
        super()._start(target, image, region, watch)


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
