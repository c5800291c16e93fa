"""The demonstration's second clip: the camera looks away, and the target is lost and found."""

from __future__ import annotations

import csv
from pathlib import Path
import subprocess
import sys

import pytest

pytest.importorskip('rclpy', reason='rclpy is not installed; run make, or source ROS 2')

from ros.node_process import ROOT

from rat_tracker.evaluation.clips.looking_away import references
from rat_tracker.geometry import Box

_PATIENCE = 400.0  # seconds; two clips, and a model that is loaded anew for each


def test_boxes_are_those_of_the_film_as_far_as_the_camera_shows_them() -> None:
    film = {54: Box(400, 73, 138, 151), 99: Box(390, 80, 140, 150), 110: Box(396, 103, 147, 170)}

    boxes = references(132, film)

    assert boxes[0] == Box(240, 73, 138, 151)
    assert boxes[45] == Box(230, 80, 140, 150)
    assert all(box.x >= 0 and box.x + box.width <= 640 for box in boxes.values())
    assert not any(60 <= frame <= 110 for frame in boxes)


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
