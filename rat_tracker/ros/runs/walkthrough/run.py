"""One run: simulated robot, tracker and follower, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
import time

from std_srvs.srv import Trigger

from rat_tracker.ros.runs.processes.harness import ANSWER
from rat_tracker.ros.runs.processes.harness import POLL
from rat_tracker.ros.runs.processes.harness import RunHarness
from rat_tracker.ros.runs.processes.harness import TRACKER
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
class Order:
    """What to run."""

    seconds: float
    width: int  # pixels
    height: int
    rate: float  # images per second
    distance: float  # m to keep
    domain: int
    folder: Path  # for the logs


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave; stamps in ns."""

    seen: Observations
    targets: dict[int, TargetRecord]
    selections: list[int]  # stamps of the images that the person was selected on


def run(order: Order, show: Show) -> Outcome:
    """Run until the time is over or Ctrl-C is pressed.

    :raises Refused: the tracker does not take its parameters or the box
    :raises NodeFailed: a node ended by itself
    :raises TimeoutError: a node does not answer
    """
    with ExitStack() as stack:
        harness = stack.enter_context(RunHarness.open(
            order.domain, order.folder, keep_attention=False))
        observer = Observer(TRACKER)
        harness.add(observer)
        show('starting the tracker')
        harness.start_tracker(stack, {
            'position_source': 'depth', 'buffer_seconds': _BUFFER})
        harness.await_model()
        show('starting robot and follower')
        harness.start(stack, 'simulated_robot', {
            'width': order.width, 'height': order.height, 'rate': order.rate,
            'start_paused': True})
        # The distance is meant from the robot's middle, and the camera sits before it.
        harness.start(stack, 'follower_node', {
            'distance': order.distance, 'camera_x': FORWARD}, FOLLOWER)
        director = _Director(harness, observer)
        try:
            director.select()
            director.resume()
            director.watch(order.seconds, show)
        except KeyboardInterrupt:
            show('stopping')
        return Outcome(observer.observations, dict(harness.recorder.record.targets),
                       director.selections)


class _Director:
    """What a person with a mouse would do."""

    def __init__(self, harness: RunHarness, observer: Observer) -> None:
        self._harness = harness
        self._observer = observer
        self.selections: list[int] = []

    def select(self) -> None:
        """Select the person on the newest image that the tracker has answered."""
        seen, record = self._observer.observations, self._harness.recorder.record

        def newest() -> int | None:
            known = [stamp for stamp in list(record.targets) if seen.seen.get(stamp)]
            return max(known, default=None)
        self._harness.wait(lambda: newest() is not None, 'no image comes', ANSWER)
        stamp = newest()
        assert stamp is not None
        self._harness.select(stamp, seen.boxes[stamp])
        self.selections.append(stamp)
        self._harness.wait(lambda: self._state() is State.TRACKING,
                         'the tracker does not start on the person', ANSWER)

    def resume(self) -> None:
        """Let the person walk."""
        self._harness.call(self._observer.create_client(Trigger, f'{ROBOT}/resume'),
                         Trigger.Request())

    def watch(self, seconds: float, show: Show) -> None:
        """Look on, and select again whom the tracker does not find."""
        end = time.monotonic() + seconds
        fine = time.monotonic()  # when the person was last tracked, or not to be seen
        while time.monotonic() < end:
            self._harness.require_running()
            stamp = max(self._observer.observations.seen)
            state = self._state()
            if state is State.TRACKING or not self._observer.observations.seen[stamp]:
                fine = time.monotonic()
            if time.monotonic() - fine > _PATIENCE:
                self.select()
                fine = time.monotonic()
            show(f'{state.name}, {max(end - time.monotonic(), 0):.0f} s left')
            time.sleep(POLL)

    def _state(self) -> State:
        latest = self._harness.recorder.latest
        return State.SEARCHING if latest is None else latest.state
