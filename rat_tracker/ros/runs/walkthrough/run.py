"""One run: simulated robot, tracker and follower, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
import time

from rat_tracker.ros.runs.processes.harness import POLL
from rat_tracker.ros.runs.processes.harness import Refused
from rat_tracker.ros.runs.processes.harness import RunHarness
from rat_tracker.ros.runs.processes.harness import TIMEOUT
from rat_tracker.ros.runs.processes.harness import TRACKER
from rat_tracker.ros.runs.processes.node_process import NodeFailed
from rat_tracker.ros.runs.record import TargetRecord
from rat_tracker.ros.runs.walkthrough.observer import Observations
from rat_tracker.ros.runs.walkthrough.observer import Observer
from rat_tracker.ros.runs.walkthrough.observer import ROBOT
from rat_tracker.ros.simulation.camera import FORWARD
from rat_tracker.target import State

_PATIENCE = 5.0  # s in sight without being found until somebody selects again
_BUFFER = 20.0  # s of images to select on: a machine that is held up selects late
FOLLOWER = {'pose': f'{TRACKER}/pose', 'bearing': f'{TRACKER}/bearing',
            'target': f'{TRACKER}/target'}

Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class WalkthroughResult:
    """What a run gave; stamps in ns."""

    seen: Observations
    targets: dict[int, TargetRecord]
    selections: list[int]  # stamps of the images that the person was selected on
    fault: str = ''  # what ended it before its time


def run(
    folder: Path, domain: int, show: Show, *, seconds: float, width: int, rate: float,
    distance: float,
) -> WalkthroughResult:
    """Run until the time is over or Ctrl-C is pressed.

    :param folder: for the logs
    :param width: of the 4:3 images, in pixels
    :param rate: images per second
    :param distance: to keep, in m
    :raises Refused: the tracker does not take its parameters or the box
    :raises NodeFailed: a node ended by itself before the person was selected
    :raises TimeoutError: likewise, a node does not answer
    """
    with RunHarness.open(domain, folder, keep_attention=False) as harness:
        observer = Observer(TRACKER)
        harness.add(observer)
        show('starting the tracker')
        harness.start_tracker({'position_source': 'depth', 'buffer_seconds': _BUFFER})
        show('starting robot and follower')
        harness.start(ROBOT, {
            'width': width, 'height': width * 3 // 4, 'rate': rate, 'start_paused': True})
        # The distance is meant from the robot's middle, and the camera sits before it.
        harness.start('follower_node', {'distance': distance, 'camera_x': FORWARD}, FOLLOWER)
        operator = _Operator(harness, observer.observations)
        fault = ''
        try:
            operator.select()
            harness.resume(ROBOT)
            operator.watch(seconds, show)
        except KeyboardInterrupt:
            show('stopping')
        except (NodeFailed, Refused, TimeoutError) as error:
            if not operator.selections:
                raise
            fault = str(error)
        return WalkthroughResult(
            observer.observations, dict(harness.record.targets), operator.selections, fault)


class _Operator:
    """What a person with a mouse would do."""

    def __init__(self, harness: RunHarness, observations: Observations) -> None:
        self._harness = harness
        self._seen = observations
        self.selections: list[int] = []

    def select(self) -> None:
        """Select the person on the newest image that the tracker has processed."""
        def newest() -> int | None:
            known = [stamp for stamp in list(self._harness.record.targets)
                     if self._seen.seen.get(stamp)]
            return max(known, default=None)
        self._harness.wait(lambda: newest() is not None, 'no image comes', TIMEOUT)
        stamp = newest()
        assert stamp is not None
        self._harness.select(stamp, self._seen.boxes[stamp])
        self.selections.append(stamp)

    def watch(self, seconds: float, show: Show) -> None:
        """Watch, and select again whom the tracker does not find."""
        end = time.monotonic() + seconds
        fine = time.monotonic()  # when the person was last tracked, or not to be seen
        while time.monotonic() < end:
            self._harness.require_running()
            state = self._harness.record.arrivals[-1].state
            if state is State.TRACKING or not self._seen.seen[max(self._seen.seen)]:
                fine = time.monotonic()
            if time.monotonic() - fine > _PATIENCE:
                self.select()
                fine = time.monotonic()
            show(f'{state.name}, {max(end - time.monotonic(), 0):.0f} s left')
            time.sleep(POLL)
