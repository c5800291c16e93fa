"""One configuration, in a process of its own: it is the subscriber, and starts the other two.

A process of its own, because Fast DDS reads its profile once in a process's life; and so nothing
of one configuration is left for the next.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from dataclasses import dataclass
import json
import os
from pathlib import Path
import sys
import time

from rat_tracker.evaluation.clips.card_loop import Clip
from rat_tracker.geometry import Box
from rat_tracker.ros.runs.bench.configuration import Figures
from rat_tracker.ros.runs.bench.configuration import Loads
from rat_tracker.ros.runs.bench.configuration import Viewers
from rat_tracker.ros.runs.bench.figures import figures
from rat_tracker.ros.runs.bench.frame_audit import AuditFailed
from rat_tracker.ros.runs.bench.frame_audit import in_order
from rat_tracker.ros.runs.bench.load_generator import LoadGenerator
from rat_tracker.ros.runs.bench.processor import busy_seconds
from rat_tracker.ros.runs.bench.processor import cpu_seconds
from rat_tracker.ros.runs.processes.ending import unwind_on_sigterm
from rat_tracker.ros.runs.processes.harness import ANSWER
from rat_tracker.ros.runs.processes.harness import PLAYER
from rat_tracker.ros.runs.processes.harness import Refused
from rat_tracker.ros.runs.processes.harness import RunHarness
from rat_tracker.ros.runs.processes.node_process import NodeFailed
from rat_tracker.ros.runs.processes.node_process import NodeProcess
from rat_tracker.ros.runs.record import DiagnosticsRecord

_WARM_UP = 1.0  # seconds of tracking before anything counts
_ATTEMPTS = 5  # to select: a machine that is held up lets the image go before it is named
_NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """What to run."""

    video: str  # the clip's folder
    boxes: list[tuple[float, float, float, float]]  # of the target, frame by frame
    rate: float  # Hz
    encoding: str
    tracker: str
    engine: str
    seconds: float  # how long to measure at least; the counters come once a second
    domain: int
    folder: str  # for the logs
    viewers: str = 'none'  # as Viewers.parse reads it

    @property
    def clip(self) -> Clip:
        """The clip that the camera shows."""
        return Clip(Path(self.video), [Box(*values) for values in self.boxes])


def run(order: Order) -> Figures:
    """Run the three processes and measure.

    :raises Refused: the tracker does not take its parameters or the target
    :raises NodeFailed: a node ended by itself
    :raises TimeoutError: a node does not answer
    :raises AuditFailed: no frame was answered, or the counts contradict each other
    """
    folder = Path(order.folder)
    with ExitStack() as stack:
        harness = stack.enter_context(RunHarness.open(order.domain, folder, keep_attention=False))
        node = harness.start_tracker(stack, {
            'image_transport': order.encoding, 'tracker': order.tracker, 'engine': order.engine})
        harness.await_model()
        journal = folder / 'stamps.txt'
        player = harness.start(stack, PLAYER, {
            'video': order.video, 'rate': order.rate, 'loop': True, 'preload': True,
            'wait_for_subscribers': 1, 'journal': str(journal)})
        load = LoadGenerator(harness, stack, folder, Viewers.parse(order.viewers))
        return _Trial(order, harness, journal, load).measure(player, node)


class _Trial:
    """The steps of a trial whose processes run."""

    def __init__(
        self, order: Order, harness: RunHarness, journal: Path, load: LoadGenerator,
    ) -> None:
        self._order = order
        self._harness = harness
        self._load = load
        self._journal = journal
        self._record = harness.recorder.record

    def measure(self, player: NodeProcess, node: NodeProcess) -> Figures:
        """Select the target, let the tracker warm up, measure, and stop the camera."""
        self._select()
        self._load.come()
        processes = {
            'player': player.number, 'node': node.number, 'subscriber': os.getpid(),
            'console': self._load.console, 'viewers': self._load.viewers}
        begin = self._report_after(time.time_ns() + round(_WARM_UP * _NANOSECONDS))
        clock, busy = time.monotonic(), busy_seconds()
        used = {name: cpu_seconds(number) for name, number in processes.items()}
        end = self._report_after(begin.stamp + round(self._order.seconds * _NANOSECONDS))
        elapsed = time.monotonic() - clock
        loads = {name: (cpu_seconds(number) - used[name]) / elapsed
                 for name, number in processes.items()}
        others = max((busy_seconds() - busy) / elapsed - sum(loads.values()), 0.0)
        self._harness.stop(player)
        self._await_all_answers()
        pictures = self._load.pictures(begin.stamp, end.stamp)
        return figures(self._order.clip, self._stamps(), self._record.arrivals, (begin, end),
                       Loads(**loads, others=others), pictures)

    def _select(self) -> None:
        """Select the target, and wait until it is tracked."""
        self._await(lambda: bool(self._record.arrivals), 'the tracker answers no image')
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                selection = self._select_on_newest()
                break
            except Refused:
                if attempt == _ATTEMPTS:
                    raise
        self._await(lambda: self._record.arrivals[-1].id == selection,
                    'the tracker does not start on the target')

    def _select_on_newest(self) -> str:
        """Select on the newest frame that was answered, as all are; return the selection's id."""
        stamp = self._record.arrivals[-1].stamp
        # The journal is written after the frame was sent.
        self._await(lambda: stamp in self._stamps(), 'a frame is not in the journal')
        box = self._order.clip.box(self._stamps().index(stamp))
        return self._harness.select(stamp, box)

    def _report_after(self, stamp: int) -> DiagnosticsRecord:
        """Wait for the first report of the tracker that was made at this time or later."""
        reports = self._record.reports
        seen = len(reports)
        self._harness.wait(lambda: reports[-1].stamp >= stamp, 'the tracker does not report',
                         (stamp - time.time_ns()) / _NANOSECONDS + ANSWER)
        return next(report for report in reports[seen - 1:] if report.stamp >= stamp)

    def _await_all_answers(self) -> None:
        """Wait until every answer that the tracker says it gave has come."""
        stopped = time.time_ns()
        reports = self._record.reports

        def complete() -> bool:
            last = reports[-1]
            return (last.stamp > stopped
                    and int(last.values['tracked']) == len(in_order(self._record.arrivals)))
        self._await(complete, 'not every answer that the tracker gave has arrived')

    def _stamps(self) -> list[int]:
        # The last line may be half written.
        lines = self._journal.read_text(encoding='utf-8').splitlines(keepends=True)
        return [int(line) for line in lines if line.endswith('\n')]

    def _await(self, condition: Callable[[], bool], complaint: str) -> None:
        self._harness.wait(condition, complaint, ANSWER)


def main() -> int:
    """Run the order in the file named first; write figures or a fault to that named second."""
    unwind_on_sigterm()
    order_file, result_file = map(Path, sys.argv[1:])
    order = Order(**json.loads(order_file.read_text(encoding='utf-8')))
    try:
        result = {'figures': asdict(run(order))}
    except (Refused, NodeFailed, TimeoutError, AuditFailed) as fault:
        result_file.write_text(json.dumps({'fault': str(fault)}), encoding='utf-8')
        return 1
    result_file.write_text(json.dumps(result), encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
