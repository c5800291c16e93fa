"""What is tracked, left out and given up: what the node does with the same images."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ros import scene
from support_bags import BEGIN
from support_bags import follow
from support_bags import header
from support_bags import image_message
from support_bags import on_the_spot
from support_bags import PERIOD
from support_bags import read_bag
from support_bags import spots
from support_bags import stamp_of
from support_bags import write_bag
from support_trackers import ScriptedTracker

from rat_tracker.bags.bag_tracker import BagTracker
from rat_tracker.bags.definitions import make_typestore
from rat_tracker.bags.errors import BagError
from rat_tracker.bags.first_image import find_first
from rat_tracker.bags.source import Bag
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.target import State
from rat_tracker.tracker import TrackResult


def targets(output: Path) -> list[Any]:
    return [message for _, message in read_bag(output)['/tracker_node/target']]


def test_images_that_cannot_be_read_are_counted_and_left_out(tmp_path: Path) -> None:
    messages = spots(6)
    messages[2] = replace(messages[2], height=100)
    messages[4] = replace(messages[4], encoding='rgb9')

    tally = follow(write_bag(tmp_path / 'bag', messages), tmp_path / 'out', on_the_spot(6))

    assert (tally.frames, tally.tracked, tally.unreadable) == (6, 4, 2)
    assert '320x100' in tally.first_fault
    assert [message.header.stamp for message in targets(tmp_path / 'out')] == [
        messages[index].header.stamp for index in (0, 1, 3, 5)]
    assert tally.states == {State.TRACKING: 4}


def test_thermal_images_are_followed_by_the_range_of_the_first_ones(tmp_path: Path) -> None:
    def thermal(index: int) -> Any:
        counts = 7000 + scene.picture(index)[:, :, 2].astype(np.uint16)
        return image_message(
            scene.picture(index), stamp_of(index), encoding='16UC1', step=2 * scene.WIDTH,
            data=counts.reshape(-1).view(np.uint8))
    bag = write_bag(tmp_path / 'bag', [thermal(index) for index in range(4)])
    tracker = on_the_spot(4)
    with Bag(bag, make_typestore()) as recording:
        first, _ = find_first(recording, recording.choose(None), 0.0, None, {})
        bag_tracker = BagTracker(first, scene.red_box(0))

    tally = follow(bag, tmp_path / 'out', tracker)

    assert tally.states == {State.TRACKING: 4}
    (note,) = bag_tracker.notes
    assert note.startswith('16UC1 images do not say what is black and what is white: by the first '
                           'image 7')


def test_a_first_image_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    messages = spots(3)
    messages[0] = replace(messages[0], encoding='rgb9')

    with pytest.raises(BagError, match=r'cannot be read: image .*choose another one'):
        follow(write_bag(tmp_path / 'bag', messages), tmp_path / 'out', on_the_spot(3))

    assert not (tmp_path / 'out').exists()


def test_a_box_outside_of_the_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match='outside the 320x240 image'):
        follow(write_bag(tmp_path / 'bag', spots(3)), tmp_path / 'out', on_the_spot(3),
               box=Box(400, 10, 20, 20))

    assert not (tmp_path / 'out').exists()


def test_images_without_stamps_are_tracked_and_counted(tmp_path: Path) -> None:
    messages = [replace(message, header=header(0)) for message in spots(5)]
    bag = write_bag(tmp_path / 'bag', messages, times=[stamp_of(index) for index in range(5)])

    tally = follow(bag, tmp_path / 'out', on_the_spot(5))

    assert (tally.tracked, tally.unstamped) == (5, 5)
    found = read_bag(tmp_path / 'out')['/tracker_node/target']
    assert [time for time, _ in found] == [stamp_of(index) for index in range(5)]
    assert all((message.header.stamp.sec, message.age.sec) == (0, 0) for _, message in found)


def test_an_image_that_comes_late_is_dropped(tmp_path: Path) -> None:
    messages = spots(5)
    messages[3] = replace(messages[3], header=header(stamp_of(1)))
    bag = write_bag(tmp_path / 'bag', messages, times=[stamp_of(index) for index in range(5)])

    tally = follow(bag, tmp_path / 'out', on_the_spot(5))

    assert (tally.tracked, tally.dropped) == (4, 1)


def test_stamps_that_jump_back_end_the_target(tmp_path: Path) -> None:
    messages = spots(6)
    for index in (3, 4, 5):  # as in a recording of a clip that is played in a loop
        messages[index] = replace(messages[index], header=header(BEGIN - 10**9 + index * PERIOD))
    bag = write_bag(tmp_path / 'bag', messages, times=[stamp_of(index) for index in range(6)])

    tally = follow(bag, tmp_path / 'out', on_the_spot(6))

    assert 'jumped back by 0.967 s' in tally.given_up
    assert tally.states == {State.TRACKING: 3, State.SEARCHING: 3}
    last = targets(tmp_path / 'out')[-1]
    assert (last.id, last.state, last.box.width) == ('', State.SEARCHING, 0.0)


def test_images_that_change_their_size_end_the_target(tmp_path: Path) -> None:
    messages = spots(4)
    messages[2] = image_message(scene.picture(2)[:120], stamp_of(2))

    tally = follow(write_bag(tmp_path / 'bag', messages), tmp_path / 'out', on_the_spot(4))

    assert 'from 320x240 to 320x120' in tally.given_up
    assert tally.states == {State.TRACKING: 2, State.SEARCHING: 2}


class FailingTracker(ScriptedTracker):
    """Raises at the third image."""

    def track(self, image: Image) -> TrackResult:
        if len(self.images) == 2:
            raise RuntimeError('out of memory')
        return super().track(image)


def test_a_tracker_that_fails_ends_the_target_and_keeps_the_results(tmp_path: Path) -> None:
    tracker = FailingTracker([scene.red_box(1)] * 9, [0.9] * 9)

    tally = follow(write_bag(tmp_path / 'bag', spots(5)), tmp_path / 'out', tracker)

    assert tally.failure == 'the tracker failed: out of memory'
    assert tally.states == {State.TRACKING: 2, State.SEARCHING: 2}
    assert 'out of memory' in targets(tmp_path / 'out')[-1].reason


class UnstartableTracker(ScriptedTracker):
    """Raises at its start."""

    def init(self, image: Image, box: Box) -> None:
        raise RuntimeError('out of memory')


def test_a_tracker_that_fails_at_its_start_is_reported(tmp_path: Path) -> None:
    tally = follow(write_bag(tmp_path / 'bag', spots(3)), tmp_path / 'out',
                   UnstartableTracker([], []))

    assert tally.failure == 'the tracker failed: out of memory'
    assert tally.states == {State.SEARCHING: 2}
    assert 'out of memory' in targets(tmp_path / 'out')[-1].reason


def test_who_stops_it_gets_a_whole_bag_of_what_was_done(tmp_path: Path) -> None:
    stops = iter([False, False, True])

    tally = follow(write_bag(tmp_path / 'bag', spots(9)), tmp_path / 'out', on_the_spot(9),
                   stopped=lambda: next(stops))

    assert tally.frames == 3
    assert len(targets(tmp_path / 'out')) == 3
