"""``rat_tracker vot``: VOT's experiments and figures, without its toolkit."""

from __future__ import annotations

from functools import partial
import math
from pathlib import Path
import re
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output
from rat_tracker.cli.tracker_names import tracker_names

if TYPE_CHECKING:
    from collections.abc import Callable

    from rat_tracker.datasets import Sequence
    from rat_tracker.evaluation.vot.files import Row
    from rat_tracker.evaluation.vot.measure import Experiment


def _range(
    _context: click.Context, _parameter: click.Parameter, value: str | None,
) -> tuple[int, int] | None:
    if value is None:
        return None
    found = re.fullmatch(r'(\d{1,6})-(\d{1,6})', value)
    if found is None or not 0 < int(found[1]) < int(found[2]):
        raise Refusal(f'{value!r} is not a range of frames; write for example 100-356')
    return int(found[1]), int(found[2])


@click.command()
@click.argument('dataset', type=click.Path(path_type=Path), metavar='DATASET_DIR')
@click.option('--experiment', type=click.Choice(['supervised', 'unsupervised', 'multistart']),
              default='supervised', show_default=True,
              help='supervised: start again after failures (VOT2013 to 2019); unsupervised: start '
              'once; multistart: start on anchors (VOT2020 to 2022).')
@click.option('--trackers', default='rat', show_default=True, metavar='LIST',
              help='Names with commas between them; opencv:csrt, opencv:kcf and opencv:nano are '
              "OpenCV's own. Options may follow a name, as in rat:attention_gain=0.")
@click.option('--output', type=click.Path(path_type=Path), default=Path('out/vot'),
              show_default=True, help='Where the table and the runs go.')
@click.option('--eao-range', callback=_range, metavar='LOW-HIGH',
              help='Frames over which the expected overlap is averaged.  [default: 100-356 for '
              'supervised, 115-755 for multistart]')
@click.option('--nano-models', type=click.Path(path_type=Path), metavar='DIR',
              help="The folder with NanoTrack's two ONNX files, for opencv:nano.")
@click.option('--frames', type=click.IntRange(min=2),
              help='Only so many frames of each sequence.')
def vot(
    dataset: Path, experiment: str, trackers: str, output: Path,
    eao_range: tuple[int, int] | None, nano_models: Path | None, frames: int | None,
) -> None:
    """Run one of VOT's experiments on the sequences in DATASET_DIR.

    Regions are polygons where the data set has them. Figures are those of vot-toolkit 0.7.4, and
    the runs are written in its format. Anchors are read from anchor.value; without that file they
    are 50 frames apart.
    """
    # Whoever asks for help does not wait for torch.
    from rat_tracker.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.datasets import load_dataset  # noqa: PLC0415
    from rat_tracker.evaluation.running.trackers import require_tracker_or_baseline  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import ALL  # noqa: PLC0415
    from rat_tracker.evaluation.vot.measure import Multistart  # noqa: PLC0415
    from rat_tracker.evaluation.vot.regions import require_truth  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    names = tracker_names(trackers)
    console = Console(markup=False, highlight=False)
    with refusing(DatasetError, ValueError, WeightsError):
        chosen = _experiment(experiment, eao_range)
        for name in names:
            require_tracker_or_baseline(name, nano_models)
        sequences = [sequence.first(frames) for sequence in load_dataset(dataset)]
        for sequence in sequences:
            require_truth(sequence)
        total = len(names) * sum(map(chosen.frames, sequences))
    with refusing_output(output), frame_progress(total, console) as on_frames:
        rows = _run(chosen, names, sequences, output, nano_models, on_frames)
    console.print(_table(chosen, rows))
    if any(math.isnan(row.figures.get('eao', 0.0)) for row in rows if row.status == 'ok'):
        console.print('eao –: nothing was followed for as many frames as the range begins with; '
                      'give another one with --eao-range', soft_wrap=True)
    longest = max(len(sequence.frames) for sequence in sequences)
    if isinstance(chosen, Multistart) and longest < chosen.eao_range[1]:
        console.print(f'eao: no run has more than {longest} frames, and longer ones count as 0; '
                      f'give a range that ends by {longest} with --eao-range', soft_wrap=True)
    console.print(f'results in {output}: {experiment}.csv, '
                  f'results/<tracker>/{experiment}/<sequence>/', soft_wrap=True)
    failed = [row for row in rows if row.status != 'ok' and row.sequence != ALL]
    if failed:
        raise click.ClickException(
            f'{len(failed)} of {len(names) * len(sequences)} runs failed; the figures are over '
            'the others:\n' + '\n'.join(
                f'{row.tracker} on {row.sequence} {row.status}' for row in failed))


def _experiment(name: str, eao_range: tuple[int, int] | None) -> Experiment:
    from rat_tracker.evaluation.vot.measure import Multistart  # noqa: PLC0415
    from rat_tracker.evaluation.vot.measure import Supervised  # noqa: PLC0415
    from rat_tracker.evaluation.vot.measure import Unsupervised  # noqa: PLC0415

    if name == 'unsupervised':
        if eao_range is not None:
            raise Refusal('the unsupervised experiment has no expected overlap; leave --eao-range '
                          'away or take another --experiment')
        return Unsupervised()
    kind = Supervised if name == 'supervised' else Multistart
    return kind() if eao_range is None else kind(eao_range)


def _run(
    experiment: Experiment, names: list[str], sequences: list[Sequence], output: Path,
    nano_models: Path | None, on_frames: Callable[[int], None],
) -> list[Row]:
    """Run all trackers on all sequences; each one's runs are written as soon as they are done.

    :raises OSError: something cannot be written
    """
    from rat_tracker.evaluation.running.trackers import create_tracker_or_baseline  # noqa: PLC0415
    from rat_tracker.evaluation.vot.attempts import attempt_all  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import make_rows  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import write_rows  # noqa: PLC0415
    from rat_tracker.evaluation.vot.files import write_runs  # noqa: PLC0415
    from rat_tracker.evaluation.vot.measure import Result  # noqa: PLC0415

    output.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    for name in names:
        outcomes = []
        for sequence, outcome in attempt_all(
            experiment, partial(create_tracker_or_baseline, name, nano_models), sequences,
            on_frames,
        ):
            if isinstance(outcome, Result):
                write_runs(output / 'results', name, experiment, outcome)
            outcomes.append((sequence, outcome))
        rows += make_rows(name, experiment, outcomes)
    write_rows(output / f'{experiment.name}.csv', rows)
    return rows


def _table(experiment: Experiment, rows: list[Row]) -> Table:
    """Show a line for each tracker and sequence, and one for all of a tracker's sequences."""
    table = Table(title=f'VOT, {experiment.name} experiment')
    table.add_column('tracker')
    table.add_column('sequence')
    for name in (*rows[0].figures, 'frames/s'):
        table.add_column(name, justify='right')
    last = rows[-1].sequence
    for row in rows:
        values = [*(f'{value:.3f}' for value in row.figures.values()), f'{row.fps:.1f}']
        shown = (['failed'] if row.status.startswith('failed') else
                 [value.replace('nan', '–') for value in values])
        table.add_row(Text(row.tracker), Text(row.sequence), *shown,
                      end_section=row.sequence == last)
    return table
