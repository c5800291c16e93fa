"""One run: a camera, the tracker node and a recorder, each in a process of its own.

How the target is selected. A clip is held after its first frame until the tracker has started on
it: the box was drawn on a still picture, and so no frame is lost to the time that the machine
needs for the start. A camera cannot be held: there the selection names the stamp of the first
frame, which the node still has in its buffer, and the node catches up.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
import time

from rat_tracker.geometry import Box
from rat_tracker.ros.runs.processes.harness import ANSWER
from rat_tracker.ros.runs.processes.harness import PLAYER
from rat_tracker.ros.runs.processes.harness import POLL
from rat_tracker.ros.runs.processes.harness import RunHarness
from rat_tracker.ros.runs.processes.node_process import NodeProcess
from rat_tracker.ros.runs.record import RunRecord
from rat_tracker.video import VideoError

_VIDEO_FAULT = 2  # exit code of a player that cannot read its video
_LAST_ANSWER = 10.0  # seconds that the tracker may take for the last frames
# A camera does not wait while the target is selected on its first frame.
_PATIENT = {'buffer_seconds': 30.0, 'buffer_megabytes': 512}


@dataclass(frozen=True, slots=True)
class Order:
    """What to run."""

    video: str
    box: Box
    live: bool  # the video is a camera
    rate: float  # frames per second
    seconds: float | None  # how long; None: to the end of the clip
    domain: int
    folder: Path  # for the logs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave. Stamps are nanoseconds."""

    stamps: list[int]  # of the frames that were published, in order
    selection: str  # the id that the tracker gave to the target
    selected: int  # stamp of the frame on which it was selected
    record: RunRecord
    diagnostics: dict[str, str]


Show = Callable[[str, int], None]  # is told what happens, and how many frames were published


def run(order: Order, show: Show) -> Outcome:
    """Run until the clip ends, the time is over or Ctrl-C is pressed.

    :raises Refused: the tracker does not take this box
    :raises VideoError: the video cannot be read to its end
    :raises NodeFailed: a node ended by itself
    :raises TimeoutError: a node does not answer
    """
    with ExitStack() as stack:
        harness = stack.enter_context(
            RunHarness.open(order.domain, order.folder, keep_images=order.live))
        steps = _Steps(order, show, harness)
        tracker = steps.start_tracker(stack)
        player = steps.start_player(stack)
        selection, stamp = steps.select()
        try:
            steps.play(tracker, player)
        except KeyboardInterrupt:
            show('stopping', 0)
        player.end()
        stamps = [int(line) for line in steps.journal.read_text().split()]
        steps.await_last(stamps)
        return Outcome(stamps[stamps.index(stamp):], selection, stamp,
                       harness.recorder.record, harness.recorder.diagnostics)


class _Steps:
    """The steps of a run, in their order."""

    def __init__(self, order: Order, show: Show, harness: RunHarness) -> None:
        self._order = order
        self._show = show
        self._harness = harness
        self._recorder = harness.recorder
        self.journal = order.folder / 'stamps.txt'

    def start_tracker(self, stack: ExitStack) -> NodeProcess:
        """Start the tracker and take it to ``active``, its model loaded."""
        self._show('starting the tracker', 0)
        tracker = self._harness.start_tracker(stack, _PATIENT if self._order.live else {})
        self._show('loading the model', 0)
        self._harness.await_model()
        return tracker

    def start_player(self, stack: ExitStack) -> NodeProcess:
        """Start the camera; it holds its first frame until somebody sees it."""
        self._show('starting the camera', 0)
        return self._harness.start(stack, PLAYER, {
            'video': self._order.video, 'rate': self._order.rate, 'journal': str(self.journal),
            'wait_for_subscribers': 2 if self._order.live else 1,
            'start_paused': not self._order.live})

    def select(self) -> tuple[str, int]:
        """Select the target on the first frame; returns the selection's id and the stamp."""
        # The tracker answers every image, also while it has no target: so the stamp is known.
        self._harness.wait(lambda: self._recorder.first_stamp is not None,
                         'the tracker answers no image', ANSWER)
        stamp = self._recorder.first_stamp
        assert stamp is not None
        selection = self._harness.select(stamp, self._order.box)
        self._harness.wait(lambda: self._recorder.record.targets[stamp].id == selection,
                         'the tracker does not start on the target', ANSWER)
        return selection, stamp

    def play(self, tracker: NodeProcess, player: NodeProcess) -> None:
        """Let the clip go on, to its end or for the time that was ordered."""
        end = time.monotonic() + (self._order.seconds or float('inf'))
        if not self._order.live:
            self._harness.resume()
        while player.exit_code is None and time.monotonic() < end:
            tracker.require_running()
            self._show_state()
            time.sleep(POLL)
        if player.exit_code == _VIDEO_FAULT:
            raise VideoError(player.last_words())
        if player.exit_code:
            player.require_running()

    def await_last(self, stamps: list[int]) -> None:
        """Give the tracker time to answer the last frame; it may as well have left it out."""
        end = time.monotonic() + _LAST_ANSWER
        while stamps[-1] not in self._recorder.record.targets and time.monotonic() < end:
            time.sleep(POLL)
        self._show_state()

    def _show_state(self) -> None:
        latest = self._recorder.latest
        assert latest is not None
        published = len(self.journal.read_text().split())
        self._show(f'{latest.state.name} {latest.score:.2f}', published)
