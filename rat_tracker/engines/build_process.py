"""Build an engine in a process of its own.

So it cannot hold up this one, nor disturb its networks, and ends with it. What passes between the
two goes through pipes; nobody else can write to those, which is why a network may be pickled.
"""

from __future__ import annotations

import ctypes
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading

import torch

from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.workload import Workload

_POLL = 0.2  # seconds
_PR_SET_PDEATHSIG = 1  # of Linux: which signal to get when the parent's thread ends


def build_apart(
    engine: str, workload: Workload, precision: str, target: str, stop: threading.Event,
) -> bytes:
    """Return a plan that another process built.

    :param engine: ``tensorrt`` or ``tensorrt_rtx``
    :param precision: ``float32`` or ``float16``
    :param target: what to build for: the number of a CUDA device for ``tensorrt``, a compute
        capability for ``tensorrt_rtx``
    :param stop: gives up, and ends the other process, once this is set
    :raises EngineBuildError: the build failed or was given up
    """
    process = subprocess.Popen(
        [sys.executable, '-m', __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # Modules have to be found there, too, those of the network as well. Python looks in the
        # current folder first: it must be none where others may have put some.
        cwd='/', env={**os.environ, 'PYTHONPATH': os.pathsep.join(map(os.path.abspath, sys.path))})
    asked: bytes | None = pickle.dumps((engine, workload, precision, target))
    with process:
        while True:
            try:
                plan, messages = process.communicate(asked, timeout=_POLL)
                break
            except subprocess.TimeoutExpired:
                asked = None  # what was not sent yet is sent by the next call
                if stop.is_set():
                    process.kill()
                    raise EngineBuildError('it was given up') from None
    if process.returncode:
        lines = messages.decode(errors='replace').strip().splitlines()
        raise EngineBuildError(
            lines[-1] if lines else f'the build ended with exit status {process.returncode}')
    return plan


def main() -> None:
    """Read what is wanted from standard input, and write the plan to standard output."""
    # Not even a parent that was killed leaves a build behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # Libraries that print must not print into the plan.
    answer = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.basicConfig(level=logging.WARNING)
    engine, workload, precision, target = pickle.load(sys.stdin.buffer)
    try:
        plan = _build(engine, workload, precision, target)
    except EngineBuildError as error:
        sys.exit(str(error))
    with os.fdopen(answer, 'wb') as file:
        file.write(plan)


def _build(engine: str, workload: Workload, precision: str, target: str) -> bytes:
    # Only one of these is certain to be installed.
    if engine == 'tensorrt':
        from rat_tracker.engines.tensorrt_build import build  # noqa: PLC0415
        with torch.cuda.device(int(target)):
            return build(workload, precision)
    from rat_tracker.engines.rtx_build import prepare  # noqa: PLC0415
    return prepare(workload, precision, target)[1]()


if __name__ == '__main__':
    main()
