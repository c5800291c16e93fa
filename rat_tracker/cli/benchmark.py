"""``rat_tracker benchmark``: how well and how fast trackers follow the targets of a data set."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import Task
from rich.progress import TextColumn
from rich.progress import TimeRemainingColumn
from rich.table import Table

from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing

if TYPE_CHECKING:
    from rat_tracker.evaluation.benchmark import Job
    from rat_tracker.evaluation.summary import Row


@click.command()
@click.argument('dataset', type=click.Path(path_type=Path), metavar='DATASET_DIR')
@click.option('--trackers', default='rat', show_default=True, metavar='LIST',
              help='Names with commas between them; opencv:csrt, opencv:kcf and opencv:nano are '
              "OpenCV's own. Options may follow a name, as in rat:attention_gain=0.")
@click.option('--output', type=click.Path(path_type=Path), default=Path('out/benchmark'),
              show_default=True, help='Where summary.csv and the boxes go.')
@click.option('--nano-models', type=click.Path(path_type=Path), metavar='DIR',
              help="The folder with NanoTrack's two ONNX files, for opencv:nano.")
@click.option('--workers', type=click.IntRange(min=1), default=1, show_default=True,
              help='Processes. More than one finish sooner but take speed from each other: '
              'measure fps with one.')
@click.option('--frames', type=click.IntRange(min=2),
              help='Only so many frames of each sequence.')
def benchmark(
    dataset: Path, trackers: str, output: Path, nano_models: Path | None, workers: int,
    frames: int | None,
) -> None:
    """Compare trackers on the sequences in DATASET_DIR.

    Each folder in it holds img/*.jpg and groundtruth_rect.txt. Every tracker is told the first box
    of a sequence and follows the target to the end.
    """
    # Whoever asks for help does not wait for torch.
    from rat_tracker.evaluation.benchmark import Job  # noqa: PLC0415
    from rat_tracker.evaluation.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.evaluation.datasets import load_dataset  # noqa: PLC0415
    from rat_tracker.evaluation.entrants import require_entrant  # noqa: PLC0415
    from rat_tracker.evaluation.summary import mean_row  # noqa: PLC0415
    from rat_tracker.evaluation.summary import write_summary  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    names = list(dict.fromkeys(filter(None, trackers.split(','))))
    with refusing(DatasetError, ValueError, WeightsError):
        if not names:
            raise Refusal('no tracker is named; write for example --trackers rat,opencv:csrt')
        for name in names:
            require_entrant(name, nano_models)
        sequences = [sequence.first(frames) for sequence in load_dataset(dataset)]
        # The same tracker one after another, so that its network is prepared once.
        jobs = [Job(name, sequence, nano_models) for name in names for sequence in sequences]
        _make_folder(output)
        console = Console()
        rows = _run(jobs, workers, output / 'results', console)
    tables = {
        name: [rows[name, sequence.name] for sequence in sequences] for name in names}
    means = {name: mean_row(table) for name, table in tables.items()}
    write_summary(
        output / 'summary.csv', ([*table, means[name]] for name, table in tables.items()))
    console.print(_table(tables, means))
    console.print(
        f'results in {output}: summary.csv, results/<tracker>/<sequence>.txt', soft_wrap=True)


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refusal(f'folder {output} cannot be made: {error.strerror}; name another one with '
                      '--output') from None


class _Rate(TextColumn):
    """Frames per second since the start, reading images and preparing trackers included."""

    def __init__(self) -> None:
        super().__init__('')

    def render(self, task: Task) -> str:  # type: ignore[override]
        return f'{task.finished_speed or task.speed or 0:.0f} frames/s'


def _run(
    jobs: list[Job], workers: int, results: Path, console: Console,
) -> dict[tuple[str, str], Row]:
    """Run all jobs with a progress bar; each one's boxes are written as soon as it is done."""
    from rat_tracker.evaluation.benchmark import run_jobs  # noqa: PLC0415
    from rat_tracker.evaluation.summary import row  # noqa: PLC0415
    from rat_tracker.evaluation.summary import write_boxes  # noqa: PLC0415

    rows = {}
    with Progress(
        TextColumn('{task.description}'), BarColumn(), MofNCompleteColumn(), _Rate(),
        TimeRemainingColumn(), console=console, transient=True,
    ) as progress:
        bar = progress.add_task('frames', total=sum(len(job.sequence.images) for job in jobs))
        try:
            for job, run in run_jobs(jobs, workers, lambda count: progress.advance(bar, count)):
                write_boxes(results, job.tracker, job.sequence.name, run.boxes)
                rows[job.tracker, job.sequence.name] = row(job.tracker, job.sequence.name, run)
        except BrokenProcessPool:
            raise click.ClickException(
                'a worker was ended by the system, probably for want of memory; take fewer '
                '--workers') from None
    return rows


def _table(tables: dict[str, list[Row]], means: dict[str, Row]) -> Table:
    """Show the success of each tracker on each sequence, and below it the means."""
    table = Table(title='success (AUC, at most 0.952)')
    table.add_column('sequence')
    for name in tables:
        table.add_column(name, justify='right')
    for lines in zip(*tables.values(), strict=True):
        table.add_row(lines[0].sequence, *_texts((line.auc for line in lines), 3))
    table.add_section()
    table.add_row('mean AUC', *_texts((mean.auc for mean in means.values()), 3))
    table.add_row('precision, 20 px', *_texts((mean.precision_20 for mean in means.values()), 3))
    table.add_row('frames/s', *_texts((mean.fps for mean in means.values()), 1))
    table.add_row('init, ms', *_texts((mean.init_ms for mean in means.values()), 0))
    return table


def _texts(values: Iterable[float], digits: int) -> list[str]:
    return [f'{value:.{digits}f}' for value in values]
