"""A target is expected where the camera carries it and where its own velocity leads."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from rat_tracker.evaluation.clips.textures import texture
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.online.target_motion import MotionParameters
from rat_tracker.online.target_motion import TargetMotion

GROUND = np.asarray(cv2.resize(texture('coins'), (900, 480)), np.uint8)
STILL = GROUND[:, :640]
START = Box(300, 200, 40, 40)
OWN = MotionParameters(camera=0.0, velocity=0.5, keep=0.5, reach=0.5)
BOTH = MotionParameters(camera=1.0, velocity=0.5, keep=0.5, reach=0.5)


def moved(box: Box, dx: float, dy: float = 0.0) -> Box:
    return Box(box.x + dx, box.y + dy, box.width, box.height)


def panned(frame: int, pixels: int = 12) -> Image:
    """Return a frame of a camera that turns to the right."""
    return GROUND[:, frame * pixels:frame * pixels + 640]


def follow(
    motion: TargetMotion, box: Box, steps: int, dx: float, *, trusted: bool = True,
) -> Box:
    """Let a target move over a still background; return where it gets to."""
    for _ in range(steps):
        expected = motion.expect(STILL, box)
        box = moved(box, dx)
        motion.follow(expected, box, trusted=trusted)
    return box


def test_target_that_was_just_selected_is_expected_where_it_is() -> None:
    expected = TargetMotion(BOTH, STILL).expect(STILL, START)

    assert expected.box == expected.carried == START


def test_target_is_expected_to_go_on_as_it_went() -> None:
    motion = TargetMotion(OWN, STILL)
    box = follow(motion, START, 10, 8)

    expected = motion.expect(STILL, box)

    assert expected.carried == box
    assert expected.box.values == pytest.approx(moved(box, 8).values, abs=0.1)


def test_still_target_is_carried_by_the_camera() -> None:
    motion = TargetMotion(BOTH, panned(0))

    expected = motion.expect(panned(1), START)

    assert expected.carried.values == pytest.approx(moved(START, -12).values, abs=2)
    assert expected.box == expected.carried


def test_target_that_the_camera_follows_is_expected_to_stay_in_the_middle() -> None:
    """It moves as fast as the camera turns."""
    motion = TargetMotion(BOTH, panned(0))
    for frame in range(1, 12):
        motion.follow(motion.expect(panned(frame), START), START, trusted=True)

    expected = motion.expect(panned(12), START)

    assert expected.box.values == pytest.approx(START.values, abs=2)


def test_part_of_the_cameras_motion_carries_as_far() -> None:
    half = MotionParameters(camera=0.5, velocity=0.5, keep=0.5, reach=0.5)

    expected = TargetMotion(half, panned(0)).expect(panned(1), START)

    assert expected.carried.values == pytest.approx(moved(START, -6).values, abs=1)


def test_frames_in_doubt_teach_nothing_and_let_the_velocity_fade() -> None:
    motion = TargetMotion(OWN, STILL)
    box = follow(motion, START, 10, 8)
    ahead = []
    for _ in range(3):
        expected = motion.expect(STILL, box)
        ahead.append(expected.box.x - box.x)
        motion.follow(expected, moved(box, -30), trusted=False)

    assert ahead == pytest.approx([8, 4, 2], abs=0.1)


def test_velocity_leads_no_farther_than_its_reach() -> None:
    """Frames may have been missed, and the velocity is that of a longer time."""
    motion = TargetMotion(OWN, STILL)
    expected = motion.expect(STILL, START)
    motion.follow(expected, moved(START, 200, 150), trusted=True)

    ahead = motion.expect(STILL, START).box

    step = ahead.x - START.x, ahead.y - START.y
    assert math.hypot(*step) == pytest.approx(0.5 * 40)
    assert step[0] / step[1] == pytest.approx(200 / 150), 'its direction is kept'


def test_expected_centre_is_inside_the_image() -> None:
    motion = TargetMotion(BOTH, panned(0))
    at_edge = Box.from_center(5, 470, 40, 40)
    motion.follow(motion.expect(panned(1), at_edge), at_edge, trusted=True)

    for frame in range(2, 6):
        expected = motion.expect(panned(frame), at_edge)
        motion.follow(expected, Box.from_center(0, 480, 40, 40), trusted=True)
        expected.carried.require_inside(640, 480)
        expected.box.require_inside(640, 480)


def test_nothing_is_remembered_of_a_frame_that_was_not_followed() -> None:
    motion = TargetMotion(BOTH, panned(0))
    plain = motion.expect(panned(1), START)
    motion.expect(panned(7), START)

    assert motion.expect(panned(1), START).box == plain.box


def test_forgotten_motion_begins_anew_with_the_next_frame() -> None:
    motion = TargetMotion(BOTH, panned(0))
    follow(motion, START, 5, 8)
    motion.forget()

    again = motion.expect(panned(9), START)
    motion.follow(again, START, trusted=True)

    assert again.box == again.carried == START
    assert motion.expect(panned(10), START).carried.x == pytest.approx(START.x - 12, abs=2)


def test_both_turned_off_expects_nothing_and_keeps_nothing() -> None:
    off = MotionParameters(camera=0.0, velocity=0.0, keep=0.5, reach=0.5)
    motion = TargetMotion(off, STILL)
    box = follow(motion, START, 5, 8)

    assert motion.expect(panned(3), box).box == box
    assert motion.memory_bytes == 0


def test_memory_is_that_of_the_small_picture() -> None:
    motion = TargetMotion(BOTH, np.ascontiguousarray(STILL))
    follow(motion, START, 3, 2)

    assert motion.memory_bytes == 128 * 96
