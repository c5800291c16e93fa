"""A distractor that comes into sight while the target is hidden is not taken for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rat_tracker.evaluation.clips.hiding import HidingScene
from rat_tracker.evaluation.clips.hiding import RATE
from rat_tracker.evaluation.clips.hiding import render_hiding
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.evaluation.states.episode import Episode
from rat_tracker.evaluation.states.episode import follow
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.tracker import Tracker

pytestmark = pytest.mark.needs('skimage')

BACK = round(1.5 * RATE)  # frames of which some of the target is seen again


def until_it_is_back(clip: Iterator[SyntheticFrame]) -> Iterator[SyntheticFrame]:
    hidden, back = False, 0
    for frame in clip:
        hidden = hidden or frame.visible == 0
        back += hidden and frame.visible > 0
        if back > BACK:
            return
        yield frame


# In both clips it is near enough to be looked at, and its shape is that of the target by half: by
# the response alone it was taken for the target.
@pytest.fixture(scope='module', params=[pytest.param(1, marks=pytest.mark.whole), 4])
def episode(tracker: Tracker, request: pytest.FixtureRequest) -> Episode:
    clip = render_hiding(HidingScene(2, distractor=0.5), seed=request.param)
    return follow(Target(tracker), until_it_is_back(clip), RATE)


@pytest.mark.timeout(300)
def test_distractor_is_not_taken_for_a_target_that_is_hidden(episode: Episode) -> None:
    states = [frame.state for frame in episode.hidden]

    assert State.LOST in states
    assert State.TRACKING not in states[states.index(State.LOST):]


@pytest.mark.timeout(300)
def test_target_itself_is_found_when_it_is_back(episode: Episode) -> None:
    assert episode.found_after is not None
    assert episode.false_finds == 0
