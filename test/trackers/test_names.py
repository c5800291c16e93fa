"""Names of trackers, engines, devices and precisions are there without waiting for torch."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rat_tracker.trackers import require_tracker


@pytest.mark.parametrize('work', [
    'from rat_tracker.trackers import create_tracker, TRACKERS',
    'from rat_tracker.engines import DEVICES, ENGINES, PRECISIONS',
    'from rat_tracker.trackers import require_tracker; require_tracker("rat")',
    'import rat_tracker.target',
])
def test_names_do_not_wait_for_torch(work: str) -> None:
    code = f'import sys; {work}; print("torch" in sys.modules)'

    done = subprocess.run([sys.executable, '-c', code], capture_output=True, text=True, check=True)

    assert done.stdout == 'False\n'


@pytest.mark.parametrize('name', ['rat', 'rat:window=0.4'])
def test_tracker_that_there_is_is_taken(name: str) -> None:
    require_tracker(name)


@pytest.mark.parametrize(('name', 'fault'), [
    ('fox', "unknown tracker 'fox'"), ('rat:gain=1', "unknown option 'gain'"),
    ('rat:window=2', 'window is 2')])
def test_tracker_that_there_is_not_is_refused(name: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        require_tracker(name)
