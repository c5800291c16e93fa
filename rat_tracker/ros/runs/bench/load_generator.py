"""Pages that are open while the tracker is measured, and the console_node that serves them."""

from __future__ import annotations

from pathlib import Path

from rat_tracker.ros.runs.bench.configuration import ViewerLoad
from rat_tracker.ros.runs.processes.harness import RunHarness
from rat_tracker.ros.runs.processes.node_process import PythonProcess
from rat_tracker.ros.runs.processes.page import address
from rat_tracker.ros.runs.processes.page import START

_VIEWERS = 'rat_tracker.ros.runs.bench.viewers'


class LoadGenerator:
    """One console_node and, in one process, all viewers; or neither."""

    def __init__(self, harness: RunHarness, viewers: ViewerLoad | None, journal: Path) -> None:
        """Start the node.

        :param viewers: how many pages are open; None: not even the node runs
        :param journal: a file for the viewers, who write down when each got a picture
        """
        self._harness = harness
        self._wanted = viewers
        self._journal = journal
        self._node = None if viewers is None else harness.start('console_node', {'port': 0})
        self._process: PythonProcess | None = None

    @property
    def console(self) -> int | None:
        """The node's process id; None if there is none."""
        return None if self._node is None else self._node.number

    @property
    def viewers(self) -> int | None:
        """The viewers' process id; None if no page is open."""
        return None if self._process is None else self._process.number

    def start(self) -> None:
        """Open the pages; returns when each has a picture.

        :raises NodeFailed: a process ended by itself
        :raises TimeoutError: they are not served
        """
        node, wanted = self._node, self._wanted
        if node is None or wanted is None:
            return
        self._harness.wait(lambda: address(node) is not None, 'the page is not there', START)
        count = wanted.live + wanted.frozen
        if count == 0:
            return
        self._process = self._harness.start_module(
            _VIEWERS, str(address(node)), str(wanted), str(self._journal))
        self._harness.wait(lambda: len({viewer for viewer, _ in self._pictures()}) == count,
                           'not every page has a picture', START)

    def pictures(self, begin: int, end: int) -> float:
        """Return how many pictures a second each page that is not frozen has got.

        :param begin: in nanoseconds of this machine's clock, as ``end``
        :raises NodeFailed: the viewers ended
        """
        if self._process is None or self._wanted is None or self._wanted.live == 0:
            return 0.0
        self._process.require_running()
        seen = sum(begin <= time < end and viewer < self._wanted.live
                   for viewer, time in self._pictures())
        return seen / self._wanted.live / ((end - begin) / 1e9)

    def _pictures(self) -> list[tuple[int, int]]:
        """Return which viewer got a picture when; the last line may be half written."""
        if not self._journal.exists():
            return []
        lines = self._journal.read_text(encoding='utf-8').splitlines(keepends=True)
        return [(int(viewer), int(time)) for viewer, time in (
            line.split() for line in lines if line.endswith('\n'))]
