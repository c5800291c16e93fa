"""Ctrl-C reaches a program whatever its engines have done to the handling of signals."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os
import signal
import torch
from rat_tracker.engines.creation import create_engine

class Twice(torch.nn.Module):
    def forward(self, patches):
        return (patches.float() * 2,)

def engine():
    return create_engine(Twice(), (1, 8, 8, 3), 'openvino', 'cpu', 'float32')

first = engine()
second = engine()
del first
del second
signal.signal(signal.SIGINT, lambda *_: print('interrupted'))
os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.mark.skipif(find_spec('openvino') is None, reason='openvino is not installed')
def test_an_interrupt_is_handled_after_the_first_of_two_engines_was_let_go_first() -> None:
    done = subprocess.run([sys.executable, '-c', PROGRAM], cwd=ROOT, check=False,
                          capture_output=True, text=True, timeout=200)

    assert (done.returncode, done.stdout) == (0, 'interrupted\n'), done.stderr
