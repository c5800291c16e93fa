"""How well ``rat`` follows cards whose place is known exactly, one difficulty at a time.

Bounds stand below what was measured, which stands beside them: a change of library versions
passes, a tracker that lost one of its abilities does not.
"""

from __future__ import annotations

from dataclasses import dataclass
import statistics

import pytest

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.target import TargetEstimate
from rat_tracker.tracker import Tracker
from rat_tracker.trackers import create_tracker


@dataclass(frozen=True)
class Expected:
    """The least mean overlap, of the frames that show more than half of the target."""

    scene: Scene
    overlap: float


EXPECTED = {
    'smooth': Expected(Scene(length=40), 0.80),  # 0.93
    'fast': Expected(Scene(speed=9, target='cup', ground='grass', length=40), 0.80),  # 0.92
    'blurred': Expected(Scene(
        speed=6, exposure=0.8, target='face', ground='grass', length=40), 0.75),  # 0.94
    'growing and shrinking': Expected(Scene(
        zoom=1.4, target='face', ground='tissue', length=100), 0.70),  # 0.91
    'turning': Expected(Scene(turn=20, target='face', ground='tissue'), 0.55),  # 0.74
    'light and noise': Expected(Scene(light=0.5, noise=8, target='cup'), 0.80),  # 0.95
    'partly hidden': Expected(Scene(occlusion=0.6, target='cup'), 0.80),  # 0.94
    'a twin passes': Expected(Scene(
        distractor=True, target='rocket', target_width=30, ground='coins'), 0.70),  # 0.93
}


@pytest.fixture(scope='module')
def tracker() -> Tracker:
    return create_tracker('rat')


def follow(tracker: Tracker, scene: Scene) -> list[tuple[SyntheticFrame, TargetEstimate]]:
    """Return every frame but the first with the result for it."""
    frames = render(scene)
    first = next(frames)
    target = Target(tracker)
    target.init(first.image, first.box)
    return [(frame, target.track(frame.image)) for frame in frames]


@pytest.mark.parametrize('name', EXPECTED)
def test_overlap(tracker: Tracker, name: str) -> None:
    expected = EXPECTED[name]
    overlaps = [estimate.box.overlap(frame.box)
                for frame, estimate in follow(tracker, expected.scene) if frame.visible > 0.5]
    assert statistics.mean(overlaps) > expected.overlap
    assert overlaps[-1] > 0.5, 'the target is still followed at the end'


def test_target_behind_a_post_scores_low_and_is_found_again(tracker: Tracker) -> None:
    followed = follow(tracker, Scene(occlusion=1.0, target='face'))
    hidden = [estimate.state for frame, estimate in followed if frame.visible < 0.05]
    assert State.TRACKING not in hidden[2:]
    frame, estimate = followed[-1]
    assert estimate.state is State.TRACKING
    assert estimate.box.overlap(frame.box) > 0.7  # 0.92


def test_target_that_leaves_is_lost_and_found_again(tracker: Tracker) -> None:
    followed = follow(tracker, Scene(leaves=True, target='cat', ground='stars'))
    gone = [estimate.state for frame, estimate in followed if frame.visible == 0]
    assert len(gone) > 10
    assert gone[-1] is State.LOST
    assert State.TRACKING not in gone
    frame, estimate = followed[-1]
    assert estimate.state is State.TRACKING
    assert estimate.box.overlap(frame.box) > 0.7  # 0.99
