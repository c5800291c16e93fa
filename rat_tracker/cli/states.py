"""``rat_tracker states``: whether LOST is reported when the target is gone, and only then."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table
from rich.text import Text

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.left_out import left_out
from rat_tracker.cli.left_out import tell_faults
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import writable
from rat_tracker.system.files import write_whole
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from rat_tracker.datasets import Fault
    from rat_tracker.datasets import Sequence as Recorded
    from rat_tracker.evaluation.states.scenarios import Scenario
    from rat_tracker.tracker import Tracker

_WIDTH = 172  # characters that the table needs


@click.command()
@click.argument('dataset', required=False, type=click.Path(path_type=Path))
@click.option('--clips', type=click.IntRange(min=1), default=10, show_default=True,
              help='Synthetic clips of each scenario.')
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:attention_gain=0.')
@click.option('--output', callback=writable, type=click.Path(path_type=Path), metavar='FILE',
              help='Write the tables there, too, as Markdown.')
def states(dataset: Path | None, clips: int, tracker: str, output: Path | None) -> None:
    """Compare the states with what was to be seen.

    Without a DATASET in synthetic clips in which the target hides. With one in its sequences: as
    they are, where the tracker's own losses count, and with the target covered for a while.
    """
    # Whoever asks for help does not wait for torch.
    from rat_tracker.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.datasets import load_dataset  # noqa: PLC0415
    from rat_tracker.evaluation.machine import hardware  # noqa: PLC0415
    from rat_tracker.evaluation.states.presence_table import PRESENCE_HEADS  # noqa: PLC0415
    from rat_tracker.evaluation.states.scenarios import covered_scenarios  # noqa: PLC0415
    from rat_tracker.evaluation.states.scenarios import synthetic_scenarios  # noqa: PLC0415
    from rat_tracker.evaluation.states.table import HEADS  # noqa: PLC0415
    from rat_tracker.tracker import engine_of  # noqa: PLC0415
    from rat_tracker.trackers import create_tracker  # noqa: PLC0415
    console = make_console()
    failed: dict[str, None] = {}
    tables: list[tuple[Sequence[str], list[list[str]]]] = []
    with refusing(DatasetError, ValueError):
        faults: Sequence[Fault] = ()
        sequences: Sequence[Recorded] = ()
        if dataset is None:
            scenarios = synthetic_scenarios(clips)
        else:
            sequences = loaded = load_dataset(dataset)
            tell_faults(loaded)
            scenarios, faults = covered_scenarios(loaded), loaded.faults
        made = create_tracker(tracker)
        total = len(sequences) + sum(len(scenario.clips) for scenario in scenarios)
        with frame_progress(total, console, 'clips') as advance:
            tables.append((PRESENCE_HEADS, _as_they_are(made, sequences, failed, advance)))
            tables.append((HEADS, _scenarios(made, scenarios, failed, advance)))
        tables = [(heads, rows) for heads, rows in tables if rows]
        if not tables:
            raise DatasetError(next(iter(failed)))
    # A narrow terminal folds the lines, which loses less than rich does when it makes room.
    console.width = max(console.width, _WIDTH)
    for heads, rows in tables:
        table = Table(*heads)
        for cells in rows:
            table.add_row(*map(Text, cells))
        console.print(table, crop=False, soft_wrap=True)
    console.print(f'{engine_of(made)}; {hardware()}', soft_wrap=True)
    missing = Missing()
    if output is not None:
        with missing.unless_written(f'{output}'):
            write_whole(output, '\n\n'.join(
                _markdown(heads, rows) for heads, rows in tables) + '\n')
    end_unless_whole([*failed, *left_out(faults), *missing.lines])


def _as_they_are(
    tracker: Tracker, sequences: Iterable[Recorded], failed: dict[str, None],
    advance: Callable[[int], None],
) -> list[list[str]]:
    """Follow the target of each sequence; return the rows about them, none without a sequence.

    :param failed: is given a line for each sequence that cannot be read
    """
    from rat_tracker.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.evaluation.metrics.presence import presence  # noqa: PLC0415
    from rat_tracker.evaluation.running.runner import run_sequence  # noqa: PLC0415
    from rat_tracker.evaluation.running.target_tracker import TargetTracker  # noqa: PLC0415
    from rat_tracker.evaluation.states.presence_table import presence_rows  # noqa: PLC0415
    target = TargetTracker(tracker)
    found = {}
    for sequence in sequences:
        try:
            one = presence(sequence, run_sequence(target, sequence))
        except DatasetError as error:
            failed[_failure(error)] = None
        else:
            if one is not None:
                found[sequence.name] = one
        advance(1)
    return presence_rows(found) if found else []


def _scenarios(
    tracker: Tracker, scenarios: Iterable[Scenario], failed: dict[str, None],
    advance: Callable[[int], None],
) -> list[list[str]]:
    """Follow the target of each clip; return a row for each scenario that has one.

    :param failed: is given a line for each sequence that cannot be read
    """
    from rat_tracker.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.evaluation.states.episode import follow  # noqa: PLC0415
    from rat_tracker.evaluation.states.table import row  # noqa: PLC0415
    from rat_tracker.target import Target  # noqa: PLC0415
    target = Target(tracker)
    rows: list[list[str]] = []
    for scenario in scenarios:
        episodes = []
        for clip in scenario.clips:
            try:
                episodes.append(follow(target, clip(), scenario.rate))
            except DatasetError as error:
                failed[_failure(error)] = None
            advance(1)
        if episodes:
            rows.append(row(scenario.name, episodes))
    return rows


def _failure(error: Exception) -> str:
    return f'a sequence is not in the table: {error}'


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as a document has it; its first column holds names, the others numbers."""
    rules = ['---', *['--:'] * (len(heads) - 1)]
    return '\n'.join('| ' + ' | '.join(text.replace('|', '\\|') for text in row) + ' |'
                     for row in (heads, rules, *rows))
