"""The summary's lines say what was measured, and what was not."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rat_tracker.datasets import Sequence
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.evaluation.report.results import Results
from rat_tracker.evaluation.report.summary import write_summary
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun

TRUTH = np.tile([10.0, 10, 20, 20], (4, 1))


def sequence(name: str) -> Sequence:
    return Sequence(name, ImageFiles((Path('a.jpg'),) * 4), TRUTH)


def run(shift: float, seconds: float = 0.02, init: float = 0.25) -> SequenceRun:
    """A tracker that is off by so many pixels from the second frame on."""
    boxes = TRUTH.copy()
    boxes[1:, 0] += shift
    return SequenceRun(
        boxes, np.ones(4), np.array([init, *[seconds] * 3]), {}, (64, 48), 50_000_000, 0.1)


RIGHT, WRONG = run(0), run(100, seconds=0.05)
RESULTS = Results(
    'clips', [sequence('a'), sequence('b')], ['rat', 'opencv:kcf'],
    {('rat', 'a'): RIGHT, ('rat', 'b'): WRONG,
     ('opencv:kcf', 'a'): RIGHT, ('opencv:kcf', 'b'): Failure('image b.jpg cannot be read')}, {})


def test_every_tracker_has_a_line_for_each_sequence_and_one_for_all() -> None:
    assert [(row.tracker, row.sequence) for row in RESULTS.lines] == [
        (tracker, name) for tracker in ('rat', 'opencv:kcf') for name in ('a', 'b', 'ALL')]


def test_metrics_of_all_are_means_and_frames_a_sum() -> None:
    first, second, both, *_ = RESULTS.lines

    assert (first.auc, second.auc) == pytest.approx((20 / 21, 20 / 21 / 4))
    assert both.auc == pytest.approx((first.auc + second.auc) / 2)
    assert (first.sr_50, second.sr_50, both.sr_50) == (1, 0, 0.5)
    assert (first.frames, both.frames) == (4, 8)
    assert (first.fps, second.fps) == pytest.approx((50, 20))
    assert both.init_ms == pytest.approx(250)
    assert both.peak_memory_mb == 50


def test_speed_of_all_is_that_of_all_frames_together() -> None:
    """Three frames of 20 ms and three of 50 ms."""
    _, _, both, *_ = RESULTS.lines

    assert both.fps == pytest.approx(6 / 0.21)


def test_calibration_error_is_over_all_frames_together() -> None:
    _, second, both, *_ = RESULTS.lines

    assert second.ece == pytest.approx(1)  # always sure, never right
    assert both.ece == pytest.approx(0.5)


def test_failed_run_is_named_and_left_out_of_the_means() -> None:
    *_, finished, failed, both = RESULTS.lines

    assert failed.status == 'failed: image b.jpg cannot be read'
    assert np.isnan([failed.auc, failed.fps, failed.ao]).all()
    assert (finished.status, both.status) == ('ok', '1 of 2 failed')
    assert both.auc == finished.auc


def test_tracker_that_failed_everywhere_has_no_metrics() -> None:
    failed = Results('clips', [sequence('a')], ['rat'], {('rat', 'a'): Failure('why')}, {})

    *_, both = failed.lines

    assert both.status == '1 of 1 failed'
    assert np.isnan([both.auc, both.fps]).all()


def test_share_of_the_frames_that_were_worked_on() -> None:
    hurried = replace(RIGHT, seconds=np.array([0.1, np.nan, 0.1, np.nan]))
    *_, both = Results('clips', [sequence('a')], ['rat'], {('rat', 'a'): hurried}, {}).lines

    assert both.worked == 0.5


def test_file_can_be_read_by_others(tmp_path: Path) -> None:
    write_summary(tmp_path / 'summary.csv', RESULTS.lines)

    with (tmp_path / 'summary.csv').open(encoding='utf-8') as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0])[:11] == [
        'tracker', 'sequence', 'frames', 'auc', 'precision_20', 'norm_precision', 'ao', 'sr_50',
        'sr_75', 'fps', 'init_ms']
    assert lines[2]['sequence'] == 'ALL'
    assert lines[2]['sr_50'] == '0.5000'
    assert lines[4]['auc'] == 'nan'
