"""``rat_tracker profile``: where a frame's time goes on this machine, and what it takes."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from dataclasses import asdict
import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from rat_tracker.cli.left_out import end_unless_whole
from rat_tracker.cli.profile_text import profile_lines
from rat_tracker.cli.profile_text import stage_table
from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing
from rat_tracker.cli.refusal import writable
from rat_tracker.system.files import write_whole
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console

if TYPE_CHECKING:
    from rat_tracker.geometry import Box
    from rat_tracker.geometry import Image

    # Images, the box in the first one, and the bytes of memory that the clip itself takes.
    # The last are told which images are left out.
    _Clip = tuple[Iterator[Image], Box, int, Callable[[], list[str]]]

# Frames of the synthetic clip, which is played back and forth: 55 MB at 640×480.
_CLIP_LENGTH = 60


@click.command()
@click.option('--video', metavar='PATH', help='A video file, a folder of images or a camera; '
              'without it, a synthetic clip.')
@click.option('--box', metavar='X,Y,WIDTH,HEIGHT',
              help="The target in the video's first frame, in pixels.")
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:attention_gain=0.')
@click.option('--engine', default='auto', show_default=True, metavar='NAME',
              help='What runs the network: auto, openvino, torch, tensorrt or '
              'tensorrt_rtx.')
@click.option('--device', default='auto', show_default=True, metavar='NAME',
              help='Where the network runs: auto, cpu or cuda.')
@click.option('--precision', default='auto', show_default=True, metavar='NAME',
              help='What the network computes with: auto, float32, float16 or bfloat16.')
@click.option('--frames', type=click.IntRange(min=1), default=300, show_default=True,
              help='How many frames to measure at most.')
@click.option('--targets', type=click.IntRange(min=1), default=1, show_default=True,
              help='So many trackers follow the target together, and are compared with one alone '
              'on the same frames.')
@click.option('--json', 'file', callback=writable, type=click.Path(path_type=Path),
              metavar='FILE',
              help='Write the figures there, too.')
def profile(
    video: str | None, box: str | None, tracker: str, engine: str, device: str, precision: str,
    frames: int, targets: int, file: Path | None,
) -> None:
    """Print where a frame's time goes, and the processor's time and the memory that it takes."""
    # Whoever asks for help does not wait for torch.
    from rat_tracker.evaluation.machine import hardware  # noqa: PLC0415
    from rat_tracker.evaluation.running.profile import profile as measure  # noqa: PLC0415
    from rat_tracker.evaluation.running.profile import WARM_UP_FRAMES  # noqa: PLC0415
    from rat_tracker.trackers import tracker_parameters  # noqa: PLC0415
    from rat_tracker.trackers.rat.together import ConcurrentRatTracker  # noqa: PLC0415
    from rat_tracker.video import VideoError  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    console = make_console()
    if box is not None and not video:
        raise Refusal('--box is where the target is in a video; name that with --video')
    with refusing(ValueError, VideoError, WeightsError):
        clip = _video(video, box) if video else _synthetic(
            min(_CLIP_LENGTH, 1 + WARM_UP_FRAMES + frames), console)
        with clip as (images, start, held, left_out):
            with console.status('preparing the tracker'):
                parameters = tracker_parameters(tracker)
                made = [ConcurrentRatTracker(
                    parameters, engine=engine, device=device, precision=precision)
                        for _ in range(targets + (targets > 1))]
            with console.status('tracking'):
                try:
                    result = measure(made[:targets], images, start, frames, *made[targets:])
                except ValueError as error:
                    raise Refusal(f'{error}{_beside(left_out())}') from None
            faults = left_out()
    console.print(stage_table(result, f'{tracker} on {made[0].engine}'))
    for line in (*profile_lines(result, held), hardware()):
        console.print(line, soft_wrap=True)
    missing = Missing()
    if file is not None:
        with missing.unless_written(f'{file}'):
            write_whole(file, json.dumps({
                'tracker': tracker, 'engine': made[0].engine, 'hardware': hardware(),
                'clip_bytes': held, **asdict(result),
            }, indent=2) + '\n')
    end_unless_whole([*faults, *missing.lines])


def _beside(faults: list[str]) -> str:
    """Return what a refusal has to say of images that were left out."""
    return f'; {len(faults)} were left out, the first because: {faults[0]}' if faults else ''


@contextmanager
def _video(path: str, box: str | None) -> Iterator[_Clip]:
    """Yield a video, read frame by frame."""
    from rat_tracker.geometry import Box  # noqa: PLC0415
    from rat_tracker.video import open_video  # noqa: PLC0415

    if box is None:
        raise Refusal('a video comes without a box; say where the target is in its first frame: '
                      '--box x,y,width,height')
    start = Box.parse(box)
    with closing(open_video(path)) as video:
        yield video.frames(), start, 0, lambda: video.faults


@contextmanager
def _synthetic(length: int, console: Console) -> Iterator[_Clip]:
    """Yield a synthetic clip, made before any clock runs."""
    from rat_tracker.evaluation.clips.synthetic import back_and_forth  # noqa: PLC0415
    from rat_tracker.evaluation.clips.synthetic import render  # noqa: PLC0415
    from rat_tracker.evaluation.clips.synthetic import Scene  # noqa: PLC0415

    with console.status('making a clip'):
        clip = list(render(Scene(width=640, height=480, length=length)))
    yield back_and_forth(clip), clip[0].box, sum(frame.image.nbytes for frame in clip), list
