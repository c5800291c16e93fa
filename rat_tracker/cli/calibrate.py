"""``rat_tracker calibrate``: make a tracker's score say how often it is right."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.left_out import left_out
from rat_tracker.cli.left_out import tell_faults
from rat_tracker.cli.packages import benchmark_packages
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping
    from collections.abc import Sequence as List

    from rich.console import Console

    from rat_tracker.evaluation.metrics.calibration_sources import Fitting
    from rat_tracker.evaluation.metrics.calibration_sources import Source
    from rat_tracker.evaluation.metrics.reliability import Reliability
    from rat_tracker.evaluation.running.benchmark import Benchmark
    from rat_tracker.online.confidence import ConfidenceParameters


# What is fitted.
_OPTIONS = 'confidence.midpoint', 'confidence.slope'


@click.command()
@click.argument('datasets', type=click.Path(path_type=Path), metavar='DATASET_DIR...', nargs=-1,
                required=True)
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
    datasets: tuple[Path, ...], tracker: str, output: Path, workers: int, origin: int | None,
) -> None:
    """Fit a tracker's score to how often it is right on the sequences in each DATASET_DIR.

    A box is right if it overlaps the true one by more than half. Prints the options that make the
    score say so, and how far it is off before and after; options of the tracker that do the same
    are replaced. Judge a calibration on other sequences: rat_tracker benchmark does. Of several
    folders each counts the same, and each is judged by a calibration that the others gave, too.
    """
    with benchmark_packages():
        from rat_tracker.datasets import DatasetError  # noqa: PLC0415
        from rat_tracker.datasets import load_dataset  # noqa: PLC0415
        from rat_tracker.datasets import Sequence  # noqa: PLC0415
        from rat_tracker.evaluation.metrics.calibration import rescore  # noqa: PLC0415
        from rat_tracker.evaluation.metrics.calibration_sources import Fitting  # noqa: PLC0415
        from rat_tracker.evaluation.metrics.reliability import judged_frames  # noqa: PLC0415
        from rat_tracker.evaluation.metrics.reliability import reliability_of  # noqa: PLC0415
        from rat_tracker.evaluation.running.baselines import BASELINES  # noqa: PLC0415
        from rat_tracker.evaluation.running.benchmark import Benchmark  # noqa: PLC0415
        from rat_tracker.evaluation.running.store import Store  # noqa: PLC0415
        from rat_tracker.trackers import tracker_parameters  # noqa: PLC0415
        from rat_tracker.trackers import TRACKERS  # noqa: PLC0415
        from rat_tracker.trackers.rat.parameters import MIDPOINT_RANGE  # noqa: PLC0415
        from rat_tracker.trackers.rat.parameters import SLOPE_RANGE  # noqa: PLC0415
        from rat_tracker.weights import WeightsError  # noqa: PLC0415

    if tracker in BASELINES:
        raise Refusal(f'tracker {tracker!r} has no score that can be calibrated; name one of '
                      f'ours, {", ".join(TRACKERS)}')
    names = [dataset.resolve().name for dataset in datasets]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise Refusal(f'two folders are called {twice}; rename one, or name each once')
    console = make_console()
    with refusing(DatasetError, ValueError, WeightsError), refusing_output(output), \
            Store(output).locked():
        before = tracker_parameters(tracker).confidence
        # The boxes do not depend on how a peak becomes a score, and the defaults make scores from
        # which the peaks can be told again: a steep score is 0 or 1 in nearly every frame.
        plain = plain_name(tracker)
        loaded = {}
        for name, dataset in zip(names, datasets, strict=True):
            loaded[name] = load_dataset(dataset).of_those(Sequence.require_readable)
            tell_faults(loaded[name])
        faults = [fault for readable in loaded.values() for fault in readable.faults]
        # Sequences of two folders may have the same name.
        stores = {name: Store(output / name if len(names) > 1 else output) for name in names}
        sources, failed = _followed({
            name: Benchmark([plain], [sequence.counted_from(origin) for sequence in loaded[name]],
                            stores[name]) for name in names}, workers, console)
        if not sources:
            raise Refusal(failed[0])
        used = tracker_parameters(plain).confidence
        fitting = Fitting(used, MIDPOINT_RANGE, SLOPE_RANGE)
        fitted = fitting.fit(sources)
    scores, right = judged_frames(run for source in sources for run in source.runs)
    console.print(_table(*(reliability_of(rescore(scores, used, confidence), right)
                           for confidence in (before, fitted))))
    if len(sources) > 1:
        table, not_fitted = _sources_table(sources, fitting, before, fitted)
        console.print(table)
        failed += not_fitted
    console.print(fitted_name(tracker, fitted), soft_wrap=True)
    for note in _limit_notes(fitted):
        click.echo(note, err=True)
    end_unless_whole([*failed, *left_out(faults)])


def _followed(
    benchmarks: Mapping[str, Benchmark], workers: int, console: Console,
) -> tuple[list[Source], list[str]]:
    """Do what is not finished; return the sources that have a run, and a line for each failure.

    :param benchmarks: by name of the source
    """
    from rat_tracker.evaluation.metrics.calibration_sources import Source  # noqa: PLC0415
    from rat_tracker.evaluation.running.workers import run_jobs  # noqa: PLC0415
    from rat_tracker.evaluation.sequence_run import Failure  # noqa: PLC0415
    waiting = sum(len(job.sequence.frames) for made in benchmarks.values() for job in made.waiting)
    with frame_progress(waiting, console) as on_frames:
        for made in benchmarks.values():
            made.run(partial(run_jobs, workers=workers), on_frames)
    sources, failed = [], []
    for name, made in benchmarks.items():
        runs = []
        for job in made.jobs:
            outcome = made.outcomes[job.tracker, job.sequence.name]
            if isinstance(outcome, Failure):
                failed.append(f'{job.tracker} on {job.sequence.name} failed: {outcome.reason}')
            else:
                runs.append((job.sequence, outcome))
        if runs:
            sources.append(Source(name, runs))
    return sources, failed


def plain_name(tracker: str) -> str:
    """Return a tracker's name without the options that are fitted."""
    return ':'.join(part for part in tracker.split(':')
                    if part and part.partition('=')[0] not in _OPTIONS)


