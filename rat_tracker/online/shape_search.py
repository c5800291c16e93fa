"""Scale and shape estimation: the regions in which a frame is searched.

The paper searches patches of several scales and keeps the one with the best response. Targets also
turn and bend, so a wider and a taller target are tried as well. Scale and shape take turns, frame
by frame, which costs two patches less than both at once; docs/accuracy.md says what all this is
worth.
"""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.ranges import require_ranges


@dataclass(frozen=True)
class ShapeParameters:
    """How far one frame's size and shape may differ from the last frame's."""

    scale_step: float = 1.04  # factor on width and height; 1 turns the scale search off
    scale_penalty: float = 0.985  # factor on the response at another scale
    aspect_step: float = 1.04  # factor on the width, divisor of the height; 1 turns it off
    aspect_penalty: float = 0.98  # factor on the response at another shape

    def __post_init__(self) -> None:
        require_ranges(self, scale_step=(1, 1.5), scale_penalty=(0, 1), aspect_step=(1, 1.5),
                       aspect_penalty=(0, 1))


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A size that the target may have: factors on its width and height, and on the response."""

    width: float
    height: float
    penalty: float


def rounds(parameters: ShapeParameters) -> tuple[tuple[Hypothesis, ...], ...]:
    """Return the sizes to try in one frame, in the next one, and so on in turn.

    The first of each round is the size of the frame before; all rounds have the same length.
    """
    same = Hypothesis(1.0, 1.0, 1.0)
    turns = []
    step, penalty = parameters.scale_step, parameters.scale_penalty
    if step != 1:
        turns.append((same, Hypothesis(step, step, penalty),
                      Hypothesis(1 / step, 1 / step, penalty)))
    step, penalty = parameters.aspect_step, parameters.aspect_penalty
    if step != 1:
        turns.append((same, Hypothesis(step, 1 / step, penalty),
                      Hypothesis(1 / step, step, penalty)))
    return tuple(turns) or ((same,),)
