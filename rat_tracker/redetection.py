"""Find a lost target again: look in many places, and be sure before saying so."""

from __future__ import annotations

from dataclasses import dataclass

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.parameters import parameter
from rat_tracker.parameters import require_ranges
from rat_tracker.search_plan import SearchPlan
from rat_tracker.tracker import SearchingTracker
from rat_tracker.tracker import TrackResult

_SAME = 0.5  # two looks whose boxes overlap by more have found the same thing


@dataclass(frozen=True)
class SearchParameters:
    """How a lost target is looked for."""

    windows_per_frame: int = parameter(
        3, 'How many search windows are evaluated in each image while the target is LOST; each '
        'takes as long as tracking an image.', between=(1, 100))
    speed: float = 0.1  # how much farther the search reaches with each place: see SearchPlan
    found_above: float = 0.5  # score that a place needs, every time that it is looked at
    found_after: int = 3  # frames in a row, after the first, in which it needs that

    def __post_init__(self) -> None:
        require_ranges(self, speed=(0.001, 100), found_above=(0, 1), found_after=(1, 1000))


class Search:
    """The search for one lost target, frame by frame.

    A place that looks like the target is looked at again, centred, and followed for some frames;
    only then does the tracker go on from there.

    :param image: of the size of all that follow
    :param last: where the target was seen last
    """

    def __init__(
        self, tracker: SearchingTracker, parameters: SearchParameters, image: Image, last: Box,
    ) -> None:
        self._tracker = tracker
        self._parameters = parameters
        self._plan = SearchPlan((image.shape[1], image.shape[0]), last, tracker.view(last),
                                parameters.speed)
        self._candidate: Box | None = None
        self._streak = 0  # frames in which the candidate was confirmed
        self.reason = ''

    @property
    def found(self) -> bool:
        """Whether the target was found in the last frame; the tracker goes on there."""
        return self._streak > self._parameters.found_after

    def step(self, image: Image) -> TrackResult:
        """Look at the next frame; the best of what was seen, its score that of a look."""
        if self._candidate is None:
            result = self._look_around(image)
        else:
            result = self._tracker.evaluate_at(image, self._candidate)
        result = self._confirm(image, result)
        if self.found and self._candidate is not None:
            self._tracker.resume(self._candidate)
            self.reason = f'found again: like the target in {self._streak} images in a row'
        elif self._candidate is not None:
            self.reason = (f'something looks like the target, score {result.score:.2f}; '
                           f'confirmed in {self._streak} images so far')
        else:
            self.reason = (f'not seen; looking for it in {self._parameters.windows_per_frame} of '
                           f'{len(self._plan)} places in each image')
        return result

    def _look_around(self, image: Image) -> TrackResult:
        looks = [self._tracker.evaluate_at(image, self._plan.next())
                 for _ in range(self._parameters.windows_per_frame)]
        return max(looks, key=lambda result: result.score)

    def _confirm(self, image: Image, result: TrackResult) -> TrackResult:
        """Count a frame for the candidate, or give it up."""
        limit = self._parameters.found_above
        if result.score > limit and self._candidate is None:
            first, result = result, self._tracker.evaluate_at(image, result.box)
            if result.box.overlap(first.box) <= _SAME:
                return result
        if result.score > limit:
            self._candidate = result.box
            self._streak += 1
        else:
            self._candidate, self._streak = None, 0
        return result
