"""Stages add up to the total, and the first frames are not counted."""

from __future__ import annotations

from itertools import count

import pytest
from support_profile import BegunTracker
from support_profile import measured
from support_trackers import BLACK

from rat_tracker.evaluation.machine import hardware
from rat_tracker.evaluation.running import profile as module
from rat_tracker.evaluation.running.profile import WARM_UP_FRAMES
from rat_tracker.geometry import Box

BOX = Box(1, 2, 10, 12)


def tracker(frames: int) -> BegunTracker:
    return BegunTracker([BOX] * frames, [1.0] * frames)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let 5 ms pass between any two looks at the clock."""
    ticks = count()
    monkeypatch.setattr(module, 'perf_counter', lambda: 0.005 * next(ticks))


def test_stages_come_in_order_and_add_up() -> None:
    # The script's stages take 1 and 3 ms.
    result = measured([tracker(30)], [BLACK] * 31, BOX, 20)

    assert [stage.name for stage in result.stages] == ['first', 'second', 'other', 'total']
    assert [stage.mean_ms for stage in result.stages] == pytest.approx([1, 3, 1, 5])
    assert [stage.p99_ms for stage in result.stages] == pytest.approx([1, 3, 1, 5])
    assert [stage.share for stage in result.stages] == pytest.approx([0.2, 0.6, 0.2, 1])
    assert result.fps == pytest.approx(200)
    assert result.init_ms == pytest.approx(5)
    assert result.kept_bytes == 0
    assert result.afterwards is None


def test_first_frames_are_not_counted() -> None:
    assert measured([tracker(30)], [BLACK] * 31, BOX, 20).frames == 20
    assert measured([tracker(30)], [BLACK] * 12, BOX, 20).frames == 11 - WARM_UP_FRAMES


def test_stages_of_several_targets_are_sums_and_compared_with_one() -> None:
    result = measured([tracker(30), tracker(30)], [BLACK] * 31, BOX, 20, alone=tracker(30))

    # The clock counts a look before and one after, however many are tracked in between.
    assert [stage.mean_ms for stage in result.stages] == pytest.approx([2, 6, -3, 5])
    assert result.targets == 2
    assert result.one_target is not None
    assert result.one_target.p50_ms == pytest.approx(5)
    assert result.one_target.share == 1


def test_all_targets_are_begun_before_the_first_is_finished() -> None:
    calls: list[str] = []
    trackers = [tracker(30), tracker(30)]
    for one in trackers:
        one.calls = calls

    measured(trackers, [BLACK] * 31, BOX, 20)

    assert calls[:8] == ['begin', 'begin', 'finish', 'finish'] * 2


def test_what_a_gpu_does_when_the_results_are_there_counts_in_the_speed_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, 'wait_for_gpu', lambda: True)

    result = measured([tracker(30)], [BLACK] * 31, BOX, 20)

    assert [stage.mean_ms for stage in result.stages] == pytest.approx([1, 3, 1, 5])
    assert result.afterwards is not None
    assert result.afterwards.mean_ms == pytest.approx(5)
    assert result.fps == pytest.approx(100)


def test_every_turn_begins_when_a_gpu_is_idle(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    trackers = [tracker(30), tracker(30)]
    for one in trackers:
        one.calls = calls
    monkeypatch.setattr(module, 'wait_for_gpu', lambda: calls.append('wait'))

    measured(trackers[:1], [BLACK] * 31, BOX, 20, alone=trackers[1])

    assert calls[:8] == ['wait', *['begin', 'finish', 'synchronize'] * 2, 'wait']


@pytest.mark.parametrize('images', [1, WARM_UP_FRAMES + 1])
def test_clip_that_is_too_short_is_refused(images: int) -> None:
    with pytest.raises(ValueError, match=f'there are {images} images; a profile needs'):
        measured([tracker(30)], [BLACK] * images, BOX, 20)


def test_hardware_is_reported_in_one_line() -> None:
    line = hardware()

    assert '\n' not in line
    assert ' cores; Python 3.' in line
    assert 'torch ' in line
