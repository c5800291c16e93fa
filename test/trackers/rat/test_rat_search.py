"""``rat`` can search elsewhere than where its target was, without forgetting where that is."""

from __future__ import annotations

import numpy as np
import pytest
from support_rat import bits
from support_rat import CLIP
from support_rat import follow
from support_rat import IMAGES
from support_rat import START

from rat_tracker.geometry import Box
from rat_tracker.tracker import SearchingTracker
from rat_tracker.tracker import Tracker


@pytest.fixture
def searcher(tracker: Tracker) -> SearchingTracker:
    assert isinstance(tracker, SearchingTracker)
    tracker.init(IMAGES[0], START)
    return tracker


def beside(box: Box, across: float, down: float = 0.0, size: float = 1.0) -> Box:
    return Box.from_center(box.center_x + across, box.center_y + down,
                           size * box.width, size * box.height)


def test_target_is_found_from_a_window_beside_it(searcher: SearchingTracker) -> None:
    truth = CLIP[1].box
    result = searcher.evaluate_at(IMAGES[1], beside(truth, 0.4 * truth.width, -0.3 * truth.height))

    assert result.score > 0.5
    assert result.box.overlap(truth) > 0.7


def test_nothing_is_found_where_the_target_is_not(searcher: SearchingTracker) -> None:
    truth, image = CLIP[1].box, IMAGES[1]
    empty = image.copy()
    region = searcher.search_region(truth)
    empty[max(int(region.y), 0):int(region.y + region.height),
          max(int(region.x), 0):int(region.x + region.width)] = 90

    assert searcher.evaluate_at(empty, truth).score < 0.2


def test_thing_of_the_same_shape_and_other_colours_is_not_taken_for_the_target(
    searcher: SearchingTracker,
) -> None:
    for image in IMAGES[1:8]:
        searcher.track(image)
    truth, image = CLIP[8].box, IMAGES[8]
    seen = searcher.evaluate_at(image, truth)
    repainted = searcher.evaluate_at(image[..., [1, 0, 2]], truth)

    assert repainted.box.overlap(truth) > 0.7, 'its response is as prominent as before'
    assert repainted.score < 0.5 < seen.score


def test_found_box_has_the_size_of_the_candidate(searcher: SearchingTracker) -> None:
    candidate = beside(CLIP[1].box, 5, size=1.1)
    found = searcher.evaluate_at(IMAGES[1], candidate).box

    assert (found.width, found.height) == pytest.approx((candidate.width, candidate.height))


def test_search_region_is_around_the_candidate_and_grows_with_it(
    searcher: SearchingTracker,
) -> None:
    candidate = Box(60, 70, START.width, START.height)
    region = searcher.search_region(candidate)
    larger = searcher.search_region(beside(candidate, 0, size=2))

    assert (region.center_x, region.center_y) == pytest.approx(
        (candidate.center_x, candidate.center_y), abs=1)
    assert region.width > 1.5 * candidate.width
    assert larger.width == pytest.approx(2 * region.width, abs=2)


def test_searching_elsewhere_changes_nothing_of_what_follows(
    tracker: Tracker, searcher: SearchingTracker,
) -> None:
    plain = bits(follow(tracker, IMAGES, START))

    searcher.init(IMAGES[0], START)
    disturbed = []
    for image in IMAGES[1:]:
        searcher.evaluate_at(image, Box(5, 5, 30, 30))
        disturbed.append(searcher.track(image))
        searcher.evaluate_at(image, Box(200, 100, 60, 60))
    assert bits(disturbed) == plain


def test_tracking_goes_on_where_it_is_told_to(searcher: SearchingTracker) -> None:
    for image in IMAGES[1:4]:
        searcher.track(image)
    searcher.resume(Box(10, 10, START.width, START.height))
    assert searcher.track(IMAGES[4]).box.overlap(CLIP[4].box) < 0.3

    searcher.resume(CLIP[4].box)
    assert searcher.track(IMAGES[5]).box.overlap(CLIP[5].box) > 0.6


def test_candidate_outside_of_the_image_is_refused(searcher: SearchingTracker) -> None:
    with pytest.raises(ValueError, match='outside'):
        searcher.resume(Box(-500, 10, 30, 30))


def test_frames_that_teach_nothing_leave_appearance_and_size_alone(
    searcher: SearchingTracker,
) -> None:
    results = [searcher.track(image, learn=False) for image in IMAGES[1:]]

    assert {(round(result.box.width, 6), round(result.box.height, 6)) for result in results} == {
        (START.width, START.height)}
    assert results[-1].box.overlap(CLIP[len(IMAGES) - 1].box) > 0.4


def test_image_of_another_size_is_refused(searcher: SearchingTracker) -> None:
    with pytest.raises(ValueError, match='select it again'):
        searcher.evaluate_at(np.zeros((10, 10, 3), np.uint8), START)
