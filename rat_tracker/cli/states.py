"""``rat_tracker states``: whether LOST is reported when the target is gone, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.table import Table

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.left_out import left_out
from rat_tracker.cli.left_out import tell_faults
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import writable
from rat_tracker.system.files import write_whole
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from rat_tracker.datasets import Fault

_WIDTH = 172  # characters that the table needs


@click.command()
@click.argument('dataset', required=False, type=click.Path(path_type=Path))
@click.option('--clips', type=click.IntRange(min=1), default=10, show_default=True,
              help='Synthetic clips of each scenario.')
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:attention_gain=0.')
@click.option('--output', callback=writable, type=click.Path(path_type=Path), metavar='FILE',
              help='Write the table there, too, as Markdown.')
def states(dataset: Path | None, clips: int, tracker: str, output: Path | None) -> None:
    """Hide the target and compare the states with what was to be seen.

    Without a DATASET in synthetic clips, else in its sequences, in which the target gets covered.
    """
    # Whoever asks for help does not wait for torch.
    from rat_tracker.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.datasets import load_dataset  # noqa: PLC0415
    from rat_tracker.evaluation.clips.covering import frames_needed  # noqa: PLC0415
    from rat_tracker.evaluation.machine import hardware  # noqa: PLC0415
    from rat_tracker.evaluation.states.episode import follow  # noqa: PLC0415
    from rat_tracker.evaluation.states.scenarios import COVERED  # noqa: PLC0415
    from rat_tracker.evaluation.states.scenarios import covered_scenarios  # noqa: PLC0415
    from rat_tracker.evaluation.states.scenarios import synthetic_scenarios  # noqa: PLC0415
    from rat_tracker.evaluation.states.table import HEADS  # noqa: PLC0415
    from rat_tracker.evaluation.states.table import row  # noqa: PLC0415
    from rat_tracker.target import Target  # noqa: PLC0415
    from rat_tracker.trackers import create_tracker  # noqa: PLC0415
    console = make_console()
    with refusing(DatasetError, ValueError):
        faults: Sequence[Fault] = ()
        if dataset is None:
            scenarios = synthetic_scenarios(clips)
        else:
            loaded = load_dataset(dataset)
            tell_faults(loaded)
            scenarios, faults = covered_scenarios(loaded), loaded.faults
        if not scenarios:
            raise Refusal(f'{dataset} has no sequence of {frames_needed(COVERED[0])} frames '
                          'or more; name longer ones')
        target = Target(create_tracker(tracker))
        rows: list[list[str]] = []
        failed: dict[str, None] = {}
        total = sum(len(scenario.clips) for scenario in scenarios)
        with frame_progress(total, console, 'clips') as advance:
            for scenario in scenarios:
                episodes = []
                for clip in scenario.clips:
                    try:
                        episodes.append(follow(target, clip(), scenario.rate))
                    except DatasetError as error:
                        failed[f'a sequence is not in the table: {error}'] = None
                    advance(1)
                if episodes:
                    rows.append(row(scenario.name, episodes))
        if not rows:
            raise DatasetError(next(iter(failed)))
    table = Table(*HEADS)
    for cells in rows:
        table.add_row(*cells)
    # A narrow terminal folds the lines, which loses less than rich does when it makes room.
    console.width = max(console.width, _WIDTH)
    console.print(table, crop=False, soft_wrap=True)
    console.print(f'{target.engine}; {hardware()}', soft_wrap=True)
    missing = Missing()
    if output is not None:
        with missing.unless_written(f'{output}'):
            write_whole(output, _markdown(HEADS, rows) + '\n')
    end_unless_whole([*failed, *left_out(faults), *missing.lines])


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as a document has it; its first column holds names, the others numbers."""
    rules = ['---', *['--:'] * (len(heads) - 1)]
    return '\n'.join('| ' + ' | '.join(text.replace('|', '\\|') for text in row) + ' |'
                     for row in (heads, rules, *rows))
