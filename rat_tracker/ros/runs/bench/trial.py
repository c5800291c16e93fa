"""One configuration, in a process of its own: it is the subscriber, and starts the other two.

A process of its own, because Fast DDS reads its profile once in a process's life; and so nothing
of one configuration is left for the next.
"""

from __future__ import annotations

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
from rat_tracker.ros.runs.bench.configuration import ViewerLoad
from rat_tracker.ros.runs.bench.frame_audit import AuditFailed
from rat_tracker.ros.runs.bench.frame_audit import figures
from rat_tracker.ros.runs.bench.frame_audit import in_order
from rat_tracker.ros.runs.bench.load_generator import LoadGenerator
from rat_tracker.ros.runs.bench.processor import busy_seconds
from rat_tracker.ros.runs.bench.processor import cpu_seconds
from rat_tracker.ros.runs.processes.harness import Refused
from rat_tracker.ros.runs.processes.harness import RunHarness
from rat_tracker.ros.runs.processes.harness import TIMEOUT
from rat_tracker.ros.runs.processes.node_process import NodeFailed
from rat_tracker.ros.runs.record import DiagnosticsRecord
from rat_tracker.stamps import NANOSECONDS
from rat_tracker.system.interrupts import unwind_on_sigterm

_WARM_UP = 1.0  # seconds of tracking before anything counts
_ATTEMPTS = 5  # to select: a machine that is held up lets the image go before it is named


@dataclass(frozen=True, slots=True)
class TrialSettings:
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
    viewers: str = 'none'  # as ViewerLoad.parse reads it

    @property
    def clip(self) -> Clip:
        """The clip that the camera shows."""
        return Clip(Path(self.video), [Box(*values) for values in self.boxes])


def run(settings: TrialSettings) -> Figures:
    """Run the processes and measure.

    :raises Refused: the tracker does not take its parameters or the target
    :raises NodeFailed: a process ended by itself
    :raises TimeoutError: a node does not answer
    :raises AuditFailed: no frame was processed, or the counts contradict each other
    """
    folder = Path(settings.folder)
    with RunHarness.open(settings.domain, folder, keep_attention=False) as harness:
        node = harness.start_tracker({
            'image_transport': settings.encoding, 'tracker': settings.tracker,
            'engine': settings.engine})
        player = harness.start_player(settings.video, {
            'rate': settings.rate, 'loop': True, 'preload': True, 'wait_for_subscribers': 1})
        load = LoadGenerator(harness, ViewerLoad.parse(settings.viewers), folder / 'pictures.txt')
        _select(harness, settings.clip)
        load.start()
        processes = {'player': player.number, 'node': node.number, 'subscriber': os.getpid(),
                     'console': load.console, 'viewers': load.viewers}
        begin = _report_after(harness, time.time_ns() + round(_WARM_UP * NANOSECONDS))
        clock, busy = time.monotonic(), busy_seconds()
        used = {name: cpu_seconds(number) for name, number in processes.items()}
        end = _report_after(harness, begin.stamp + round(settings.seconds * NANOSECONDS))
        elapsed = time.monotonic() - clock
        loads = {name: (cpu_seconds(number) - used[name]) / elapsed
                 for name, number in processes.items()}
        others = max((busy_seconds() - busy) / elapsed - sum(loads.values()), 0.0)
        harness.end(player)
        _await_all_results(harness)
        return figures(settings.clip, harness.stamps(), harness.record.arrivals, (begin, end),
                       Loads(**loads, others=others), load.pictures(begin.stamp, end.stamp))


def _select(harness: RunHarness, clip: Clip) -> None:
    """Select the target, and wait until it is tracked."""
    harness.await_result()
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            _select_on_newest(harness, clip)
            return
        except Refused:
            if attempt == _ATTEMPTS:
                raise


def _select_on_newest(harness: RunHarness, clip: Clip) -> None:
    """Select on the newest frame that was processed, as all are."""
    stamp = harness.record.arrivals[-1].stamp
    # The journal is written after the frame was sent.
    harness.wait(lambda: stamp in harness.stamps(), 'a frame is not in the journal', TIMEOUT)
    harness.select(stamp, clip.box(harness.stamps().index(stamp)))


def _report_after(harness: RunHarness, stamp: int) -> DiagnosticsRecord:
    """Wait for the first report of the tracker that was made at this time or later."""
    reports = harness.record.reports
    seen = len(reports)
    harness.wait(lambda: reports[-1].stamp >= stamp, 'the tracker does not report',
                 (stamp - time.time_ns()) / NANOSECONDS + TIMEOUT)
    return next(report for report in reports[seen - 1:] if report.stamp >= stamp)


def _await_all_results(harness: RunHarness) -> None:
    """Wait until every result that the tracker says it gave has come."""
    stopped, record = time.time_ns(), harness.record

    def complete() -> bool:
        last = record.reports[-1]
        return (last.stamp > stopped
                and int(last.values['tracked']) == len(in_order(record.arrivals)))
    harness.wait(complete, 'not every result that the tracker gave has arrived', TIMEOUT)


def main() -> int:
    """Run the trial in the file named first; write figures or a fault to that named second."""
    unwind_on_sigterm()
    settings_file, result_file = map(Path, sys.argv[1:])
    settings = TrialSettings(**json.loads(settings_file.read_text(encoding='utf-8')))
    try:
        result = {'figures': asdict(run(settings))}
    except (Refused, NodeFailed, TimeoutError, AuditFailed) as fault:
        result_file.write_text(json.dumps({'fault': str(fault)}), encoding='utf-8')
        return 1
    result_file.write_text(json.dumps(result), encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main())
