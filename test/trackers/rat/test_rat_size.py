"""The size follows the target while the target is seen clearly, and rests while it is not."""

from __future__ import annotations

from dataclasses import replace
import math

import pytest
from support_rat import follow

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.geometry import Box
from rat_tracker.ros.simulation.camera import Camera
from rat_tracker.ros.simulation.world import World
from rat_tracker.trackers import create_tracker
from rat_tracker.trackers import tracker_parameters
from rat_tracker.trackers.rat.tracker import RatTracker

# The card comes nearer and goes away again: its sides change by half and back.
CLIP = list(render(Scene(target_width=40, target_height=50, zoom=1.5)))
SIDES = [math.sqrt(frame.box.area) for frame in CLIP]


def sides(least_peak: float, options: str = '') -> list[float]:
    """Return the sides of the boxes that follow the clip."""
    parameters = tracker_parameters(f'rat{options}')
    parameters = replace(parameters, scale=replace(parameters.scale, least_peak=least_peak))
    results = follow(RatTracker(parameters), [frame.image for frame in CLIP], CLIP[0].box)
    return [math.sqrt(result.box.area) for result in results]


def test_size_follows_the_target() -> None:
    assert max(SIDES) > 1.3 * SIDES[0]

    assert sides(least_peak=0.272) == pytest.approx(SIDES[1:], rel=0.2)


def test_scale_search_rests_in_frames_below_the_response_that_it_takes() -> None:
    """No frame answers ten times as high as the first one, of which everything was learned."""
    assert sides(least_peak=10, options=':box_estimator.rate=0') == pytest.approx(
        [SIDES[0]] * (len(CLIP) - 1))


def test_a_box_that_is_far_too_wide_soon_fits_again() -> None:
    """The simulated robot's person, who is three times as high as wide."""
    world, camera = World(), Camera(640, 480)
    person = camera.box(world)
    assert person is not None
    tracker = create_tracker('rat')
    tracker.init(camera.render(world).image, person)
    tracker.resume(Box.from_center(
        person.center_x, person.center_y, 2 * person.width, person.height))
    for _ in range(10):
        found = tracker.track(camera.render(world).image).box
    assert found.width == pytest.approx(person.width, rel=0.2)
    assert found.height == pytest.approx(person.height, rel=0.15)
