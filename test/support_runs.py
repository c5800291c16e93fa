"""Runs that are compared, that last, and whose process is ended."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from contextlib import suppress
import os
from pathlib import Path
import signal

from support_datasets import write_sequence

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence
from rat_tracker.evaluation.running.baselines import create_baseline
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.evaluation.sequence_run import Failure
from rat_tracker.evaluation.sequence_run import SequenceRun

TRACKER = 'opencv:csrt'


def require_same_boxes(
    outcomes: Mapping[str, SequenceRun | Failure], sequences: Iterable[Sequence],
) -> None:
    """Compare what came of ``TRACKER`` elsewhere with what comes of it in this process."""
    for sequence in sequences:
        here = run_sequence(create_baseline(TRACKER), sequence)
        there = outcomes[sequence.name]
        assert isinstance(there, SequenceRun)
        assert there.boxes.tolist() == here.boxes.tolist()


def long_sequence(folder: Path) -> Sequence:
    """Write a sequence whose run is far from done when the first report of it comes."""
    write_sequence(folder / 'long')
    images = sorted((folder / 'long' / 'img').iterdir())
    for number in range(len(images), 300 * len(images)):
        (folder / 'long' / 'img' / f'{number + 1:04}.jpg').hardlink_to(
            images[number % len(images)])
    truth = folder / 'long' / 'groundtruth_rect.txt'
    truth.write_text(300 * truth.read_text())
    return next(each for each in load_dataset(folder) if each.name == 'long')


def end_by_force(pid: int) -> None:
    with suppress(ProcessLookupError):  # it has ended at an earlier report
        os.kill(pid, signal.SIGKILL)
