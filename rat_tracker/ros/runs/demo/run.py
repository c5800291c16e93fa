"""One run: a camera, the tracker node and a recorder, each in a process of its own.

How the target is selected. A clip is held after its first frame until the tracker has started on
it: the box was drawn on a still picture, and so no frame is lost to the time that the machine
needs for the start. A camera cannot be held: there the selection names the stamp of the first
frame, which the node still has in its buffer, and the node catches up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
import time

from rat_tracker.ros.runs.demo.playback import Playback
from rat_tracker.ros.runs.processes.harness import PLAYER
from rat_tracker.ros.runs.processes.harness import POLL
from rat_tracker.ros.runs.processes.harness import RunHarness
from rat_tracker.ros.runs.processes.node_process import NodeFailed
from rat_tracker.ros.runs.processes.node_process import NodeProcess
from rat_tracker.ros.runs.record import RunRecord
from rat_tracker.video import VideoError

_VIDEO_FAULT = 2  # exit code of a player that cannot read its video
_IMAGES_LEFT_OUT = 3  # and of one that played it without some images, which are named later
_LAST_ANSWER = 10.0  # seconds that the tracker may take for the last frames
# A camera does not wait while the target is selected on its first frame.
_PATIENT = {'buffer_seconds': 30.0, 'buffer_megabytes': 512}


@dataclass(frozen=True, slots=True)
class DemoResult:
    """What a run gave."""

    playback: Playback
    stamps: list[int]  # ns, of the frames from the one on which the target was selected on
    selection: str  # the id that the tracker gave to the target
    record: RunRecord
    fault: str = ''  # what ended it before its time


Show = Callable[[str, int], None]  # is told what happens, and how many frames were published


def run(playback: Playback, seconds: float | None, domain: int, show: Show) -> DemoResult:
    """Run until the clip ends, the time is over or Ctrl-C is pressed.

    :param seconds: how long to run at most; None: to the end of the clip
    :raises Refused: the tracker does not take this box
    :raises NodeFailed: a node ended by itself before the target was selected
    :raises TimeoutError: a node does not answer
    """
    live = playback.live
    with RunHarness.open(domain, playback.folder, keep_images=live) as harness:
        show('starting the tracker', 0)
        tracker = harness.start_tracker(_PATIENT if live else {})
        show('starting the camera', 0)
        player = harness.start_player(playback.video, {
            'rate': playback.rate,
            'wait_for_subscribers': 2 if live else 1, 'start_paused': not live})
        stamp = harness.await_result().stamp
        selection = harness.select(stamp, playback.box)

        def show_state() -> None:
            latest = harness.record.arrivals[-1]
            show(f'{latest.state.name} {latest.score:.2f}', len(harness.stamps()))
        fault = ''
        try:
            if not live:
                harness.resume(PLAYER)
            _play(tracker, player, seconds, show_state)
        except KeyboardInterrupt:
            show('stopping', 0)
        except (NodeFailed, VideoError) as error:
            fault = str(error)
        player.end()
        stamps = harness.stamps()
        # The tracker may as well have left out the last frame, or be gone.
        end = time.monotonic() + (_LAST_ANSWER if tracker.exit_code is None else 0)
        while stamps[-1] not in harness.record.targets and time.monotonic() < end:
            time.sleep(POLL)
        show_state()
        return DemoResult(playback, stamps[stamps.index(stamp):], selection, harness.record,
                          fault)


def _play(
    tracker: NodeProcess, player: NodeProcess, seconds: float | None,
    show_state: Callable[[], None],
) -> None:
    """Let the video go on, to its end or for the time that was asked for."""
    end = time.monotonic() + (seconds or float('inf'))
    while player.exit_code is None and time.monotonic() < end:
        tracker.require_running()
        show_state()
        time.sleep(POLL)
    if player.exit_code == _VIDEO_FAULT:
        raise VideoError(player.last_words())
    if player.exit_code not in (None, 0, _IMAGES_LEFT_OUT):
        player.require_running()