def fitted_name(tracker: str, fitted: ConfidenceParameters) -> str:
    """Return a tracker's name with the fitted options, to four digits.

    The limits of the ranges have fewer digits, so that no value is rounded beyond them.
    """
    midpoint, slope = _OPTIONS
    return (f'{plain_name(tracker)}:{midpoint}={fitted.midpoint:.4g}'
            f':{slope}={fitted.slope:.4g}')


def _limit_notes(fitted: ConfidenceParameters) -> Iterator[str]:
    from rat_tracker.trackers.rat.parameters import MIDPOINT_RANGE  # noqa: PLC0415
    from rat_tracker.trackers.rat.parameters import SLOPE_RANGE  # noqa: PLC0415
    for option, limits in zip(_OPTIONS, (MIDPOINT_RANGE, SLOPE_RANGE), strict=True):
        value = getattr(fitted, option.rpartition('.')[2])
        if value in limits:
            yield (f'{option} ended at the limit of its range, {value:g}: these frames do not say '
                   'how large it is; choose more or harder sequences')


def _table(before: Reliability, after: Reliability) -> Table:
    table = Table(title=f'{before.count} frames')
    for header in ('', 'before', 'after'):
        table.add_column(header, justify='left' if not header else 'right')
    table.add_row('expected calibration error', f'{before.calibration_error:.3f}',
                  f'{after.calibration_error:.3f}')
    table.add_row('Brier score', f'{before.brier:.3f}', f'{after.brier:.3f}')
    return table


def _sources_table(
    sources: List[Source], fitting: Fitting, before: ConfidenceParameters,
    fitted: ConfidenceParameters,
) -> tuple[Table, list[str]]:
    """Show each source's error, also with what was fitted to all others.

    :return: and a line for each source whose others cannot be fitted to
    """
    table = Table(title='expected calibration error of each source')
    for header in ('', 'sequences', 'before', 'fit to all', 'fit to others',
                   '95 % interval'):
        table.add_column(header, justify='right' if header else 'left')
    not_fitted = []
    for left_out_source in sources:
        errors = [fitting.error(left_out_source, confidence) for confidence in (before, fitted)]
        try:
            others = fitting.fit([source for source in sources if source is not left_out_source])
        except ValueError as error:
            not_fitted.append(f'without {left_out_source.name} nothing can be fitted: {error}')
            cells = ['–', '']
        else:
            unseen = fitting.error(left_out_source, others)
            cells = [f'{unseen.value:.3f}', f'{unseen.low:.3f} to {unseen.high:.3f}'
                     if unseen.is_known else '']
        table.add_row(Text(left_out_source.name), str(errors[0].count),
                      *(f'{error.value:.3f}' for error in errors), *cells)
    return table, not_fitted
