"""``rat_tracker performance``: the tables of docs/performance.md, made on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import shlex
import sys
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click
from rich.console import Console

from rat_tracker.cli.packages import benchmark_packages
from rat_tracker.cli.progress import frame_progress
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import refusing_output
from rat_tracker.cli.tracker_names import tracker_names

if TYPE_CHECKING:
    from rat_tracker.datasets import Sequence
    from rat_tracker.evaluation.performance.standing import Standing

_PEERS = 'rat,opencv:csrt,opencv:kcf'
_CLIP_LENGTH = 100  # frames of each synthetic clip
_PROFILE_FRAMES = 300
_GPU_TARGETS = 8


def _cores(_: click.Context, __: click.Parameter, value: int | None) -> int | None:
    here = len(os.sched_getaffinity(0))
    if value is not None and value > here:
        raise Refusal(f'--cores {value} is more than this process may use, which is {here}')
    return value


@click.command()
@click.argument('dataset', type=click.Path(path_type=Path), metavar='[DATASET_DIR]',
                required=False)
@click.option('--trackers', metavar='LIST', help='Names with commas between them; without it, '
              f'{_PEERS}, and opencv:nano where --nano-models is given.')
@click.option('--nano-models', type=click.Path(path_type=Path), metavar='DIR',
              help="The folder with NanoTrack's two ONNX files, for opencv:nano.")
@click.option('--rounds', type=click.IntRange(min=1), default=5, show_default=True,
              help='How often each tracker follows each target.')
@click.option('--frames', type=click.IntRange(min=2),
              help=f'Frames of each sequence at most; of a synthetic clip {_CLIP_LENGTH}. Also of '
              f'each profile, which otherwise has {_PROFILE_FRAMES}.')
@click.option('--origin', type=click.IntRange(0, 1),
              help='See `rat_tracker benchmark --help`.')
@click.option('--cores', type=click.IntRange(min=1), callback=_cores,
              help='Use so many of the cores; without it, all that this process may use.')
@click.option('--gpu-only', is_flag=True, help='Make the table of the GPU and nothing else.')
@click.option('--output', type=click.Path(path_type=Path), default=Path('out/bench'),
              show_default=True, help='Where performance.md goes.')
def performance(
    dataset: Path | None, trackers: str | None, nano_models: Path | None, rounds: int,
    frames: int | None, origin: int | None, cores: int | None, gpu_only: bool, output: Path,
) -> None:
    """Print what docs/performance.md shows, for this machine.

    Where a frame's time goes; how fast, how accurate and how costly trackers are beside each
    other, on the sequences in DATASET_DIR or on synthetic clips; and what a GPU brings where one
    is found.
    """
    # Whoever asks for help does not wait for torch.
    with benchmark_packages():
        from rat_tracker.datasets import DatasetError  # noqa: PLC0415
        from rat_tracker.evaluation.machine import gpu_name  # noqa: PLC0415
        from rat_tracker.evaluation.machine import hardware  # noqa: PLC0415
        from rat_tracker.evaluation.performance.contest import ContestError  # noqa: PLC0415
        from rat_tracker.evaluation.performance.contest import on_cores  # noqa: PLC0415
        from rat_tracker.evaluation.performance.profiles import gpu_section  # noqa: PLC0415
        from rat_tracker.evaluation.performance.profiles import make_profile  # noqa: PLC0415
        from rat_tracker.evaluation.performance.profiles import ProfileError  # noqa: PLC0415
        from rat_tracker.evaluation.performance.profiles import stage_section  # noqa: PLC0415
        from rat_tracker.evaluation.performance.tables import cost_section  # noqa: PLC0415
        from rat_tracker.evaluation.performance.tables import speed_section  # noqa: PLC0415
        from rat_tracker.evaluation.running.trackers import require_tracker_or_baseline  # noqa: PLC0415
        from rat_tracker.weights import WeightsError  # noqa: PLC0415

    console = Console(stderr=True)  # what is done; the document alone goes to stdout
    nano_models = None if nano_models is None else nano_models.resolve()
    names = tracker_names(
        trackers or _PEERS + (',opencv:nano' if nano_models is not None else ''))
    command = shlex.join(['rat_tracker', *sys.argv[1:]])
    profiled = str(frames or _PROFILE_FRAMES)
    output = output.absolute()
    with refusing(DatasetError, ValueError, WeightsError, ProfileError, ContestError), \
            refusing_output(output), on_cores(cores):
        for name in names:
            require_tracker_or_baseline(name, nano_models)
        output.mkdir(parents=True, exist_ok=True)
        conditions = f'{hardware()}.'
        document = _Document(output / 'performance.md')
        if not gpu_only:
            with _sequences(dataset, origin, frames, console) as (sequences, kind):
                with console.status('profiling'):
                    made = make_profile('--frames', profiled)
                document.add('Where the time of a frame goes', stage_section(made), conditions,
                             f'    {made.command}')
                found = _contest(names, sequences, rounds, nano_models, console)
            measured = (f'{kind}; the trackers took turns, each in a process of its own. '
                        f'{conditions}', f'    {command}')
            document.add('Beside the peers', speed_section(found), *measured)
            document.add('What it costs', cost_section(found), *measured)
        if gpu_name() is None:
            document.add('On an NVIDIA GPU', 'No NVIDIA GPU that torch can use was found.')
        else:
            with console.status('profiling the GPU'):
                section = gpu_section(_GPU_TARGETS, int(profiled), on_row=console.out)
            document.add('On an NVIDIA GPU', section, conditions)
    click.echo(f'written to {document.path}')


class _Document:
    """What is printed and written, section by section: what is there stays if the next fails."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text = ''

    def add(self, title: str, *parts: str) -> None:
        section = '\n\n'.join((f'## {title}', *parts, ''))
        self._text += section
        self.path.write_text(self._text, encoding='utf-8')
        click.echo(section, nl=False)


@contextmanager
def _sequences(
    dataset: Path | None, origin: int | None, frames: int | None, console: Console,
) -> Iterator[tuple[list[Sequence], str]]:
    """Yield what is to be followed, and what it is in words."""
    from rat_tracker.datasets import load_dataset  # noqa: PLC0415
    from rat_tracker.evaluation.clips.speed import write_clips  # noqa: PLC0415
    from rat_tracker.evaluation.running.self_check import self_check  # noqa: PLC0415

    if dataset is None:
        with TemporaryDirectory(prefix='rat_tracker-') as folder:
            with console.status('making clips'):
                clips = write_clips(Path(folder), frames or _CLIP_LENGTH)
            yield clips, (f'{len(clips)} synthetic clips of 640×480, '
                          f'{len(clips[0].frames)} frames each')
        return
    sequences = [sequence.counted_from(origin).first(frames)
                 for sequence in load_dataset(dataset.resolve())]
    for sequence in sequences:
        sequence.require_readable()
    self_check(sequences)
    yield sequences, (f'{len(sequences)} sequences of {dataset.resolve().name}, '
                      f'{sum(len(sequence.frames) for sequence in sequences):,} frames')


def _contest(
    names: list[str], sequences: list[Sequence], rounds: int, nano_models: Path | None,
    console: Console,
) -> list[Standing]:
    from rat_tracker.evaluation.performance.contest import run_contest  # noqa: PLC0415
    from rat_tracker.evaluation.performance.standing import standings  # noqa: PLC0415

    total = rounds * len(names) * sum(len(sequence.frames) for sequence in sequences)
    with frame_progress(total, console) as on_frames:
        return standings(run_contest(names, sequences, rounds, nano_models, on_frames))
