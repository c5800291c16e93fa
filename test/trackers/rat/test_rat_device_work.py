"""A frame's work on the device: the host waits once, whatever the device is."""

from __future__ import annotations

from collections.abc import Callable
import threading
from typing import Any

import pytest
from support_maps import Readings
from support_rat import bits
from support_rat import CLIP
from support_rat import follow
from support_rat import IMAGES
from support_rat import SMALL
from support_rat import START
import torch

from rat_tracker.engines.cropping import DeviceCropper
from rat_tracker.geometry import Box
from rat_tracker.tracker import TrackResult
from rat_tracker.trackers import tracker_parameters
from rat_tracker.trackers.rat import tracker as rat
from rat_tracker.trackers.rat.model import RatModel
from rat_tracker.trackers.rat.together import ConcurrentRatTracker
from rat_tracker.trackers.rat.together import track_together
from rat_tracker.trackers.rat.tracker import RatTracker


def small(device: str = 'cpu') -> ConcurrentRatTracker:
    return ConcurrentRatTracker(
        tracker_parameters(SMALL), engine='torch', device=device, precision='float32')


def watched(work: Callable[..., object], waited: list[str]) -> Callable[..., object]:
    """Return the same work, noting what would make a GPU's host wait."""
    def noting(*arguments: object) -> object:
        with Readings() as readings:
            result = work(*arguments)
        waited.extend(readings.names)
        return result
    return noting


def test_nothing_between_the_patch_and_the_result_waits_for_the_device(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With this, all of it can be part of a CUDA graph. The clip is long enough to learn."""
    waited: list[str] = []
    for name in ('project', 'rank', 'attend', 'modulate', 'respond', 'search_scales',
                 'peak_point', 'sought', 'set_distractor_weights', 'learn', 'update'):
        monkeypatch.setattr(RatModel, name, watched(getattr(RatModel, name), waited))
    for name in ('prior', 'read'):  # what the box head says
        monkeypatch.setattr(rat, name, watched(getattr(rat, name), waited))

    follow(small(), IMAGES, START)

    assert waited == []


def test_learning_changes_its_tensors_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """A CUDA graph repeats work on the same memory; what moved would be lost to it."""
    made: list[RatModel] = []

    class Noted(RatModel):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            made.append(self)

    monkeypatch.setattr(rat, 'RatModel', Noted)
    tracker = small()
    tracker.init(IMAGES[0], START)
    model, = made
    places = [tensor.data_ptr() for tensor in model.tensors]
    values = [tensor.clone() for tensor in model.tensors]

    for image in IMAGES[1:]:
        tracker.track(image)

    assert [tensor.data_ptr() for tensor in model.tensors] == places
    assert all(not torch.equal(tensor, before)
               for tensor, before in zip(model.tensors, values, strict=True))


def test_patches_that_a_device_makes_lead_to_the_same_boxes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A level more or less in a pixel decides nothing, but on the smallest patches."""
    parameters = tracker_parameters('rat:patch_side=128')
    expected = follow(RatTracker(parameters), IMAGES, START)
    monkeypatch.setattr(rat, 'create_cropper', DeviceCropper)

    found = follow(RatTracker(parameters), IMAGES, START)

    # Within a pixel: what such levels come to differs from one CPU's arithmetic to another's.
    for one, other in zip(found, expected, strict=True):
        assert one.box.overlap(other.box) > 0.9


def test_begun_frames_are_finished_with_the_results_of_track() -> None:
    expected = bits(follow(small(), IMAGES, START))
    tracker = small()
    tracker.init(IMAGES[0], START)
    results = []
    for image in IMAGES[1:]:
        tracker.begin(image)
        results.append(tracker.finish())

    assert bits(results) == expected


def test_targets_are_followed_together_as_they_are_alone() -> None:
    other = Box(START.x - 4, START.y + 3, START.width, START.height)
    expected = [bits(follow(small(), IMAGES, box)) for box in (START, other)]
    trackers = [small(), small()]
    for tracker, box in zip(trackers, (START, other), strict=True):
        tracker.init(IMAGES[0], box)

    results = [track_together(trackers, image) for image in IMAGES[1:]]

    assert [bits([result[index] for result in results]) for index in (0, 1)] == expected


def test_frame_that_is_begun_twice_is_processed_anew() -> None:
    expected = bits(follow(small(), [IMAGES[0], IMAGES[2]], START))
    tracker = small()
    tracker.init(IMAGES[0], START)
    tracker.begin(IMAGES[1])
    tracker.begin(IMAGES[2])

    assert bits([tracker.finish()]) == expected


def test_target_that_fails_keeps_no_other_from_moving(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = bits(follow(small(), IMAGES[:2], START))
    failing, sound = small(), small()
    for tracker in (failing, sound):
        tracker.init(IMAGES[0], START)
    finish, results = ConcurrentRatTracker.finish, []

    def fail_or_finish(tracker: ConcurrentRatTracker) -> TrackResult:
        result = finish(tracker)
        if tracker is failing:
            raise FloatingPointError
        results.append(result)
        return result

    monkeypatch.setattr(ConcurrentRatTracker, 'finish', fail_or_finish)

    with pytest.raises(FloatingPointError):
        track_together([failing, sound], IMAGES[1])

    assert bits(results) == expected


def test_tracker_s_thread_ends_with_it() -> None:
    before = set(threading.enumerate())
    tracker = small()
    follow(tracker, IMAGES, START)
    thread, = set(threading.enumerate()) - before

    del tracker

    thread.join(timeout=20)
    assert not thread.is_alive()


def test_what_goes_wrong_while_learning_is_reported_with_the_next_frame(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: RatModel) -> None:
        raise MemoryError('no room to learn')

    monkeypatch.setattr(RatModel, 'learn', fail)

    with pytest.raises(MemoryError, match='no room to learn'):
        follow(small(), IMAGES, START)


def test_frame_that_was_not_begun_cannot_be_finished() -> None:
    tracker = small()
    with pytest.raises(RuntimeError, match='call begin first'):
        tracker.finish()
    tracker.init(IMAGES[0], START)
    tracker.begin(IMAGES[1])
    tracker.finish()
    with pytest.raises(RuntimeError, match='call begin first'):
        tracker.finish()


def test_new_target_makes_the_begun_frame_void() -> None:
    tracker = small()
    tracker.init(IMAGES[0], START)
    tracker.begin(IMAGES[1])

    tracker.init(CLIP[0].image, START)

    with pytest.raises(RuntimeError, match='call begin first'):
        tracker.finish()


@pytest.mark.skipif(not torch.cuda.is_available(), reason='needs an NVIDIA GPU')
@pytest.mark.parametrize('capturable', [True, False])
def test_gpu_follows_the_target_with_and_without_graphs(
    monkeypatch: pytest.MonkeyPatch, *, capturable: bool,
) -> None:
    expected = follow(small(), IMAGES, START)

    tracker = small('cuda')
    monkeypatch.setattr(tracker._network.engine, 'capturable', capturable)

    found = follow(tracker, IMAGES, START)

    for one, other in zip(found, expected, strict=True):
        assert one.box.overlap(other.box) > 0.95
        assert one.score == pytest.approx(other.score, abs=0.02)
