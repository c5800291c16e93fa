"""Engines are built by another process, which ends when nobody waits for it any more."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import subprocess
import sys
import threading
import time

import pytest
from support_engines import Edges
from support_engines import SHAPE
from support_engines import Spectrum

from rat_tracker.engines import rtx_build
from rat_tracker.engines.build_process import build_apart
from rat_tracker.engines.errors import EngineBuildError
from rat_tracker.engines.workload import Workload

PATIENCE = 100.0  # seconds, on a busy machine
MARK = 'RAT_TRACKER_TEST_BUILD'


def test_plan_of_another_process_is_that_of_this_one() -> None:
    workload = Workload(Edges(), SHAPE)
    _, build = rtx_build.prepare(workload, 'float16', '8.9')

    plan = build_apart('tensorrt_rtx', workload, 'float16', '8.9', threading.Event())

    # Of the same kind and size: a plan is not the same bytes every time.
    here = build()
    assert plan[:16] == here[:16]
    assert abs(len(plan) - len(here)) < 0.1 * len(here)


def test_refusal_comes_back_in_one_line() -> None:
    with pytest.raises(EngineBuildError, match='Spectrum cannot be written as ONNX') as refusal:
        build_apart('tensorrt_rtx', Workload(Spectrum(), SHAPE), 'float32', '8.9',
                    threading.Event())
    assert '\n' not in str(refusal.value)


def test_build_that_is_given_up_leaves_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MARK, str(os.getpid()))
    stop = threading.Event()
    stop.set()

    with pytest.raises(EngineBuildError, match='given up'):
        build_apart('tensorrt_rtx', Workload(Edges(), SHAPE), 'float32', '8.9', stop)

    assert marked(os.getpid()) == []


PROGRAM = """
import sys, threading, time
sys.path.insert(0, {folder!r})
from support_engines import Edges, SHAPE
from rat_tracker.engines.background import BackgroundEngine
from rat_tracker.engines.build_process import build_apart
from rat_tracker.engines.eager import EagerEngine
from rat_tracker.engines.workload import Workload

def build(stop):
    build_apart('tensorrt_rtx', Workload(Edges(), SHAPE), 'float32', '8.9', stop)

engine = BackgroundEngine(EagerEngine(Edges(), SHAPE, 'cpu'), build, 'a better one')
sys.stdin.readline()
"""


@pytest.mark.parametrize('how', ['ends', 'is killed'])
def test_build_does_not_outlive_who_wanted_it(how: str) -> None:
    number = f'{os.getpid()} {how}'
    with subprocess.Popen(
            [sys.executable, '-c', PROGRAM.format(folder=str(Path(__file__).parents[1]))],
            stdin=subprocess.PIPE, env={**os.environ, MARK: number}) as program:
        until(lambda: len(marked(number)) > 1)
        if how == 'is killed':
            program.kill()
        else:
            program.communicate(b'\n', timeout=PATIENCE)

    until(lambda: marked(number) == [])


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, 'waited in vain'
        time.sleep(0.02)


def marked(number: object) -> list[str]:
    """Return the processes that have our mark in their environment."""
    wanted = f'{MARK}={number}\0'.encode()
    found = []
    for folder in Path('/proc').glob('[0-9]*'):
        try:
            if wanted in (folder / 'environ').read_bytes():
                found.append(folder.name)
        except OSError:  # it has ended, or is another user's
            continue
    return found
