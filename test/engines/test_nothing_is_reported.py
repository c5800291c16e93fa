"""An engine tells nobody that it is used."""

from __future__ import annotations

from importlib.util import find_spec
import os
from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).parents[2]
# Reports take a socket, or a fork that has one.
PROGRAM = """
import os
import sys
import torch
from rat_tracker.engines.creation import create_engine

def refuse(event, _):
    if event in ('socket.getaddrinfo', 'socket.connect', 'os.fork'):
        sys.stderr.write(event)
        sys.stderr.flush()
        os._exit(3)

class Twice(torch.nn.Module):
    def forward(self, patches):
        return (patches.float() * 2,)

sys.addaudithook(refuse)
print(create_engine(Twice(), (1, 8, 8, 3), 'openvino', 'cpu', 'float32').name)
"""


@pytest.mark.skipif(find_spec('openvino') is None, reason='openvino is not installed')
def test_openvino_sends_nothing_and_leaves_nothing_in_the_home(tmp_path: Path) -> None:
    variables = {name: value for name, value in os.environ.items()
                 if name not in {'CI', 'TF_BUILD', 'JENKINS_URL'}}  # in which it is silent anyway

    done = subprocess.run(
        [sys.executable, '-c', PROGRAM], cwd=ROOT, check=False,
        env={**variables, 'HOME': str(tmp_path)}, capture_output=True, text=True, timeout=200)

    assert (done.returncode, done.stdout) == (0, 'openvino on cpu\n'), done.stderr
    assert not (tmp_path / 'intel').exists()
