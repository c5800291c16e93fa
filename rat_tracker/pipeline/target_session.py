"""The target that is selected, image by image; one object serves all selections."""

from __future__ import annotations

from rat_tracker.geometry import Image
from rat_tracker.pipeline.frame import Frame
from rat_tracker.pipeline.result import NOWHERE
from rat_tracker.pipeline.result import TrackingResult
from rat_tracker.pipeline.selection import Selection
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.target import TargetEstimate


class TargetSession:
    """Follow the selected target; not thread-safe."""

    def __init__(self, target: Target | None, reason: str) -> None:
        """Begin with nothing selected.

        :param target: None where the tracker could not be loaded
        :param reason: why nothing is selected
        """
        self._target = target
        self._selection: Selection | None = None
        self._last_seen = 0
        self._reason = reason

    @property
    def selected(self) -> bool:
        return self._selection is not None

    @property
    def id(self) -> str:
        """The id of the selection; empty while nothing is selected."""
        return '' if self._selection is None else self._selection.id

    @property
    def reason(self) -> str:
        """Why nothing is selected, the last time that nothing was."""
        return self._reason

    def select(self, selection: Selection) -> TrackingResult:
        """Start on this target and forget the one before.

        Nothing is selected if the tracker raises.
        """
        if self._target is None:
            raise RuntimeError(self._reason)
        self._selection = None
        self._target.init(selection.image, selection.box)
        self._selection = selection
        self._last_seen = selection.frame.stamp
        return TrackingResult(
            selection.frame, selection.image, TargetEstimate(
                State.TRACKING, selection.box, 1.0, None, 'selected on this image', {}),
            selection, self._last_seen)

    def clear(self, reason: str) -> None:
        """Give up the target; ``reason`` is given until the next selection."""
        self._selection = None
        self._reason = reason

    def update(self, frame: Frame, image: Image) -> TrackingResult:
        """Track the target in the next image.

        :param image: the frame's, H×W×3 uint8 BGR; one of another size ends the target
        """
        selection = self._selection
        if selection is not None and selection.image.shape != image.shape:
            self.clear(f'the images changed from {_size(selection.image)} to {_size(image)} '
                       'after the target was selected; select it again')
            selection = None
        if selection is None or self._target is None:
            return TrackingResult(frame, image, TargetEstimate(
                State.SEARCHING, NOWHERE, 0.0, None, self._reason, {}))
        estimate = self._target.track(image)
        if estimate.state is State.TRACKING:
            self._last_seen = frame.stamp
        return TrackingResult(frame, image, estimate, selection, self._last_seen)


def _size(image: Image) -> str:
    return f'{image.shape[1]}x{image.shape[0]}'
