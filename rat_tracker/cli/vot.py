"""``rat_tracker vot``: VOT's supervised experiment and its metrics, without the toolkit."""

from __future__ import annotations

from functools import partial
import math
from pathlib import Path
import re
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.left_out import left_out
from rat_tracker.cli.left_out import tell_faults
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output
from rat_tracker.cli.tracker_names import tracker_names
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from collections.abc import Callable

    from rat_tracker.datasets import Sequence
    from rat_tracker.evaluation.vot.files import Row


def _range(
    _context: click.Context, _parameter: click.Parameter, value: str,
) -> tuple[int, int]:
    found = re.fullmatch(r'(\d{1,6})-(\d{1,6})', value)
    if found is None or not 0 < int(found[1]) < int(found[2]):
        raise Refusal(f'{value!r} is not a range of frames; write for example 100-356')
    return int(found[1]), int(found[2])


@click.command()
@click.argument('dataset', type=click.Path(path_type=Path), metavar='DATASET_DIR')
@click.option('--trackers', default='rat', show_default=True, metavar='LIST',
              help='Names with commas between them; opencv:csrt, opencv:kcf and opencv:nano are '
              "OpenCV's own. Options may follow a name, as in rat:attention_gain=0.")
@click.option('--output', type=click.Path(path_type=Path), default=Path('out/vot'),
              show_default=True, help='Where the table and the runs go.')
@click.option('--eao-range', callback=_range, default='100-356', show_default=True,
              metavar='LOW-HIGH', help='Frames over which the expected overlap is averaged.')
@click.option('--nano-models', type=click.Path(path_type=Path), metavar='DIR',
              help="The folder with NanoTrack's two ONNX files, for opencv:nano.")
@click.option('--frames', type=click.IntRange(min=2),
              help='Only so many frames of each sequence.')
def vot(
    dataset: Path, trackers: str, output: Path, eao_range: tuple[int, int],
    nano_models: Path | None, frames: int | None,
) -> None:
    """Run VOT's supervised experiment on the sequences in DATASET_DIR.

    A tracker that lost its target is started again. Regions are polygons where the data set has
    them. Metrics are those of vot-toolkit 0.7.4: accuracy, failures, robustness and expected
    average overlap; the runs are written in its format.
    """
    # Whoever asks for help does not wait for torch.
    from rat_tracker.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.datasets import load_dataset  # noqa: PLC0415
    from rat_tracker.datasets import Sequence  # noqa: PLC0415
    from rat_tracker.evaluation.running.trackers import require_tracker_or_baseline  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import ALL  # noqa: PLC0415
    from rat_tracker.evaluation.vot.regions import require_truth  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    names = tracker_names(trackers)
    console = make_console()
    with refusing(DatasetError, ValueError, WeightsError):
        for name in names:
            require_tracker_or_baseline(name, nano_models)
        readable = load_dataset(dataset).of_those(Sequence.require_readable)
        measurable = readable.of_those(lambda sequence: require_truth(sequence.first(frames)))
        tell_faults(measurable)
        sequences = [sequence.first(frames) for sequence in measurable]
        total = len(names) * sum(len(sequence.frames) for sequence in sequences)
    with refusing_output(output), frame_progress(total, console) as on_frames:
        output.mkdir(parents=True, exist_ok=True)
        missing = Missing()
        rows = _run(names, sequences, output, eao_range, nano_models, on_frames, missing)
    console.print(_table(rows))
    if any(math.isnan(row.metrics.get('eao', 0.0)) for row in rows if row.status == 'ok'):
        console.print('eao –: nothing was followed for as many frames as the range begins with; '
                      'give another one with --eao-range', soft_wrap=True)
    console.print(f'results in {output}: supervised.csv, '
                  'results/<tracker>/supervised/<sequence>/', soft_wrap=True)
    failed = [f'{row.tracker} on {row.sequence} {row.status}' for row in rows
              if row.status != 'ok' and row.sequence != ALL]
    if failed:
        failed.insert(0, f'{len(failed)} of {len(names) * len(sequences)} runs failed; the '
                      'metrics are over the others:')
    end_unless_whole([*failed, *left_out(measurable.faults), *missing.lines])


def _run(
    names: list[str], sequences: list[Sequence], output: Path, eao_range: tuple[int, int],
    nano_models: Path | None, on_frames: Callable[[int], None], missing: Missing,
) -> list[Row]:
    """Run all trackers on all sequences; each one's run is written as soon as it is done.

    :param missing: is told what cannot be written
    """
    from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline  # noqa: PLC0415
    from rat_tracker.evaluation.sequence_run import Failure  # noqa: PLC0415
    from rat_tracker.evaluation.vot.experiment import run_all  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import make_rows  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import write_rows  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import write_run  # noqa: PLC0415

    rows: list[Row] = []
    for name in names:
        outcomes = []
        create = partial(create_tracker_or_baseline, name, nano_models)
        for sequence, outcome in run_all(create, sequences, on_frames):
            if not isinstance(outcome, Failure):
                with missing.unless_written(f'the run of {name} on {sequence.name} in {output}'):
                    write_run(output / 'results', name, sequence.name, outcome)
            outcomes.append((sequence, outcome))
        rows += make_rows(name, outcomes, eao_range)
    with missing.unless_written(f'{output / "supervised.csv"}'):
        write_rows(output / 'supervised.csv', rows)
    return rows


def _table(rows: list[Row]) -> Table:
    """Show a line for each tracker and sequence, and one for all of a tracker's sequences."""
    table = Table(title='VOT, supervised experiment')
    table.add_column('tracker')
    table.add_column('sequence')
    for name in (*rows[0].metrics, 'frames/s'):
        table.add_column(name, justify='right')
    last = rows[-1].sequence
    for row in rows:
        values = [*(f'{value:.3f}' for value in row.metrics.values()), f'{row.fps:.1f}']
        shown = (['failed'] if row.status.startswith('failed') else
                 [value.replace('nan', '–') for value in values])
        table.add_row(Text(row.tracker), Text(row.sequence), *shown,
                      end_section=row.sequence == last)
    return table
