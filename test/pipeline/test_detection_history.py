"""Detections of the last seconds: found by id, by place, or refused with what is known."""

from __future__ import annotations

import pytest

from rat_tracker.geometry import Box
from rat_tracker.pipeline.detection_history import DetectionHistory
from rat_tracker.pipeline.detection_history import DetectionSet

MILLISECOND = 1_000_000
SECOND = 1000 * MILLISECOND
CAT, DOG = Box(10, 10, 20, 20), Box(60, 10, 20, 30)


def at(milliseconds: int, **boxes: Box) -> DetectionSet:
    return DetectionSet(milliseconds * MILLISECOND, 'camera', tuple(boxes.items()))


@pytest.fixture
def history() -> DetectionHistory:
    """Return what was found in three images, of which the last shows no dog."""
    history = DetectionHistory(2.0)
    history.append(at(1000, cat=CAT, dog=DOG))
    history.append(at(1100, cat=Box(12, 10, 20, 20), dog=Box(62, 10, 20, 30)))
    history.append(at(1200, cat=Box(14, 10, 20, 20)))
    return history


def test_without_a_stamp_the_newest_image_with_the_id_counts(history: DetectionHistory) -> None:
    found, box = history.named('dog', 0)
    assert (found.stamp, box) == (1100 * MILLISECOND, Box(62, 10, 20, 30))


def test_with_a_stamp_the_detection_of_that_image_is_returned(history: DetectionHistory) -> None:
    assert history.named('cat', 1000 * MILLISECOND)[1] == CAT
    # Stamps may have gone through floats.
    assert history.named('cat', 1001 * MILLISECOND)[1] == CAT


@pytest.mark.parametrize(('name', 'stamp', 'words'), [
    ('bird', 0, ["no detection 'bird' in the last 2 s", "known in the newest: 'cat'"]),
    ('dog', 1200, ["no detection 'dog' at stamp 1.200000000", "known there: 'cat'"]),
    ('cat', 5000, ['no detections are kept of stamp 5.000000000', 'from 1.000000000 to 1.2']),
])
def test_an_unknown_detection_is_refused_with_what_is_known(
    history: DetectionHistory, name: str, stamp: int, words: list[str],
) -> None:
    with pytest.raises(ValueError, match='detection') as refusal:
        history.named(name, stamp * MILLISECOND)
    assert all(word in str(refusal.value) for word in words), refusal.value


def test_before_any_detection_the_detector_is_missed() -> None:
    with pytest.raises(ValueError, match='start the detector'):
        DetectionHistory(2.0).named('cat', 0)


def test_an_id_that_two_detections_of_an_image_share_is_refused() -> None:
    history = DetectionHistory(2.0)
    history.append(DetectionSet(SECOND, 'camera', (('cat', CAT), ('cat', DOG))))
    with pytest.raises(ValueError, match='2 detections of one image have the id'):
        history.named('cat', 0)


def test_a_point_is_held_by_the_smallest_detection_around_it() -> None:
    history = DetectionHistory(2.0)
    history.append(at(1000, table=Box(0, 0, 200, 200), cup=Box(20, 20, 10, 10)))
    assert history.around(SECOND, 25, 25) == Box(20, 20, 10, 10)
    assert history.around(SECOND, 35, 25) == Box(0, 0, 200, 200)
    assert history.around(SECOND, 300, 25) is None
    assert history.around(2 * SECOND, 25, 25) is None  # found in another image
    assert history.around(0, 25, 25) is None  # an image without a stamp has no detections


def test_only_the_last_seconds_are_kept_and_stamps_may_start_anew() -> None:
    history = DetectionHistory(1.0)
    for tenth in range(50):
        history.append(at(tenth * 100, cat=Box(tenth, 0, 9, 9)))
    with pytest.raises(ValueError, match=r'from 3\.9'):
        history.named('cat', SECOND)
    history.append(at(500, dog=DOG))
    with pytest.raises(ValueError, match="known in the newest: 'dog'"):
        history.named('cat', 0)


def test_what_was_cleared_is_not_found(history: DetectionHistory) -> None:
    history.clear()
    with pytest.raises(ValueError, match='no detections were received yet'):
        history.named('cat', 0)
    history.append(at(500, dog=DOG))
    assert history.named('dog', 500 * MILLISECOND)[1] == DOG


def test_stamps_that_stand_still_do_not_fill_the_memory() -> None:
    history = DetectionHistory(1.0)
    history.append(at(1000, first=CAT))
    for _ in range(3000):
        history.append(at(1000, other=DOG))
    with pytest.raises(ValueError, match='no detection'):
        history.named('first', 0)
