"""OpenCV's trackers behind our contract."""

from __future__ import annotations

from pathlib import Path
import statistics

import cv2
import numpy as np
import pytest

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.running.baselines import create_baseline
from rat_tracker.evaluation.running.baselines import OpenCvTracker
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.evaluation.running.trackers import require_tracker_or_baseline
from rat_tracker.geometry import Box
from rat_tracker.geometry import Image
from rat_tracker.tracker import Tracker

CLIP = list(render(Scene(length=15)))
BASELINES = ('opencv:csrt', 'opencv:kcf')  # Nano needs files that are not distributed with us
BLACK: Image = np.zeros((240, 320, 3), np.uint8)


@pytest.mark.parametrize('name', BASELINES)
def test_baseline_follows_an_easy_target(name: str) -> None:
    tracker: Tracker = create_baseline(name)
    tracker.init(CLIP[0].image, CLIP[0].box)

    results = [tracker.track(frame.image) for frame in CLIP[1:]]

    overlaps = [result.box.overlap(frame.box)
                for result, frame in zip(results, CLIP[1:], strict=True)]
    assert statistics.mean(overlaps) > 0.7
    assert {result.score for result in results} == {1.0}
    assert all(result.attention is None for result in results)
    assert all(set(result.timings) == {'opencv'} for result in results)


def test_baseline_that_loses_the_target_keeps_the_last_box() -> None:
    tracker = create_baseline('opencv:kcf')
    tracker.init(CLIP[0].image, CLIP[0].box)
    last = tracker.track(CLIP[1].image).box

    lost = tracker.track(np.random.default_rng(0).integers(0, 256, BLACK.shape, np.uint8))

    assert lost.box == last
    assert lost.score == 0


def test_baseline_that_cannot_start_stays_where_it_was_put() -> None:
    """CSRT fails on targets of few pixels."""
    tracker = create_baseline('opencv:csrt')
    tracker.init(BLACK, Box(10, 10, 1, 1))

    result = tracker.track(BLACK)

    assert result.box == Box(10, 10, 1, 1)
    assert result.score == 0


@pytest.mark.parametrize('name', BASELINES)
def test_baseline_can_be_started_again(name: str) -> None:
    tracker = create_baseline(name)
    states = []
    for _ in range(2):
        tracker.init(CLIP[0].image, CLIP[0].box)
        states.append([tracker.track(frame.image).box for frame in CLIP[1:4]])

    assert states[0] == states[1]


def test_baseline_keeps_the_contract() -> None:
    tracker = create_baseline('opencv:kcf')

    with pytest.raises(RuntimeError, match='call init first'):
        tracker.track(BLACK)
    with pytest.raises(ValueError, match='outside'):
        tracker.init(BLACK, Box(400, 10, 20, 20))
    tracker.init(BLACK, Box(40, 10, 20, 20))
    with pytest.raises(ValueError, match='the image is 160x240'):
        tracker.track(BLACK[:, :160])


def test_unknown_tracker_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown tracker 'opencv:mosse'; .*rat.*opencv:nano"):
        require_tracker_or_baseline('opencv:mosse')


def test_option_of_a_tracker_is_checked_before_it_is_made() -> None:
    require_tracker_or_baseline('rat:attention_gain=0')
    with pytest.raises(ValueError, match="unknown option 'gain'"):
        require_tracker_or_baseline('rat:gain=0')


def test_nano_without_its_files_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r'nanotrack_backbone_sim\.onnx .* --nano-models'):
        create_tracker_or_baseline('opencv:nano')
    with pytest.raises(ValueError, match=r'nanotrack_backbone_sim\.onnx is missing'):
        require_tracker_or_baseline('opencv:nano', tmp_path)
    (tmp_path / 'nanotrack_backbone_sim.onnx').touch()
    with pytest.raises(ValueError, match=r'nanotrack_head_sim\.onnx is missing'):
        require_tracker_or_baseline('opencv:nano', tmp_path)


@pytest.mark.parametrize('content', [b'', b'not a network'])
def test_nano_with_files_that_are_no_networks_names_them(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], content: bytes,
) -> None:
    level = cv2.utils.logging.getLogLevel()
    for name in ('nanotrack_backbone_sim.onnx', 'nanotrack_head_sim.onnx'):
        (tmp_path / name).write_bytes(content)

    with pytest.raises(ValueError, match=(
            r'nanotrack_backbone_sim\.onnx and .*nanotrack_head_sim\.onnx are not networks '
            r"that OpenCV can load; get NanoTrack's files again")) as failure:
        require_tracker_or_baseline('opencv:nano', tmp_path)

    assert '\n' not in str(failure.value)
    assert capfd.readouterr() == ('', '')  # OpenCV's own log
    assert cv2.utils.logging.getLogLevel() == level


def test_tracker_or_baseline_is_found_by_its_name() -> None:
    assert isinstance(create_tracker_or_baseline('opencv:csrt'), OpenCvTracker)
