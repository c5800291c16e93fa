"""The contract that every tracker keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from typing import runtime_checkable

import numpy as np
import numpy.typing as npt

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image


@dataclass(frozen=True, slots=True)
class Attention:
    """What part of its search region a tracker attends to.

    ``map`` is h×w float32 in [0, 1]; it covers the part ``region`` of the image, which may reach
    beyond the image's edges. Nothing is drawn until somebody asks (``rat_tracker.drawing``).
    """

    map: npt.NDArray[np.float32]
    region: Box


@dataclass(frozen=True, slots=True)
class TrackResult:
    """A tracker's output for one frame.

    ``box`` is in image pixels (see ``rat_tracker.geometry``), ``score`` in [0, 1] says how likely
    the box overlaps the target by more than half (that of ``rat`` is calibrated, those of the
    baselines are their own), ``attention`` is None for a tracker that has none, ``timings`` maps
    stage names to seconds.
    """

    box: Box
    score: float
    attention: Attention | None
    timings: Mapping[str, float]


class Tracker(Protocol):
    """Follow one target. Frames are pushed one at a time; a result depends on no later frame.

    This is all that a tracker needs; it may be an ``EngineTracker`` or a ``SearchingTracker``,
    too.
    """

    def init(self, image: Image, box: Box) -> None:
        """Start on a new target, forgetting any earlier one.

        :param image: H×W×3 uint8 BGR
        :param box: the target, in image pixels
        :raises ValueError: the image is not H×W×3 uint8, or ``Box.require_inside`` refuses the box
        """

    def track(self, image: Image) -> TrackResult:
        """Find the target in the next frame.

        :param image: H×W×3 uint8 BGR, of the size given to ``init``
        :raises RuntimeError: ``init`` was not called
        :raises ValueError: the image is not H×W×3 uint8, or its size changed
        """


@runtime_checkable
class EngineTracker(Protocol):
    """A tracker that names what runs its network."""

    @property
    def engine(self) -> str:
        """Engine and device in words, for example ``openvino on cpu``."""


def engine_of(tracker: Tracker) -> str:
    """Return the engine and device of a tracker in words; ``none`` for one that names none."""
    return tracker.engine if isinstance(tracker, EngineTracker) else 'none'


@runtime_checkable
class SearchingTracker(Tracker, Protocol):
    """A tracker that can search for its target elsewhere than where it was seen last."""

    def track(self, image: Image, *, learn: bool = True) -> TrackResult:
        """Find the target in the next frame; see ``Tracker.track``.

        :param learn: off, the frame teaches nothing: neither appearance nor size nor what is
            normal
        """

    def search_region(self, box: Box) -> Box:
        """Return the search region of a target that was in ``box``, in image pixels."""

    def evaluate_at(self, image: Image, box: Box) -> TrackResult:
        """Return what is found around ``box``, as if the target had been there before.

        The score is the re-identification score: how likely this is the target, of many candidates
        that are evaluated. Nothing is remembered of it: the next ``track`` begins where the last
        one ended.

        :raises RuntimeError: ``init`` was not called
        :raises ValueError: the image is not H×W×3 uint8, or its size changed
        """

    def resume(self, box: Box) -> None:
        """Let the next ``track`` begin at ``box``.

        :raises RuntimeError: ``init`` was not called
        :raises ValueError: see ``Box.require_inside``
        """
