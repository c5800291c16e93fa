"""The demonstration's second clip: the camera looks away, and the target is lost and found."""

from __future__ import annotations

import csv
from pathlib import Path
import subprocess
import sys

import pytest
from ros.node_process import ROOT

_PATIENCE = 400.0  # seconds; two clips, and a model that is loaded anew for each


@pytest.mark.whole
def test_demonstration_shows_lost_and_found(tmp_path: Path, domain: int) -> None:
    # So slowly that a tracker which stands still for some seconds sees the target go and come.
    finished = subprocess.run(
        [sys.executable, '-m', 'rat_tracker.ros.runs.demo', '--output', str(tmp_path),
         '--rate', '10', '--domain', str(domain)], cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=_PATIENCE)

    assert finished.returncode == 0, finished.stderr
    with (tmp_path / 'away' / 'boxes.csv').open(newline='') as file:
        states = [row['state'] for row in csv.DictReader(file)]
    lost = states.index('LOST')
    assert 'UNCERTAIN' in states[:lost]
    assert states[-1] == 'TRACKING'
    assert 'found again' in finished.stdout
    for name in ('annotated.mp4', 'attention.png', 'states.png', 'summary.json'):
        assert (tmp_path / 'away' / name).stat().st_size > 0
