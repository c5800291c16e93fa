"""GOT-10k's toolkit runs our trackers, and of the same files it makes the same metrics as we."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from got10k.utils.metrics import center_error
from got10k.utils.metrics import rect_iou
from hypothesis import given
from hypothesis import strategies
import matplotlib.pyplot as plt
import numpy as np
import pytest
from support_datasets import SMALL
from support_datasets import write_sequence
from support_got10k import got10k_experiment
from support_got10k import otb_experiment
from support_got10k import Wanderer
from support_got10k import write_got10k
from support_metrics import box_rows
from support_metrics import Row
from support_metrics import run_of

from rat_tracker.datasets import load_dataset
from rat_tracker.datasets.sequence import Sequence
from rat_tracker.evaluation.metrics.curves import mean_curve
from rat_tracker.evaluation.metrics.curves import precision_curve
from rat_tracker.evaluation.metrics.curves import success_curve
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.metrics.one_pass import mean_metrics
from rat_tracker.evaluation.metrics.overlap import bounded
from rat_tracker.evaluation.metrics.overlap import center_errors
from rat_tracker.evaluation.metrics.overlap import overlaps
from rat_tracker.evaluation.running.got10k_adapter import Got10kTracker
from rat_tracker.evaluation.running.runner import run_sequence
from rat_tracker.evaluation.running.store import Store
from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline
from rat_tracker.evaluation.sequence_run import SequenceRun
from rat_tracker.tracker import Tracker

CREATE: dict[str, Callable[[], Tracker]] = {
    'rat': lambda: create_tracker_or_baseline('rat:patch_side=64'),
    'kcf': lambda: create_tracker_or_baseline('opencv:kcf'),
    'wanderer': lambda: Wanderer(seed=1),
}
NAMES = [pytest.param('rat', marks=pytest.mark.whole), 'kcf', 'wanderer']
ROWS = strategies.tuples(
    strategies.floats(-100, 400), strategies.floats(-100, 300),
    strategies.floats(0.5, 300), strategies.floats(0.5, 300))
PAIRS = strategies.lists(strategies.tuples(ROWS, ROWS), min_size=1, max_size=6)


def near(value: Any) -> Any:
    return pytest.approx(value, abs=1e-6)


@pytest.fixture(autouse=True)
def plots() -> Iterator[None]:
    """Close what the toolkit draws."""
    yield
    plt.close('all')


@pytest.fixture(scope='session')
def otb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('otb')
    write_sequence(folder / 'Easy', replace(SMALL, length=12))
    write_sequence(folder / 'Fast', replace(SMALL, length=9, speed=5.0, target='face'), seed=3)
    return folder


@pytest.fixture(scope='session')
def got10k(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('got10k')
    write_got10k(folder, {
        'GOT-10k_Val_000001': replace(SMALL, length=20),
        'GOT-10k_Val_000002': replace(SMALL, length=30, leaves=True, target='face')})
    return folder


def read_run(path: Path, sequence: Sequence) -> SequenceRun:
    """Return the run that the toolkit wrote."""
    boxes = np.loadtxt(path, delimiter=',') - (sequence.origin, sequence.origin, 0, 0)
    return run_of(boxes, image_size=(SMALL.width, SMALL.height))


@given(PAIRS)
def test_overlaps_and_center_errors_are_those_of_the_toolkit(
    pairs: list[tuple[Row, Row]],
) -> None:
    results, truth = (box_rows(*rows) for rows in zip(*pairs, strict=True))

    assert overlaps(results, truth).tolist() == near(rect_iou(results, truth).tolist())
    assert center_errors(results, truth).tolist() == near(center_error(results, truth).tolist())


@given(PAIRS)
def test_overlaps_inside_the_image_are_those_of_the_toolkit(
    pairs: list[tuple[Row, Row]],
) -> None:
    results, truth = (box_rows(*rows) for rows in zip(*pairs, strict=True))
    size = (320, 240)
    found = overlaps(bounded(results, size), bounded(truth, size))

    # The toolkit changes the boxes that it is given.
    assert found.tolist() == near(rect_iou(results.copy(), truth.copy(), bound=size).tolist())


@pytest.mark.parametrize('name', NAMES)
def test_toolkit_runs_otb_and_makes_the_same_metrics_of_it(
    name: str, otb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    experiment = otb_experiment(monkeypatch, otb, ['Easy', 'Fast'], tmp_path)
    sequences = load_dataset(otb)

    experiment.run(Got10kTracker(name, CREATE[name]()))
    report = experiment.report([name])[name]

    runs = [read_run(tmp_path / 'results' / 'OTBsmall' / name / f'{sequence.name}.txt', sequence)
            for sequence in sequences]
    pairs = list(zip(sequences, runs, strict=True))
    for sequence, run in pairs:
        theirs, ours = report['seq_wise'][sequence.name], compute_metrics(sequence, run)
        assert ours.auc == near(theirs['success_score'])
        assert ours.precision_20 == near(theirs['precision_score'])
        assert success_curve(sequence, run).tolist() == near(theirs['success_curve'])
        assert precision_curve(sequence, run).tolist() == near(theirs['precision_curve'])
    every = mean_metrics((sequence, compute_metrics(sequence, run)) for sequence, run in pairs)
    assert every.auc == near(report['overall']['success_score'])
    assert every.precision_20 == near(report['overall']['precision_score'])
    assert mean_curve(success_curve(sequence, run) for sequence, run in pairs).tolist() == near(
        report['overall']['success_curve'])
    assert mean_curve(precision_curve(sequence, run) for sequence, run in pairs).tolist() == near(
        report['overall']['precision_curve'])


def test_toolkit_makes_the_same_metrics_of_the_files_that_we_write(
    otb: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    sequences, store = load_dataset(otb), Store(tmp_path)
    for sequence in sequences:
        store.save('wanderer', sequence, run_sequence(Wanderer(seed=2), sequence), 'mark')
    experiment = otb_experiment(monkeypatch, otb, ['Easy', 'Fast'], tmp_path / 'toolkit')
    # The toolkit wants the benchmark's name between its results and the trackers'.
    experiment.result_dir = str(tmp_path / 'results')

    report = experiment.report(['wanderer'])['wanderer']

    for sequence in sequences:
        run = store.load('wanderer', sequence, 'mark')
        assert run is not None
        theirs, ours = report['seq_wise'][sequence.name], compute_metrics(sequence, run)
        assert ours.auc == near(theirs['success_score'])
        assert ours.precision_20 == near(theirs['precision_score'])


@pytest.mark.parametrize('name', NAMES)
def test_toolkit_runs_got10k_and_makes_the_same_metrics_of_it(
    name: str, got10k: Path, tmp_path: Path,
) -> None:
    experiment = got10k_experiment(got10k, tmp_path)
    sequences = load_dataset(got10k / 'val')

    experiment.run(Got10kTracker(name, CREATE[name](), origin=sequences[0].origin))
    report = experiment.report([name])[name]

    results = tmp_path / 'results' / 'GOT-10k' / name
    pairs = [(sequence, read_run(results / sequence.name / f'{sequence.name}_001.txt', sequence))
             for sequence in sequences]
    for sequence, run in pairs:
        theirs, ours = report['seq_wise'][sequence.name], compute_metrics(sequence, run)
        assert ours.ao == near(theirs['ao'])
        assert ours.sr_50 == near(theirs['sr'])
    every = mean_metrics((sequence, compute_metrics(sequence, run)) for sequence, run in pairs)
    assert every.ao == near(report['overall']['ao'])
    assert every.sr_50 == near(report['overall']['sr'])
    # The toolkit names the rate at 0.5 alone; the one at 0.75 is on its curve of 101 thresholds.
    assert every.sr_75 == near(report['overall']['succ_curve'][75])
    assert any(not sequence.counted[1:].all() for sequence in sequences
               if sequence.counted is not None)
