"""The one thread that owns the model: it loads it and tracks in the newest image."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
import math
import threading
import time

import numpy as np

from rat_tracker.geometry import Box
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.pipeline.inbox import Clear
from rat_tracker.pipeline.inbox import Command
from rat_tracker.pipeline.inbox import Inbox
from rat_tracker.pipeline.inbox import TimeJump
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.pipeline.selection import Selection
from rat_tracker.pipeline.target_session import TargetSession
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.target import TargetParameters
from rat_tracker.tracker import engine_of
from rat_tracker.tracker import Tracker

_WARM_UP_IMAGE = (240, 320)
_WARM_UP_BOX = Box(130, 90, 60, 60)


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What the worker calls after each piece of work.

    All are called in the worker's thread, one after the other, and the next image waits for their
    return. After ``Worker.stop`` has returned none is called any more.
    """

    on_result: Callable[[TrackingResult, float], None]  # seconds that decoding and tracking took
    on_invalid_image: Callable[[Frame, str], None]      # why it could not be decoded
    on_target_end: Callable[[str, str], None]           # the selection's id; why it was given up
    on_failure: Callable[[str, Exception], None]        # what failed, the model or its tracking


@dataclass(frozen=True, slots=True)
class Status:
    """What the worker does, as the other threads see it; replaced as a whole, never changed."""

    loading: bool = True
    engine: str = ''
    load_error: str = ''
    state: State = State.SEARCHING
    reason: str = ''
    selected: bool = False


class Worker:
    """Track in every image that is still the newest when the one before is done."""

    def __init__(
        self, inbox: Inbox, create_tracker: Callable[[], Tracker], callbacks: Callbacks,
        target_parameters: TargetParameters,
    ) -> None:
        """Make the thread; ``start`` begins its work.

        :param create_tracker: called once, in the thread; loads the model, which may take seconds
        """
        self._status = Status()  # replaced as a whole, so that a reader sees one moment
        self._tracker: Tracker | None = None
        self.catch_up_seconds = 0.5
        self.clear_on_time_jump = True
        self._inbox = inbox
        self._create_tracker = create_tracker
        self._callbacks = callbacks
        self._target_parameters = target_parameters
        self._last: TrackingResult | None = None
        self._thread = threading.Thread(target=self._run, name='tracker', daemon=True)

    @property
    def status(self) -> Status:
        """What the worker does now; an engine that is being built changes its name meanwhile."""
        status, tracker = self._status, self._tracker
        return status if tracker is None else replace(status, engine=engine_of(tracker))

    def start(self) -> None:
        """Begin to load the model."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread after what it does now; nothing is published after this returns."""
        self._inbox.close()
        self._thread.join()

    def _run(self) -> None:
        try:
            target = self._load()
        except Exception as error:  # noqa: BLE001 - engines raise anything; the user has to know
            reason = f'the tracker could not be loaded: {error}'
            target = TargetSession(None, reason)
            self._status = Status(loading=False, load_error=reason, reason=reason)
            self._callbacks.on_failure(reason, error)
        while (item := self._inbox.pop()) is not None:
            followed = item.id if isinstance(item, Selection) else target.id
            try:
                self._do(target, item)
            except Exception as error:  # noqa: BLE001 - one image must not end the thread
                target.clear(f'the tracker failed ({error}); select the target again')
                self._status = replace(self._status, state=State.SEARCHING, selected=False)
                self._callbacks.on_failure(f'the tracker failed: {error}', error)
            if followed and not target.selected:
                self._callbacks.on_target_end(followed, target.reason)

    def _load(self) -> TargetSession:
        tracker = self._create_tracker()
        # The first passes through a network cost many times what the later ones do.
        image = np.random.default_rng(0).integers(0, 256, (*_WARM_UP_IMAGE, 3), np.uint8)
        tracker.init(image, _WARM_UP_BOX)
        tracker.track(image)
        reason = 'no target was selected yet'
        self._tracker = tracker
        self._status = Status(loading=False, reason=reason)
        return TargetSession(Target(tracker, self._target_parameters), reason)

    def _do(self, target: TargetSession, item: Command | Frame) -> None:
        match item:
            case Frame():
                self._update(target, item)
            case Selection():
                self._select(target, item)
            case Clear(reason):
                target.clear(reason)
                if self._last is not None:  # the camera may stand still
                    self._publish(target.update(self._last.frame, self._last.image), 0.0)
            case TimeJump(seconds):
                if self.clear_on_time_jump and target.selected:
                    target.clear(f'the images jumped back by {seconds:.3f} s; '
                                 'select the target again')
        self._status = replace(self._status, selected=target.selected)

    def _update(self, target: TargetSession, frame: Frame) -> None:
        begin = time.perf_counter()
        try:
            image = to_bgr(frame.message, self._inbox.display_range)
        except ValueError as error:
            self._callbacks.on_invalid_image(frame, str(error))
            return
        result = target.update(frame, image)
        # Once the target was given up no result of it may be published any more.
        if not (target.selected and self._inbox.clear_requested):
            self._publish(result, time.perf_counter() - begin)

    def _select(self, target: TargetSession, selection: Selection) -> None:
        begin = time.perf_counter()
        result = target.select(selection)
        if not self._inbox.clear_requested:  # as in _update
            self._publish(result, time.perf_counter() - begin)
        self._catch_up(target, selection.frame.sequence)

    def _catch_up(self, target: TargetSession, sequence: int) -> None:
        """Follow the target through the images kept since its selection, leaping if need be."""
        deadline = time.perf_counter() + self.catch_up_seconds
        cost = 0.0
        while (not self._inbox.interrupted
               and (pending := self._inbox.frames_after(sequence))
               and (left := deadline - time.perf_counter()) > 0):
            stride = max(math.ceil(len(pending) * cost / left), 1)
            frame = pending[min(stride, len(pending)) - 1]
            begin = time.perf_counter()
            self._inbox.mark_read(frame)
            self._update(target, frame)
            cost = time.perf_counter() - begin
            sequence = frame.sequence

    def _publish(self, result: TrackingResult, processing: float) -> None:
        self._status = replace(
            self._status, state=result.estimate.state, reason=result.estimate.reason,
            selected=result.selection is not None)
        # The result of an image that was passed over already would come after a newer one's.
        if self._last is None or result.frame.sequence >= self._last.frame.sequence:
            self._last = result
            self._callbacks.on_result(result, processing)
