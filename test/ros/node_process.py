"""A node in a process of its own, on a ROS domain of its own, with its log kept."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
import fcntl
import os
from pathlib import Path
import signal
import subprocess
import sys
import tempfile

ROOT = Path(__file__).parents[2]
FAKE_NODE = Path(__file__).with_name('fake_tracker_node.py')
REAL_NODE = ROOT / 'rat_tracker' / 'ros' / 'tracker' / 'node.py'
SELECT_TARGET = ROOT / 'rat_tracker' / 'ros' / 'selection' / 'select_target.py'
_STOP_SECONDS = 60  # for a process to end, or to start in vain, on a busy machine
_HIGHEST_DOMAIN = 101  # beyond it the ports meet those that Linux gives to others


@contextmanager
def reserved_domain() -> Iterator[int]:
    """Hold a ROS_DOMAIN_ID that no other test on this machine holds.

    Processes started meanwhile hold it too, should one of them outlive its test.
    """
    for domain in range(_HIGHEST_DOMAIN, 0, -1):
        lock = (Path(tempfile.gettempdir()) / f'ros_domain_{domain}.lock').open('w')
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        with lock:
            os.set_inheritable(lock.fileno(), True)
            yield domain
        return
    raise RuntimeError('every ROS_DOMAIN_ID is held by another test')


def environment(domain: int) -> dict[str, str]:
    """Return the environment of a process that takes part in a test."""
    return os.environ | {
        'ROS_DOMAIN_ID': str(domain),
        'ROS_AUTOMATIC_DISCOVERY_RANGE': 'LOCALHOST',
        'FASTRTPS_DEFAULT_PROFILES_FILE': str(ROOT / 'config' / 'fastdds.xml'),
        'RCUTILS_COLORIZED_OUTPUT': '0',
        'PYTHONUNBUFFERED': '1',
    }


class NodeProcess:
    """``tracker_node`` with the fake tracker, or another program, until the block ends."""

    def __init__(
        self, domain: int, log: Path, *arguments: str, program: Path = FAKE_NODE,
        parameters: Mapping[str, object] | None = None, python_path: Path | None = None,
        variables: Mapping[str, str | None] | None = None,
    ) -> None:
        """Start it.

        :param variables: what differs in its environment; None takes a variable away
        """
        command = [sys.executable, str(program), *arguments, '--ros-args']
        for name, value in (parameters or {}).items():
            command += ['-p', f'{name}:={value}']
        self._log = log
        settings = environment(domain) | dict(variables or {})
        inherited = {name: value for name, value in settings.items() if value is not None}
        if python_path is not None:
            inherited['PYTHONPATH'] = f'{python_path}:{inherited.get("PYTHONPATH", "")}'
        with log.open('w') as output:
            self._process = subprocess.Popen(
                command, env=inherited, cwd=ROOT, stdout=output,
                stderr=subprocess.STDOUT, close_fds=False)

    def __enter__(self) -> NodeProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self.stop(signal.SIGINT)

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    @property
    def number(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    def stop(self, with_signal: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        self._process.send_signal(with_signal)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end and return the exit code."""
        try:
            return self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise

    def memory(self) -> int:
        """Return the resident bytes."""
        pages = int(Path(f'/proc/{self._process.pid}/statm').read_text().split()[1])
        return pages * os.sysconf('SC_PAGE_SIZE')

