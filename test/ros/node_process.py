"""A node in a process of its own, on a ROS domain of its own, as tests start and end it."""

from __future__ import annotations

from collections.abc import Mapping
import os
from pathlib import Path
import signal

from rat_tracker.ros.runs.processes.node_process import PythonProcess

ROOT = Path(__file__).parents[2]
FAKE_NODE = Path(__file__).with_name('fake_tracker_node.py')
REAL_NODE = ROOT / 'rat_tracker' / 'ros' / 'tracker' / 'node.py'
SELECT_TARGET = ROOT / 'rat_tracker' / 'ros' / 'selection' / 'select_target.py'
_STOP_SECONDS = 60  # for a process to end, or to start in vain, on a busy machine


def environment(domain: int) -> dict[str, str]:
    """Return the environment of a process that takes part in a test."""
    return os.environ | {
        'ROS_DOMAIN_ID': str(domain),
        'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST',
        'FASTRTPS_DEFAULT_PROFILES_FILE': str(ROOT / 'config' / 'fastdds.xml'),
    }


class NodeProcess(PythonProcess):
    """``tracker_node`` with the fake tracker, or another program, until the block ends."""

    def __init__(
        self, domain: int, log_file: Path, *arguments: str, program: Path = FAKE_NODE,
        parameters: Mapping[str, object] | None = None, python_path: Path | None = None,
        variables: Mapping[str, str | None] | None = None,
    ) -> None:
        """Start it.

        :param parameters: values as the command line of ROS takes them
        :param variables: what differs in its environment; None takes a variable away
        """
        command = [*arguments, '--ros-args']
        for name, value in (parameters or {}).items():
            command += ['-p', f'{name}:={value}']
        settings = environment(domain) | dict(variables or {})
        inherited = {name: value for name, value in settings.items() if value is not None}
        if python_path is not None:
            inherited['PYTHONPATH'] = f'{python_path}:{inherited.get("PYTHONPATH", "")}'
        super().__init__(program, command, log_file, inherited)

    def __exit__(self, *_: object) -> None:
        try:
            if self.running:
                self.stop(signal.SIGINT)
        finally:
            self.end()

    @property
    def running(self) -> bool:
        return self.exit_code is None

    def stop(self, with_signal: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        os.kill(self.number, with_signal)
        return self.wait()

    def wait(self, seconds: float = _STOP_SECONDS) -> int:
        """Wait for the end and return the exit code."""
        code = super().wait(seconds)
        assert code is not None, f'{self.name} goes on; it printed:\n{self.last_words()}'
        return code

    def memory(self) -> int:
        """Return the resident bytes."""
        pages = int(Path(f'/proc/{self.number}/statm').read_text().split()[1])
        return pages * os.sysconf('SC_PAGE_SIZE')
