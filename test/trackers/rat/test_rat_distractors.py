"""A distractor that is in sight while the target is hidden is not taken for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from support_rat import bits
from support_rat import follow as follow_images
from support_rat import IMAGES
from support_rat import START

from rat_tracker.evaluation.clips.hiding import HidingScene
from rat_tracker.evaluation.clips.hiding import RATE
from rat_tracker.evaluation.clips.hiding import render_hiding
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.evaluation.clips.textures import texture
from rat_tracker.evaluation.states.episode import Episode
from rat_tracker.evaluation.states.episode import follow
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.target import State
from rat_tracker.target import Target
from rat_tracker.tracker import Tracker
from rat_tracker.trackers import create_tracker

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

SIDE = 32
GROUND = np.asarray(cv2.resize(texture('coins'), (420, 300)), np.uint8)
CARD = cv2.resize(texture('face'), (SIDE, SIDE), interpolation=cv2.INTER_AREA)
DARKER = (0.8 * CARD).astype(np.uint8)
SHOWN, COVERED, AFTER = 20, 8, 8  # frames
COVER = round(0.75 * SIDE)  # pixels of the target's height


@dataclass(frozen=True)
class Pair:
    """Two like each other, side by side; most of the target, on the left, is covered for a while.

    The other one looks more like the target, then, than what is left of it.
    """

    images: list[Image]
    target: list[Box]
    other: list[Box]


def pair(gap: int = 40) -> Pair:
    images, target, other = [], [], []
    for frame in range(SHOWN + COVERED + AFTER):
        image, x, y = GROUND.copy(), 100 + 2 * frame, 140
        image[y:y + SIDE, x + gap:x + gap + SIDE] = DARKER
        image[y:y + SIDE, x:x + SIDE] = CARD
        if SHOWN <= frame < SHOWN + COVERED:
            image[y:y + COVER, x:x + SIDE] = GROUND[200:200 + COVER, 100:100 + SIDE]
        images.append(image)
        target.append(Box(x, y, SIDE, SIDE))
        other.append(Box(x + gap, y, SIDE, SIDE))
    return Pair(images, target, other)


def test_companion_is_not_taken_for_a_target_of_which_little_is_seen() -> None:
    clip = pair()

    results = follow_images(create_tracker('rat'), clip.images, clip.target[0])

    assert max(result.box.overlap(box)
               for result, box in zip(results, clip.other[1:], strict=True)) == 0
    assert max(result.score for result in results[SHOWN - 1:SHOWN + COVERED - 1]) < 0.5
    assert results[-1].box.overlap(clip.target[-1]) > 0.7
    assert results[-1].score > 0.5


def test_companion_is_taken_for_it_where_distractors_are_not_followed() -> None:
    clip = pair()
    tracker = create_tracker('rat:distractors.suppression=0')

    last = follow_images(tracker, clip.images, clip.target[0])[-1]

    assert last.box.overlap(clip.other[-1]) > 0.7


def test_one_target_alone_is_followed_as_without_them() -> None:
    alone = follow_images(create_tracker('rat'), IMAGES, START)
    off = follow_images(create_tracker('rat:distractors.suppression=0'), IMAGES, START)

    assert bits(alone) == bits(off)


def test_distractors_of_before_a_resumption_count_no_more() -> None:
    clip = pair()
    tracker = create_tracker('rat')
    follow_images(tracker, clip.images[:SHOWN], clip.target[0])

    tracker.resume(clip.other[SHOWN - 1])
    box = tracker.track(clip.images[SHOWN - 1]).box

    assert box.overlap(clip.other[SHOWN - 1]) > 0.7
