"""A run and how well it followed the target: what all figures are made of."""

from __future__ import annotations

from collections.abc import Sequence as List
from dataclasses import dataclass

from rat_tracker.evaluation.vot.overlap import overlaps
from rat_tracker.evaluation.vot.overlap import Values
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import Region
from rat_tracker.evaluation.vot.regions import Trajectory


@dataclass(frozen=True, eq=False)
class Run:
    """One trajectory beside the truth, in the order that the tracker saw.

    :param overlaps: one for each frame; 0 in a frame with a code
    """

    trajectory: Trajectory
    truth: List[Region]
    overlaps: Values

    @classmethod
    def compare(
        cls, trajectory: Trajectory, truth: List[Region], image_size: tuple[int, int],
    ) -> Run:
        """Measure the overlaps.

        :raises ValueError: there are more frames in one than in the other
        """
        return cls(trajectory, truth, overlaps(trajectory, truth, image_size))

    def __len__(self) -> int:
        return len(self.trajectory)


def frames_after(run: Run, code: Code, burn_in: int) -> list[int]:
    """Return the frames from each one with a code on, so many, itself included."""
    return [
        frame for begin, entry in enumerate(run.trajectory) if entry is code
        for frame in range(begin, min(begin + burn_in, len(run)))]
