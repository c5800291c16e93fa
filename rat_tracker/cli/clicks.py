"""``rat_tracker clicks``: how good a start is a click on the target."""

from __future__ import annotations

from collections.abc import Callable
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

if TYPE_CHECKING:
    from rat_tracker.evaluation.clicks import Click


@click.command()
@click.argument('dataset', type=click.Path(path_type=Path), metavar='DATASET_DIR')
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:attention_gain=0.')
@click.option('--every', type=click.IntRange(min=1), default=30, show_default=True,
              help='Frames from one click to the next.')
@click.option('--frames', type=click.IntRange(min=1), default=30, show_default=True,
              help='Frames that are tracked after each click.')
@click.option('--origin', type=click.IntRange(0, 1),
              help="What the boxes' files count the first pixel as, where it is not what the "
              "layout's benchmark does: 1 in OTB, LaSOT and UAV123, otherwise 0.")
def clicks(dataset: Path, tracker: str, every: int, frames: int, origin: int | None) -> None:
    """Click on the targets of the sequences in DATASET_DIR.

    Prints how well the box made of a click fits the true one, and how often a tracker that starts
    on it is still on the target some frames later, beside one that starts on the true box.
    Sequences count the same, however many clicks they have room for.
    """
    with benchmark_packages():
        from rat_tracker.datasets import DatasetError  # noqa: PLC0415
        from rat_tracker.datasets import load_dataset  # noqa: PLC0415
        from rat_tracker.evaluation.clicks import clicks as clicks_on  # noqa: PLC0415
        from rat_tracker.evaluation.clicks import starts  # noqa: PLC0415
        from rat_tracker.segmentation.point_to_box import box_around  # noqa: PLC0415
        from rat_tracker.trackers import create_tracker  # noqa: PLC0415
        from rat_tracker.weights import WeightsError  # noqa: PLC0415

    console = Console(markup=False, highlight=False)
    with refusing(DatasetError, ValueError, WeightsError):
        sequences = [sequence.counted_from(origin) for sequence in load_dataset(dataset)]
        count = sum(len(starts(sequence, every, frames)) for sequence in sequences)
        if not count:
            raise Refusal(f'no sequence of {dataset} has {frames} frames after a first true box; '
                          'choose fewer with --frames')
        found = []
        made = create_tracker(tracker)
        with frame_progress(3 * count * frames, console) as on_frames:
            for sequence in sequences:
                done = list(clicks_on(sequence, made, box_around, every, frames))
                on_frames(3 * len(starts(sequence, every, frames)) * frames)
                found += done
    console.print(_table(found, frames))


def _table(found: list[Click], frames: int) -> Table:
    from rat_tracker.evaluation.clicks import PLACES  # noqa: PLC0415

    table = Table(title=f'{len(found)} clicks on {len({one.sequence for one in found})} '
                        'sequences')
    table.add_column('')
    for place in PLACES:
        table.add_column(place, justify='right')
    groups = [[one for one in found if one.place == place] for place in PLACES]
    for label, figure in _figures(frames).items():
        table.add_row(label, *(f'{_mean(group, figure):.3f}' for group in groups))
    table.add_row('median time, ms', *(
        f'{1000 * float(np.median([one.seconds for one in group])):.0f}' for group in groups))
    return table


def _figures(frames: int) -> dict[str, Callable[[Click], float]]:
    """Return what is told of a click, 0 to 1, by its name."""
    return {
        'mean overlap': lambda one: one.overlap or 0.0,
        'overlap above 0.5': lambda one: (one.overlap or 0.0) > 0.5,
        'overlap above 0.3': lambda one: (one.overlap or 0.0) > 0.3,
        'refused': lambda one: one.overlap is None,
        f'on the target after {frames} frames': lambda one: one.followed,
        'the same from the true box': lambda one: one.true_followed,
    }


def _mean(clicks_made: list[Click], figure: Callable[[Click], float]) -> float:
    """Return the mean over sequences of their means."""
    lines: dict[str, list[float]] = {}
    for one in clicks_made:
        lines.setdefault(one.sequence, []).append(figure(one))
    return float(np.mean([np.mean(line) for line in lines.values()]))
