"""``rat_tracker calibrate``: make a tracker's score say how often it is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from rat_tracker.cli.packages import benchmark_packages
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output

if TYPE_CHECKING:
    from rat_tracker.evaluation.metrics.reliability import Reliability


@click.command()
@click.argument('dataset', type=click.Path(path_type=Path), metavar='DATASET_DIR')
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:attention_gain=0.')
@click.option('--output', type=click.Path(path_type=Path), default=Path('out/calibration'),
              show_default=True, help='Where finished runs are kept.')
@click.option('--workers', type=click.IntRange(min=1), default=1, show_default=True,
              help='Processes.')
@click.option('--origin', type=click.IntRange(0, 1),
              help="What the boxes' files count the first pixel as, where it is not what the "
              "layout's benchmark does: 1 in OTB, LaSOT and UAV123, otherwise 0.")
def calibrate(
    dataset: Path, tracker: str, output: Path, workers: int, origin: int | None,
) -> None:
    """Fit a tracker's score to how often it is right on the sequences in DATASET_DIR.

    A box is right if it overlaps the true one by more than half. Prints the options that make the
    score say so, and how far it is off before and after. Judge a calibration on other sequences:
    rat_tracker benchmark does.
    """
    with benchmark_packages():
        from rat_tracker.datasets import DatasetError  # noqa: PLC0415
        from rat_tracker.datasets import load_dataset  # noqa: PLC0415
        from rat_tracker.evaluation.metrics.calibration import fit  # noqa: PLC0415
        from rat_tracker.evaluation.metrics.reliability import judged_frames  # noqa: PLC0415
        from rat_tracker.evaluation.metrics.reliability import reliability_of  # noqa: PLC0415
        from rat_tracker.evaluation.running.benchmark import make_jobs  # noqa: PLC0415
        from rat_tracker.evaluation.running.benchmark import Means  # noqa: PLC0415
        from rat_tracker.evaluation.running.benchmark import Measurement  # noqa: PLC0415
        from rat_tracker.evaluation.running.outcome import Failure  # noqa: PLC0415
        from rat_tracker.evaluation.running.store import Store  # noqa: PLC0415
        from rat_tracker.trackers import tracker_parameters  # noqa: PLC0415
        from rat_tracker.weights import WeightsError  # noqa: PLC0415

    console = Console(markup=False, highlight=False)
    store = Store(output)
    with refusing(DatasetError, ValueError, WeightsError), refusing_output(output), store.locked():
        confidence = tracker_parameters(tracker).confidence
        sequences = [sequence.counted_from(origin) for sequence in load_dataset(dataset)]
        measurement = Measurement(make_jobs([tracker], sequences, None, None), store)
        with frame_progress(
            sum(len(job.sequence.frames) for job in measurement.waiting), console,
        ) as on_frames:
            measurement.run(Means(workers), on_frames)
        runs = []
        for sequence in sequences:
            outcome = measurement.outcomes[tracker, sequence.name]
            if isinstance(outcome, Failure):
                raise Refusal(f'{tracker} on {sequence.name} failed: {outcome.reason}')
            runs.append((sequence, outcome))
        scores, right = judged_frames(runs)
        # Each sequence counts the same, as it does in a benchmark's means.
        counts = [len(judged_frames([run])[0]) for run in runs]
        weights = np.concatenate([np.full(count, 1 / max(count, 1)) for count in counts])
        calibration = fit(scores, right, weights)
        fitted = confidence.recalibrated(calibration.slope, calibration.shift)
    console.print(_table(reliability_of(scores, right),
                         reliability_of(calibration.apply(scores), right)))
    console.print(
        f'{_without(tracker, "confidence.even_peak=", "confidence.steepness=")}:'
        f'confidence.even_peak={fitted.even_peak:.4f}:confidence.steepness={fitted.steepness:.3f}',
        soft_wrap=True)


def _without(tracker: str, *options: str) -> str:
    return ':'.join(part for part in tracker.split(':') if part and not part.startswith(options))


def _table(before: Reliability, after: Reliability) -> Table:
    table = Table(title=f'{before.count} frames')
    for header in ('', 'before', 'after'):
        table.add_column(header, justify='left' if not header else 'right')
    table.add_row('expected calibration error', f'{before.calibration_error:.3f}',
                  f'{after.calibration_error:.3f}')
    table.add_row('Brier score', f'{before.brier:.3f}', f'{after.brier:.3f}')
    return table
