"""Somebody needs half a second to draw a box around what moves, in front of the real tracker."""

from __future__ import annotations

import pytest
from ros.client import Client
from ros.node_process import REAL_NODE
from ros.starting import StartProcess

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.ros.messages import from_box

pytestmark = pytest.mark.needs('skimage')

LOADING = 60.0  # seconds that the model may take on a busy machine
DELAY = 15  # images, half a second of them: from the one that is drawn on to the newest
DRAWN = 10  # on the image of this number
# However slow the machine that tests: the tracker may process every image on its way to now.
UNHURRIED = {'catch_up_seconds': 10.0}


def clip() -> list[SyntheticFrame]:
    """Return a card that leaves its own place within the delay."""
    frames = list(render(Scene(length=60, speed=7.0), seed=5))
    assert frames[DRAWN].box.overlap(frames[DRAWN + DELAY].box) == 0
    return frames


def overlaps(client: Client, frames: list[SyntheticFrame], *, stamped: bool) -> list[float]:
    """Select with delay and return how well the target is followed from then on."""
    client.begin()
    for index in range(DRAWN + DELAY + 1):
        client.show(index, frames[index].image)
    drawn = frames[DRAWN].box
    selected = client.select(drawn, index=DRAWN if stamped else None)
    assert selected.accepted, selected.message
    found = []
    for index in range(DRAWN + DELAY + 1, len(frames)):
        target = client.show(index, frames[index].image)
        assert target.id == selected.id
        found.append(from_box(target.box).overlap(frames[index].box))
    return found


def test_a_stamped_box_finds_what_has_moved_on_and_an_unstamped_one_does_not(
    start_process: StartProcess,
) -> None:
    frames = clip()
    _, client = start_process(program=REAL_NODE, parameters=UNHURRIED)
    client.ready(LOADING)
    stamped = overlaps(client, frames, stamped=True)
    assert min(stamped) > 0.7
    client.clear()
    unstamped = overlaps(client, frames, stamped=False)
    assert max(unstamped) < 0.2
