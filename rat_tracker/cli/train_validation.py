"""``rat_tracker train validation``: the held-back clips as a data set for ``benchmark``."""

from __future__ import annotations

from pathlib import Path

import click

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.left_out import left_out
from rat_tracker.cli.packages import benchmark_packages
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output
from rat_tracker.training.recipes import load_recipe
from rat_tracker.training.recipes import RECIPES


@click.command()
@click.option('--data', 'data', multiple=True, required=True, type=click.Path(path_type=Path),
              metavar='FOLDER', help='What the training got; once for each folder.')
@click.option('--recipe', type=click.Choice(RECIPES), default=RECIPES[0], show_default=True,
              help='Whose training: it may hold back whole sources.')
@click.option('--output', required=True, type=click.Path(path_type=Path), metavar='FOLDER',
              help='Where a folder for each clip goes, with links to its frames.')
def validation(data: tuple[Path, ...], recipe: str, output: Path) -> None:
    """Lay out the clips that a training holds back, for `rat_tracker benchmark`.

    A second time it changes only what is not as it should be; folders of others are left alone.
    """
    with benchmark_packages():
        from rat_tracker.datasets import DatasetError  # noqa: PLC0415
        from rat_tracker.training.sources import divide  # noqa: PLC0415
        from rat_tracker.training.validation_clips import lay_out  # noqa: PLC0415

    with refusing(DatasetError), refusing_output(output):
        division = divide(data, load_recipe(recipe).sources)
        laid_out = lay_out(division.validation, output)
    click.echo(f'{output}: {len(laid_out.clips)} clips that are held back')
    for name in laid_out.removed:
        click.echo(f'removed {name}, which is not held back any more')
    end_unless_whole(left_out([*division.faults, *laid_out.faults]))
