"""Follow a target through recorded images, as the node does through a camera's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field
import time

from rat_tracker.bags.errors import BagError
from rat_tracker.bags.errors import in_one_line
from rat_tracker.bags.positions import PositionWriter
from rat_tracker.bags.recorded import Recorded
from rat_tracker.bags.results import ResultBag
from rat_tracker.geometry import Box
from rat_tracker.pipeline.display_range import DisplayRange
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.frame import jump_back
from rat_tracker.pipeline.frame import LateImage
from rat_tracker.pipeline.images import to_bgr
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.pipeline.selection import Selection
from rat_tracker.pipeline.target_session import TargetSession
from rat_tracker.target import State
from rat_tracker.target import Target

_ID = '1'  # of the one selection, as the node counts them


@dataclass(slots=True)
class Tally:
    """What became of the images, from the one on which the box was drawn."""

    frames: int = 0
    tracked: int = 0     # with a result in the new bag
    dropped: int = 0    # overtaken by newer ones, or a little older than one before them
    unreadable: int = 0
    unstamped: int = 0
    states: Counter[State] = field(default_factory=Counter)
    first_fault: str = ''  # why the first unreadable image was one
    given_up: str = ''  # why the target was given up
    failure: str = ''   # of the tracker
    seconds: float = 0.0


class BagTracker:
    """One target, from the image on which its box was drawn.

    :param first: that image
    :raises BagError: the image cannot be read
    :raises ValueError: the box is not of something that the image shows
    """

    def __init__(self, first: Recorded, box: Box) -> None:
        self.tally = Tally()
        self._display_range = DisplayRange()
        self._latest = 0  # the newest stamp
        try:
            image = to_bgr(_message(first), self._display_range)
        except ValueError as error:
            raise BagError(f'the image that the box was drawn on cannot be read: {error}; choose '
                           'another one with --start') from None
        box.require_inside(image.shape[1], image.shape[0])
        self._first = first
        self._selection = Selection(_ID, self._frame(first), image, box)

    @property
    def notes(self) -> list[str]:
        """What the user should know of the images."""
        return [text] if (text := self._display_range.text) else []

    def run(
        self, target: Target, images: Iterable[tuple[Recorded, bool]], results: ResultBag,
        stopped: Callable[[], bool], advance: Callable[[int], None],
        positions: PositionWriter | None = None,
    ) -> None:
        """Track the target and write the results, until they end or somebody stops it.

        :param images: the first one and those after it, and whether a newer one has overtaken it
        :param advance: called with 1 for each image
        :param positions: what writes where the target is
        """
        selected = TargetSession(target, 'no target was selected yet')
        begin = time.perf_counter()
        try:
            for image, overtaken in images:
                result = self._process(selected, image, overtaken)
                if result is not None:
                    self._count(result)
                    results.write(result, image.time, (
                        None if positions is None else positions.at_once(result)))
                    if positions is not None:
                        positions.write(result, image.time)
                advance(1)
                if stopped():
                    break
            else:
                if positions is not None:
                    positions.end()
        finally:
            self.tally.seconds = time.perf_counter() - begin

    def _process(
        self, selected: TargetSession, image: Recorded, overtaken: bool,
    ) -> TrackingResult | None:
        """Return the result of an image; None where it has none."""
        tally = self.tally
        tally.frames += 1
        try:
            jump = jump_back(self._latest, image.stamp)
        except LateImage:
            tally.dropped += 1
            return None
        self._latest = image.stamp or self._latest
        if jump and selected.selected:
            selected.clear(f'the images jumped back by {jump:.3f} s; select the target again')
        if overtaken:
            tally.dropped += 1
            return None
        try:
            pixels = to_bgr(_message(image), self._display_range)
        except ValueError as error:
            tally.unreadable += 1
            tally.first_fault = tally.first_fault or str(error)
            return None
        try:
            if image is self._first:
                return selected.select(self._selection)
            return selected.update(self._frame(image), pixels)
        except Exception as error:  # noqa: BLE001 - as in the node, one image must not end it
            tally.failure = tally.failure or f'the tracker failed: {in_one_line(error)}'
            selected.clear(f'the tracker failed ({error}); select the target again')
            return None

    def _frame(self, image: Recorded) -> Frame:
        return Frame(self.tally.frames, image.stamp, image.message, len(image.message.data))

    def _count(self, result: TrackingResult) -> None:
        tally = self.tally
        tally.tracked += 1
        tally.unstamped += not result.frame.stamp
        tally.states[result.estimate.state] += 1
        if result.selection is None:
            tally.given_up = tally.given_up or result.estimate.reason


def _message(image: Recorded) -> object:
    if image.message is None:
        raise ValueError(image.fault)
    return image.message
