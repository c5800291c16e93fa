"""A program in a process of its own, whose output goes to a file and which never outlives us."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import suppress
import ctypes
import os
from pathlib import Path
import signal
import subprocess
import sys
from typing import TypeVar

_PATIENCE = 5.0  # seconds for a process to end after a signal, before a harder one
_LOG_LINES = 15  # of a failed process that are shown
_PR_SET_PDEATHSIG = 1  # from linux/prctl.h

# Where each node's program is.
_MODULES = {
    'tracker_node': 'rat_tracker.ros.tracker.node',
    'follower_node': 'rat_tracker.ros.follower.node',
    'console_node': 'rat_tracker.ros.console.node',
    'clip_player': 'rat_tracker.ros.player.node',
    'simulated_robot': 'rat_tracker.ros.simulation.node',
}

_Process = TypeVar('_Process', bound='PythonProcess')


class NodeFailed(RuntimeError):
    """A process ended by itself when it should not have."""


class PythonProcess:
    """Run a Python program in its own process group until the block ends."""

    def __init__(
        self, program: str | Path, arguments: Sequence[str], log_file: Path,
        environment: Mapping[str, str] | None = None, *, name: str | None = None,
    ) -> None:
        """Start the process.

        :param program: a module's name, or the path of a file
        :param log_file: takes what the process prints
        :param environment: its variables; our own if not given
        :param name: what it is called in messages; the file's or the module's own if not given
        """
        self.name = name or (
            program.stem if isinstance(program, Path) else program.rpartition('.')[2])
        self.log_file = log_file
        variables = dict(os.environ if environment is None else environment)
        what = [str(program)] if isinstance(program, Path) else ['-m', program]
        with log_file.open('w', encoding='utf-8') as output:
            self._process = subprocess.Popen(
                [sys.executable, *what, *arguments], stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
                env=variables | {'PYTHONUNBUFFERED': '1', 'RCUTILS_COLORIZED_OUTPUT': '0'},
                start_new_session=True, preexec_fn=_end_with_parent)  # noqa: PLW1509

    def __enter__(self: _Process) -> _Process:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self.log_file.read_text(encoding='utf-8', errors='replace')

    @property
    def number(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return self._process.poll()

    def wait(self, seconds: float) -> int | None:
        """Wait for the end and return the exit code; None if it still runs then."""
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def require_running(self) -> None:
        """Raise ``NodeFailed``, with the end of the log, if the process has ended."""
        if self.exit_code is not None:
            raise NodeFailed(
                f'{self.name} ended with exit code {self.exit_code}; its last words '
                f'({self.log_file}):\n{self.last_words()}')

    def last_words(self) -> str:
        """Return the end of its log."""
        return '\n'.join(self.log.splitlines()[-_LOG_LINES:])

    def end(self) -> None:
        """End the process and what it started, gently if it lets us."""
        for how in (signal.SIGINT, signal.SIGTERM):
            if self._process.poll() is not None:
                break
            os.killpg(self._process.pid, how)
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                continue
        # The group may hold more than the process, and lives on until its last member ends.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class NodeProcess(PythonProcess):
    """Run a node of this package."""

    def __init__(
        self, name: str, parameters: Mapping[str, object], log_file: Path,
        remappings: Mapping[str, str] | None = None,
    ) -> None:
        """Start the node with these parameters; see ``PythonProcess``.

        :param name: the node's, as ``ros2 run rat_tracker`` knows it
        """
        arguments = ['--ros-args']
        for topic, other in (remappings or {}).items():
            arguments += ['-r', f'{topic}:={other}']
        for parameter, value in parameters.items():
            arguments += ['-p', f'{parameter}:={_yaml(value)}']
        super().__init__(_MODULES[name], arguments, log_file, name=name)


def _yaml(value: object) -> str:
    """Write a parameter as the command line of ROS reads it; quoted, a string stays a string."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower()


def _end_with_parent() -> None:
    """Let Linux end this process when its parent is killed, so that no node is left behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
