"""``rat_tracker profile``: where a frame's time goes on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing

if TYPE_CHECKING:
    from rat_tracker.evaluation.profile import Profile
    from rat_tracker.geometry import Box
    from rat_tracker.geometry import Image


@click.command()
@click.option('--video', metavar='PATH', help='A video file, a folder of images or a camera; '
              'without it, a synthetic clip.')
@click.option('--box', metavar='X,Y,WIDTH,HEIGHT',
              help="The target in the video's first frame, in pixels.")
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:attention_gain=0.')
@click.option('--engine', default='auto', show_default=True, metavar='NAME',
              help='What runs the network: auto, openvino, torch or tensorrt_rtx.')
@click.option('--device', default='auto', show_default=True, metavar='NAME',
              help='Where the network runs: auto, cpu or cuda.')
@click.option('--width', type=click.IntRange(min=64), default=640, show_default=True,
              help='Width of the synthetic clip, in pixels.')
@click.option('--height', type=click.IntRange(min=64), default=480, show_default=True,
              help='Height of the synthetic clip, in pixels.')
@click.option('--frames', type=click.IntRange(min=1), default=300, show_default=True,
              help='How many frames to measure at most.')
def profile(
    video: str | None, box: str | None, tracker: str, engine: str, device: str, width: int,
    height: int, frames: int,
) -> None:
    """Print where a frame's time goes: every stage, its share, and frames per second."""
    # Whoever asks for help does not wait for torch.
    from rat_tracker.evaluation.profile import hardware  # noqa: PLC0415
    from rat_tracker.evaluation.profile import profile as measure  # noqa: PLC0415
    from rat_tracker.trackers import create_tracker  # noqa: PLC0415
    from rat_tracker.video import VideoError  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    console = Console()
    with refusing(ValueError, VideoError, WeightsError):
        clip = _video(video, box) if video else _synthetic(width, height, frames, console)
        with clip as (images, start):
            with console.status('preparing the tracker'):
                made = create_tracker(tracker, engine=engine, device=device)
            with console.status('tracking'):
                result = measure(made, images, start, frames)
    console.print(_table(result, f'{tracker} on {made.engine}'))
    console.print(f'{result.fps:.1f} frames/s over {result.frames} frames, '
                  f'init {result.init_ms:.0f} ms, memory {_megabytes(result.memory_bytes)}')
    console.print(hardware(), soft_wrap=True)


@contextmanager
def _video(path: str, box: str | None) -> Iterator[tuple[Iterator[Image], Box]]:
    """Yield a video's frames, read one by one, and the box in the first one."""
    from rat_tracker.geometry import Box  # noqa: PLC0415
    from rat_tracker.video import open_video  # noqa: PLC0415

    if box is None:
        raise Refusal('a video comes without a box; say where the target is in its first frame: '
                      '--box x,y,width,height')
    start = Box.parse(box)
    with closing(open_video(path)) as video:
        yield video.frames(), start


@contextmanager
def _synthetic(
    width: int, height: int, frames: int, console: Console,
) -> Iterator[tuple[Iterator[Image], Box]]:
    """Yield a synthetic clip, made before any clock runs, and the box in the first frame."""
    from rat_tracker.evaluation.profile import WARM_UP_FRAMES  # noqa: PLC0415
    from rat_tracker.evaluation.synthetic import render  # noqa: PLC0415
    from rat_tracker.evaluation.synthetic import Scene  # noqa: PLC0415

    scene = Scene(width=width, height=height, length=1 + WARM_UP_FRAMES + frames)
    with console.status('making a clip'):
        clip = list(render(scene))
    yield (frame.image for frame in clip), clip[0].box


def _table(result: Profile, title: str) -> Table:
    table = Table(title=title)
    table.add_column('stage')
    for name in ('mean ms', 'p50 ms', 'p99 ms', 'share'):
        table.add_column(name, justify='right')
    for stage in result.stages:
        table.add_row(stage.name, f'{stage.mean_ms:.2f}', f'{stage.p50_ms:.2f}',
                      f'{stage.p99_ms:.2f}', f'{stage.share:.0%}',
                      end_section=stage is result.stages[-2])
    return table


def _megabytes(size: int | None) -> str:
    return 'not known' if size is None else f'{size / 1e6:.1f} MB'
