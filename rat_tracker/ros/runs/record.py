"""What a run of the tracker left behind, in plain Python."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field

import cv2
import numpy as np

from rat_tracker.drawing import GrayImage
from rat_tracker.geometry import Box
from rat_tracker.target import State
from rat_tracker.tracker import Attention

_FINEST = 64  # pixels, the longest side of an attention that is kept


@dataclass(frozen=True, slots=True)
class TargetRecord:
    """The tracker's result for one image. Times are nanoseconds."""

    stamp: int  # of the image
    received: int  # when the result arrived
    id: str  # of the selection; empty before it
    state: State
    box: Box
    score: float
    reason: str = ''  # for the state

    @property
    def latency(self) -> float:
        """Seconds from the image's stamp to the arrival of the result."""
        return (self.received - self.stamp) / 1e9


@dataclass(frozen=True, slots=True)
class DiagnosticsRecord:
    """The node's diagnostics of one moment."""

    stamp: int  # nanoseconds
    values: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class AttentionCut:
    """The part of an attention image that is not black, and where it lies in the image.

    It is kept small, no finer than the map that a tracker makes: whole images would fill the
    memory, at 1280×720 and 30 Hz with 1.7 GB a minute.
    """

    part: GrayImage
    region: Box

    @classmethod
    def of(cls, picture: GrayImage) -> AttentionCut | None:
        """Return the cut of an attention image; None if all of it is black."""
        left, top, width, height = cv2.boundingRect(picture)
        if not width:
            return None
        part = picture[top:top + height, left:left + width]
        size = min(width, _FINEST), min(height, _FINEST)
        small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
        return cls(small, Box(left, top, width, height))  # type: ignore[arg-type]

    @property
    def attention(self) -> Attention:
        """The attention that the cut shows."""
        return Attention((self.part / 255).astype(np.float32), self.region)


@dataclass(slots=True)
class RunRecord:
    """Everything that arrived, by the stamp of the image that it is about."""

    arrivals: list[TargetRecord] = field(default_factory=list)  # every result, in order of arrival
    reports: list[DiagnosticsRecord] = field(default_factory=list)
    targets: dict[int, TargetRecord] = field(default_factory=dict)
    attentions: dict[int, AttentionCut] = field(default_factory=dict)
    jpegs: dict[int, bytes] = field(default_factory=dict)
    error: str = ''  # the last one in the tracker's diagnostics

    @property
    def latest(self) -> TargetRecord | None:
        """The result that arrived last."""
        return self.arrivals[-1] if self.arrivals else None

    @property
    def diagnostics(self) -> dict[str, str]:
        """The newest diagnostics of the tracker."""
        return self.reports[-1].values if self.reports else {}
