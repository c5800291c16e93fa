"""``rat_tracker train``: teach networks offline, and make weights of what they learnt."""

from __future__ import annotations

from contextlib import ExitStack
import os
from pathlib import Path
from tempfile import TemporaryDirectory
import time
from typing import TYPE_CHECKING

import click
from rich.table import Table

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.left_out import left_out
from rat_tracker.cli.packages import benchmark_packages
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output
from rat_tracker.cli.train_validation import validation
from rat_tracker.system.interrupts import interruptible
from rat_tracker.system.program import make_console
from rat_tracker.training.recipes import load_recipe
from rat_tracker.training.recipes import RECIPES

if TYPE_CHECKING:
    from rat_tracker.training.curves import Row
    from rat_tracker.training.recipe import Recipe
    from rat_tracker.training.run import Request

_INTERRUPTED = 130  # the exit code of a shell's commands that Ctrl-C ended
_GB = 1e9


@click.group()
def train() -> None:
    """Teach networks offline, and make weights of what they learnt."""


@train.command(name='list')
def list_recipes() -> None:
    """Name the recipes."""
    table = Table()
    for header in ('recipe', 'version', 'what it teaches'):
        table.add_column(header)
    for name in RECIPES:
        recipe = load_recipe(name)
        table.add_row(recipe.name, str(recipe.version), recipe.description)
    make_console().print(table)


@train.command()
@click.argument('checkpoint', type=click.Path(path_type=Path))
@click.option('--name', required=True, help="Of the weights' two files.")
@click.option('--output', type=click.Path(path_type=Path), default=Path(), show_default='here',
              help='The folder that they go to.')
def export(checkpoint: Path, name: str, output: Path) -> None:
    """Make weights of a CHECKPOINT: NAME.safetensors, and NAME.toml, which says where from.

    They are those of the validation with the best figure.
    """
    with benchmark_packages():
        from rat_tracker.training.checkpoints import read_checkpoint  # noqa: PLC0415
        from rat_tracker.training.errors import TrainingError  # noqa: PLC0415
        from rat_tracker.training.export import export as export_weights  # noqa: PLC0415

    if Path(name).name != name:
        raise Refusal(f'--name {name!r} is no name of a file; name its folder with --output')
    with refusing(TrainingError), refusing_output(output):
        weights = export_weights(read_checkpoint(checkpoint), name, output)
    click.echo(f'{weights.path} and {weights.manifest_path}')


def _recipe_command(name: str) -> click.Command:
    @click.command(name=name, help=f'Train by the recipe {name}; see `rat_tracker train list`.')
    @click.option('--data', 'data', multiple=True, type=click.Path(path_type=Path),
                  metavar='FOLDER', help='What is learnt from: clips and stills in any layout '
                  'that is known; once for each folder.')
    @click.option('--output', type=click.Path(path_type=Path), default=Path('out/train') / name,
                  show_default=True, help='Where checkpoint, curves.png and log.csv go.')
    @click.option('--resume', is_flag=True, help='Go on from the checkpoint in --output.')
    @click.option('--seed', type=click.IntRange(min=0), default=0, show_default=True,
                  help='The same seed, data and machine: the same weights.')
    @click.option('--steps', type=click.IntRange(min=1),
                  help='Of the optimiser.  [default: what the recipe says]')
    @click.option('--minutes', type=click.FloatRange(min=0, min_open=True),
                  help='In place of --steps: as many as are learnt in this time, measured before '
                  'the first; validation comes on top.')
    @click.option('--pool', type=click.FloatRange(min=0), default=1.0, show_default=True,
                  metavar='GB', help='Of features that are kept, in a file in --output.')
    @click.option('--device', default='auto', show_default=True, metavar='NAME',
                  help='auto, cpu or cuda.')
    @click.option('--check', is_flag=True,
                  help='Run everything on a few clips that are made on the spot, and leave '
                  'nothing behind.')
    def command(
        data: tuple[Path, ...], output: Path, resume: bool, seed: int, steps: int | None,
        minutes: float | None, pool: float, device: str, check: bool,
    ) -> None:
        with benchmark_packages():
            from rat_tracker.training.run import Request  # noqa: PLC0415

        if check:
            if 'RANK' in os.environ:
                raise Refusal('--check is for one process; leave torchrun away')
            _check(load_recipe(name), device)
            return
        if not data:
            raise Refusal('there is nothing to learn from; name folders with --data')
        if steps is not None and minutes is not None:
            raise Refusal('--steps and --minutes both say how long it takes; leave one away')
        _train(load_recipe(name), Request(
            data, output.absolute(), seed, steps, minutes, pool * _GB, device, resume))

    return command


train.add_command(validation)
for _name in RECIPES:
    train.add_command(_recipe_command(_name))


def _train(recipe: Recipe, request: Request) -> None:
    """Train, and say what came of it."""
    from rat_tracker.datasets import DatasetError  # noqa: PLC0415
    from rat_tracker.training.errors import TrainingError  # noqa: PLC0415
    from rat_tracker.training.loop import Listener  # noqa: PLC0415
    from rat_tracker.training.run import train as run_training  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    console = make_console(quiet=not _is_first())
    with ExitStack() as stack:
        interrupted = stack.enter_context(interruptible())

        def listener(steps: int) -> Listener:
            return Listener(
                interrupted, stack.enter_context(frame_progress(steps, console, 'steps')),
                lambda row: console.print(_in_words(row), soft_wrap=True))
        stack.enter_context(refusing(DatasetError, TrainingError, ValueError, WeightsError))
        stack.enter_context(refusing_output(request.output))
        outcome = run_training(recipe, request, listener)
    if not _is_first():
        return
    checkpoint = outcome.checkpoint
    console.print(f'best weights at {_in_words(checkpoint.figures)}' if checkpoint.best else
                  'there was no validation yet', soft_wrap=True)
    console.print(f'checkpoint, curves.png and log.csv are in {request.output}', soft_wrap=True)
    if not outcome.finished:
        click.echo(f'interrupted after {checkpoint.step} steps; the same command with --resume '
                   'goes on', err=True)
        raise click.exceptions.Exit(_INTERRUPTED)
    end_unless_whole([
        *left_out(outcome.division.faults),
        *(f'passed over while it was drawn from: {reason}' for reason in outcome.unreadable)])


def _check(recipe: Recipe, device: str) -> None:
    """Run everything on what is made on the spot."""
    from rat_tracker.training.check import run_check  # noqa: PLC0415
    from rat_tracker.training.errors import TrainingError  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    begin = time.monotonic()
    with refusing(TrainingError, ValueError, WeightsError), \
            TemporaryDirectory(prefix='rat_tracker-') as folder, refusing_output(Path(folder)):
        run_check(recipe, Path(folder), device)
    click.echo(f'{recipe.name} can be trained here: learning, validation, checkpoint, going on '
               f'from it, curves and weights took {time.monotonic() - begin:.0f} s')


def _in_words(row: Row) -> str:
    """Return a row of the history on one line."""
    figures = ', '.join(f'{name} {value:.4g}' for name, value in row.items() if name != 'step')
    return f'step {row["step"]:.0f}: {figures}'


def _is_first() -> bool:
    """Return whether this is the process that speaks, of those that ``torchrun`` started."""
    return os.environ.get('RANK', '0') == '0'
