"""Ctrl-C while a program still reads its modules, which takes seconds, ends it without a word."""

from __future__ import annotations

from pathlib import Path
import signal
import subprocess
import sys

import pytest
from ros.node_process import environment
from ros.node_process import ROOT

PATIENCE = 60.0  # seconds, on a busy machine
# Stands in for a module that all of them read, and takes until the test is over.
SLOW = """
import time
print('reading', flush=True)
time.sleep(100)
"""


NODES = ('tracker', 'follower', 'console', 'simulation', 'player')
COMMANDS = ('selection.select_target', 'runs.demo', 'runs.demo.console', 'runs.bench',
            'runs.walkthrough')


@pytest.mark.parametrize(('module', 'number', 'code'), [
    *((f'{node}.node', number, 0) for node in NODES
      for number in (signal.SIGINT, signal.SIGTERM)),
    # So that a shell script that called it ends, too.
    *((command, signal.SIGINT, -signal.SIGINT) for command in COMMANDS),
])
def test_an_interrupt_while_modules_are_read_ends_a_program_without_a_word(
    module: str, number: signal.Signals, code: int, tmp_path: Path,
) -> None:
    (tmp_path / 'numpy').mkdir()
    (tmp_path / 'numpy' / '__init__.py').write_text(SLOW)
    variables = environment(1)  # no domain is joined
    variables['PYTHONPATH'] = f'{tmp_path}:{variables.get("PYTHONPATH", "")}'
    with subprocess.Popen(
            [sys.executable, '-m', f'rat_tracker.ros.{module}'], env=variables, cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.send_signal(number)
        rest, _ = process.communicate(timeout=PATIENCE)
    assert (first, rest) == ('reading\n', '')
    assert process.returncode == code
