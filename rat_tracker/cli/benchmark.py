"""``rat_tracker benchmark``: how well and how fast trackers follow the targets of a data set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
import math
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from rich.console import Console

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.left_out import left_out
from rat_tracker.cli.left_out import tell_faults
from rat_tracker.cli.packages import benchmark_packages
from rat_tracker.cli.packages import scheduler_packages
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output
from rat_tracker.cli.results_table import difference_table
from rat_tracker.cli.results_table import failures
from rat_tracker.cli.results_table import results_table
from rat_tracker.cli.results_table import speed_table
from rat_tracker.cli.tracker_names import tracker_names
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from rat_tracker.datasets import Dataset
    from rat_tracker.evaluation.running.benchmark import Benchmark
    from rat_tracker.evaluation.running.rounds import Speed

_CLIP_LENGTH = 100  # frames of each synthetic clip


def _rate(_: click.Context, __: click.Parameter, value: float | None) -> float | None:
    if value is None or 0 < value < math.inf:
        return value
    raise Refusal(f'--realtime {value:g} is no rate; write the frames per second of a camera')


@click.command()
@click.argument('dataset', type=click.Path(path_type=Path), metavar='[DATASET_DIR]',
                required=False)
@click.option('--trackers', default='rat', show_default=True, metavar='LIST',
              help='Names with commas between them; opencv:csrt, opencv:kcf and opencv:nano '
              "are OpenCV's own. Options may follow a name, as in rat:attention_gain=0.")
@click.option('--output', type=click.Path(path_type=Path), default=Path('out/benchmark'),
              show_default=True, help='Where report.html, summary.csv and the boxes go.')
@click.option('--rounds', type=click.IntRange(min=1), metavar='N',
              help='Compare speed: the trackers take turns on each sequence, N times over, and '
              'ratios within a round say what a busy machine cannot disturb.')
@click.option('--realtime', callback=_rate, type=float, metavar='FPS',
              help='Frames arrive at this rate and do not wait: one that arrives while the '
              'tracker works gets the last box.')
@click.option('--nano-models', type=click.Path(path_type=Path), metavar='DIR',
              help="The folder with NanoTrack's two ONNX files, for opencv:nano.")
@click.option('--workers', type=click.IntRange(min=1), default=1, show_default=True,
              help='Processes. More than one finish sooner but take speed from each other: '
              'measure fps, and --realtime, with one.')
@click.option('--scheduler', metavar='ADDRESS',
              help='A running dask scheduler, as in tcp://192.168.1.20:8786, whose workers do the '
              'work and see the data set at the same path.')
@click.option('--origin', type=click.IntRange(0, 1),
              help="What the boxes' files count the first pixel as, where it is not what the "
              "layout's benchmark does: 1 in OTB, LaSOT and UAV123, otherwise 0.")
@click.option('--every', type=click.IntRange(min=1), default=1, show_default=True, metavar='N',
              help='Only every Nth frame, as from a slower camera.')
@click.option('--frames', type=click.IntRange(min=2),
              help='Only so many frames of each sequence.')
def benchmark(
    dataset: Path | None, trackers: str, output: Path, rounds: int | None,
    realtime: float | None, nano_models: Path | None, workers: int, scheduler: str | None,
    origin: int | None, every: int, frames: int | None,
) -> None:
    """Compare trackers on the sequences in DATASET_DIR, or on three synthetic clips.

    Every tracker is given the first box of a sequence and follows the target to the end. OTB, VOT,
    GOT-10k, LaSOT and UAV123 are recognised by their files, and so is a folder of videos with a
    box each. An interrupted benchmark goes on where it was when the same command is given again.
    """
    # Whoever asks for help does not wait for torch.
    with benchmark_packages():
        from rat_tracker.datasets import DatasetError  # noqa: PLC0415
        from rat_tracker.datasets import Sequence  # noqa: PLC0415
        from rat_tracker.evaluation.machine import conditions  # noqa: PLC0415
        from rat_tracker.evaluation.machine import processor  # noqa: PLC0415
        from rat_tracker.evaluation.report import remove_reports  # noqa: PLC0415
        from rat_tracker.evaluation.report import write_report  # noqa: PLC0415
        from rat_tracker.evaluation.report.intervals import write_intervals  # noqa: PLC0415
        from rat_tracker.evaluation.report.results import Results  # noqa: PLC0415
        from rat_tracker.evaluation.report.summary import write_summary  # noqa: PLC0415
        from rat_tracker.evaluation.running.benchmark import Benchmark  # noqa: PLC0415
        from rat_tracker.evaluation.running.rounds import write_speeds  # noqa: PLC0415
        from rat_tracker.evaluation.running.self_check import self_check  # noqa: PLC0415
        from rat_tracker.evaluation.running.self_check import SelfCheckError  # noqa: PLC0415
        from rat_tracker.evaluation.running.store import Store  # noqa: PLC0415
        from rat_tracker.evaluation.running.trackers import require_tracker_or_baseline  # noqa: PLC0415
        from rat_tracker.weights import WeightsError  # noqa: PLC0415

    if rounds is not None and (workers > 1 or scheduler is not None or realtime is not None):
        raise Refusal('with --rounds the trackers take turns on this machine, one at a time, and '
                      'every frame waits; leave --workers, --scheduler and --realtime away')
    console = make_console()
    output = output.absolute()
    nano_models = None if nano_models is None else nano_models.resolve()
    names = tracker_names(trackers)
    store = Store(output)
    with refusing(DatasetError, ValueError, WeightsError, SelfCheckError), \
            refusing_output(output), store.locked(), \
            _sequences(dataset, frames) as (title, loaded):
        for name in names:
            require_tracker_or_baseline(name, nano_models)
        readable = loaded.of_those(Sequence.require_readable)
        tell_faults(readable)
        sequences = [sequence.counted_from(origin).every(every).first(frames)
                     for sequence in readable]
        self_check(sequences)
        made = Benchmark(names, sequences, store, realtime, nano_models)
        remove_reports(output)
        speeds: list[Speed] = []
        if rounds is None:
            done_by, processors = _run(made, workers, scheduler, console, output)
        else:
            done_by, processors = 'one for each tracker; they took turns', processor()
            with frame_progress(rounds * made.frames, console) as on_frames:
                speeds = made.run_rounds(rounds, on_frames)
        stated = conditions(['rat_tracker', *sys.argv[1:]], done_by, processors, realtime)
        if readable.faults:
            stated['left out'] = '; '.join(map(str, readable.faults))
        results = Results(title, sequences, names, made.outcomes, stated)
        missing = Missing()
        with missing.unless_written(f'{output / "summary.csv"}'):
            write_summary(output / 'summary.csv', results.lines)
        with missing.unless_written(f'{output / "intervals.csv"}'):
            write_intervals(output / 'intervals.csv', results.intervals, results.differences)
        if speeds:
            with missing.unless_written(f'{output / "speed.csv"}'):
                write_speeds(output / 'speed.csv', speeds)
        write_report(output, results, missing)
    console.print(results_table(results.lines, results.intervals))
    if results.differences and results.has_accuracy:
        console.print(difference_table(results.differences))
    if rounds is not None and speeds:
        console.print(speed_table(speeds, rounds))
    console.print(f'results in {output}: report.html, summary.csv, intervals.csv, plots/, '
                  'results/<tracker>/<sequence>.txt' + ', speed.csv' * bool(speeds),
                  soft_wrap=True)
    failed = failures(results.lines)
    if failed:
        failed.insert(0, f'{len(failed)} of {len(made.outcomes)} runs failed and are in no mean:')
    end_unless_whole([*failed, *left_out(readable.faults), *missing.lines])


@contextmanager
def _sequences(
    dataset: Path | None, frames: int | None,
) -> Iterator[tuple[str, Dataset]]:
    """Yield the name of what is to be followed, and its sequences."""
    from rat_tracker.datasets import Dataset  # noqa: PLC0415
    from rat_tracker.datasets import load_dataset  # noqa: PLC0415
    from rat_tracker.evaluation.clips.speed import write_clips  # noqa: PLC0415

    if dataset is not None:
        dataset = dataset.resolve()
        yield dataset.name, load_dataset(dataset)
        return
    with TemporaryDirectory(prefix='rat_tracker-') as folder:
        yield 'synthetic clips', Dataset(
            'synthetic', write_clips(Path(folder), frames or _CLIP_LENGTH))


def _run(
    made: Benchmark, workers: int, scheduler: str | None, console: Console, output: Path,
) -> tuple[str, str]:
    """Do what is not finished yet; return what did it, and on which processors, in words."""
    from rat_tracker.evaluation.machine import processor  # noqa: PLC0415
    from rat_tracker.evaluation.running.workers import run_jobs  # noqa: PLC0415

    waiting = made.waiting
    if made.outcomes:
        console.print(f'{len(made.outcomes)} runs are in {output} already; {len(waiting)} to go',
                      soft_wrap=True)
    with frame_progress(sum(len(job.sequence.frames) for job in waiting), console) as on_frames:
        if scheduler is None:
            made.run(partial(run_jobs, workers=workers), on_frames)
            return f'{workers} on this machine', processor()
        with scheduler_packages():
            from rat_tracker.evaluation.running.scheduler import connected  # noqa: PLC0415
            from rat_tracker.evaluation.running.scheduler import SchedulerError  # noqa: PLC0415
        with refusing(SchedulerError), connected(scheduler) as cluster:
            made.run(cluster.run_jobs, on_frames)
            return f'those of {scheduler}', cluster.processors()
