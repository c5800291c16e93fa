"""The life of a target: from the tracker's scores to a state that a robot can act on."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from enum import IntEnum
from statistics import median

from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.parameters import parameter
from rat_tracker.parameters import require_ranges
from rat_tracker.redetection import Search
from rat_tracker.redetection import SearchParameters
from rat_tracker.tracker import Attention
from rat_tracker.tracker import engine_of
from rat_tracker.tracker import SearchingTracker
from rat_tracker.tracker import Tracker
from rat_tracker.tracker import TrackResult

# So many images ago at most, the target had the size that it is searched in.
_SIZE_MEMORY = 30


class State(IntEnum):
    """What is known of the target; the values are those of ``rat_tracker/msg/Target``."""

    SEARCHING = 0
    TRACKING = 1
    UNCERTAIN = 2
    LOST = 3


@dataclass(frozen=True)
class TargetParameters:
    """When the state changes. Scores are the tracker's, in [0, 1].

    Two thresholds, because one would make the state flicker around it (hysteresis). The upper
    one is where the box is as likely right as wrong.
    """

    uncertain_below: float = parameter(
        0.35, 'A score under this ends TRACKING; at most tracking_above.')
    tracking_above: float = parameter(
        0.5, 'A score over this is needed to be TRACKING again.', between=(0.0, 1.0))
    lost_below: float = parameter(
        0.3, 'The target is LOST if the last lost_after images scored less on average.',
        between=(0.0, 1.0))
    lost_after: int = parameter(
        10, 'After how many images in state UNCERTAIN the target is LOST.', between=(1, 10_000))
    uncertain_at_most: int = parameter(
        60, 'After how many images in state UNCERTAIN the target is LOST whatever their scores, '
        'or lost_after, if that is more.', between=(1, 10_000))
    found_after: int = parameter(
        3, 'Images in a row that score over tracking_above until LOST becomes TRACKING, for '
        'trackers that cannot search.', between=(1, 1000))
    search: SearchParameters = field(default_factory=SearchParameters)

    def __post_init__(self) -> None:
        require_ranges(self, uncertain_below=(0, self.tracking_above))


@dataclass(frozen=True, slots=True)
class TargetEstimate:
    """What is known of the target after one frame.

    ``box`` is where the target is or, in state LOST, where it was seen last; image pixels.
    """

    state: State
    box: Box
    score: float
    attention: Attention | None
    reason: str
    timings: Mapping[str, float]


class Target:
    """One selected target and the tracker that follows it.

    While it is UNCERTAIN nothing is learned and the size stays. Once it is LOST, a tracker that
    can (``SearchingTracker``) searches for it in a growing part of the image.
    """

    def __init__(
        self, tracker: Tracker, parameters: TargetParameters = TargetParameters(),
    ) -> None:
        self._tracker = tracker
        self._searcher = tracker if isinstance(tracker, SearchingTracker) else None
        self._parameters = parameters
        self._state = State.SEARCHING
        self._streak = 0  # frames in a row that speak for a change of state
        self._uncertain: list[float] = []  # scores since it became UNCERTAIN
        self._last_seen: Box | None = None
        self._sizes: deque[tuple[float, float]] = deque(maxlen=_SIZE_MEMORY)  # while TRACKING
        self._search: Search | None = None  # while the target is LOST

    @property
    def engine(self) -> str:
        """The tracker's engine and device in words."""
        return engine_of(self._tracker)

    @property
    def state(self) -> State:
        return self._state

    def init(self, image: Image, box: Box) -> None:
        """Select what ``box`` holds; see ``Tracker.init`` for the parameters and errors."""
        self._tracker.init(image, box)
        self._state = State.TRACKING
        self._streak = 0
        self._last_seen = box
        self._sizes.clear()
        self._sizes.append((box.width, box.height))
        self._search = None

    def clear(self) -> None:
        """Forget the target."""
        self._state = State.SEARCHING
        self._last_seen = None

    def track(self, image: Image) -> TargetEstimate:
        """Follow the target into the next frame; see ``Tracker.track`` for the errors."""
        if self._last_seen is None:
            raise RuntimeError('no target is selected; call init first')
        if self._search is not None:
            result, reason = self._search_for_it(self._search, image)
        else:
            result = self._follow(image)
            reason = self._advance(result.score)
        if self._state == State.TRACKING:
            self._last_seen = result.box
            self._sizes.append((result.box.width, result.box.height))
        elif self._state == State.LOST and self._search is None and self._searcher is not None:
            self._search = Search(
                self._searcher, self._parameters.search, image,
                self._in_usual_size(self._last_seen))
        return TargetEstimate(
            state=self._state,
            box=self._last_seen if self._state == State.LOST else result.box,
            score=result.score,
            attention=result.attention,
            reason=reason,
            timings=result.timings,
        )

    def _in_usual_size(self, box: Box) -> Box:
        """Return a box in the median size of late: one that is being hidden seems to shrink."""
        widths, heights = zip(*self._sizes, strict=True)
        return Box.from_center(box.center_x, box.center_y, median(widths), median(heights))

    def _follow(self, image: Image) -> TrackResult:
        if self._searcher is None:
            return self._tracker.track(image)
        return self._searcher.track(image, learn=self._state == State.TRACKING)

    def _search_for_it(self, search: Search, image: Image) -> tuple[TrackResult, str]:
        result = search.step(image)
        if search.found:
            self._state, self._search = State.TRACKING, None
            self._sizes.clear()  # it may be back in another
        return result, search.reason

    def _advance(self, score: float) -> str:
        """Change the state by the newest score and say why it is what it is."""
        limits = self._parameters
        if self._state == State.TRACKING:
            if score >= limits.uncertain_below:
                return f'score {score:.2f}'
            self._state = State.UNCERTAIN
            self._uncertain = []
        if self._state == State.UNCERTAIN:
            if score > limits.tracking_above:
                self._state = State.TRACKING
                return f'score {score:.2f} is above {limits.tracking_above:g} again'
            return self._count_uncertain(score)
        self._streak = self._streak + 1 if score > limits.tracking_above else 0
        if self._streak >= limits.found_after:
            self._state = State.TRACKING
            return f'found again: {self._streak} frames scored above {limits.tracking_above:g}'
        return f'score {score:.2f}; lost'

    def _count_uncertain(self, score: float) -> str:
        limits = self._parameters
        self._uncertain.append(score)
        count, lately = len(self._uncertain), self._uncertain[-limits.lost_after:]
        mean = sum(lately) / len(lately)
        if count > limits.lost_after and mean < limits.lost_below:
            cause = f'the last {len(lately)} frames scored {mean:.2f} on average'
        elif count > max(limits.uncertain_at_most, limits.lost_after):
            cause = f'uncertain for {count} frames'
        else:
            return (f'score {score:.2f}; uncertain frame {count}, since it fell below '
                    f'{limits.uncertain_below:g}')
        self._state, self._streak = State.LOST, 0
        return f'score {score:.2f}; lost: {cause}'
