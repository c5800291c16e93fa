"""What a benchmark writes can be read by others."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from rat_tracker.evaluation.runner import SequenceRun
from rat_tracker.evaluation.summary import mean_row
from rat_tracker.evaluation.summary import row
from rat_tracker.evaluation.summary import write_boxes
from rat_tracker.evaluation.summary import write_summary


def run(frames: int, auc: float, fps: float) -> SequenceRun:
    return SequenceRun(np.ones((frames, 4)), auc, auc / 2, fps, 0.25)


def test_mean_counts_every_sequence_the_same() -> None:
    long, short = run(900, 0.2, 30), run(100, 0.6, 50)
    mean = mean_row([row('rat', 'long', long), row('rat', 'short', short)])

    assert (mean.tracker, mean.sequence, mean.frames) == ('rat', 'ALL', 1000)
    assert (mean.auc, mean.precision_20, mean.fps, mean.init_ms) == pytest.approx(
        (0.4, 0.2, 40, 250))


def test_summary_has_a_row_for_each_sequence_and_one_for_all(tmp_path: Path) -> None:
    tables = []
    for tracker in ('rat', 'opencv:kcf'):
        rows = [row(tracker, 'a', run(9, 0.25, 30)), row(tracker, 'b', run(9, 0.75, 50))]
        tables.append([*rows, mean_row(rows)])

    write_summary(tmp_path / 'summary.csv', tables)

    with (tmp_path / 'summary.csv').open(encoding='utf-8') as file:
        lines = list(csv.DictReader(file))
    assert list(lines[0]) == [
        'tracker', 'sequence', 'frames', 'auc', 'precision_20', 'fps', 'init_ms']
    assert [(line['tracker'], line['sequence']) for line in lines] == [
        (tracker, sequence)
        for tracker in ('rat', 'opencv:kcf') for sequence in ('a', 'b', 'ALL')]
    assert lines[2]['auc'] == '0.5000'
    assert lines[2]['frames'] == '18'


def test_boxes_are_written_like_got10k_counted_from_one(tmp_path: Path) -> None:
    write_boxes(tmp_path, 'rat:window=0.4', 'walk', np.array([[0, 0, 9.5, 8], [1.25, 2, 9, 8.]]))

    text = (tmp_path / 'rat:window=0.4' / 'walk.txt').read_text()
    assert text == '1.000,1.000,9.500,8.000\n2.250,3.000,9.000,8.000\n'
