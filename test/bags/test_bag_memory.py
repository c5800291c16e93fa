"""Bags of any length are read and written in bounded memory, measured in fresh processes."""

from __future__ import annotations

from collections.abc import Iterator
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

pytest.importorskip('rosbags', reason='rosbags is not installed; run make')

from ros import scene
from support_bags import image_message
from support_bags import stamp_of
from support_bags import write_bag

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 48, 36
# Prints how many images were answered, and the peak of the memory in bytes.
PROGRAM = """
import itertools, sys
from pathlib import Path
from support_bags import follow
from support_trackers import ScriptedTracker
from rat_tracker.evaluation.memory import peak_bytes
from rat_tracker.geometry import Box

class Forgetful(ScriptedTracker):
    def track(self, image):
        self.images.clear()
        return super().track(image)

bag, output, storage, limit = sys.argv[1:]
box = Box(10, 10, 12, 12)
tracker = Forgetful(itertools.repeat(box), itertools.repeat(0.9))
left = itertools.count(1)
tally = follow(Path(bag), Path(output), tracker, box=box, storage=storage, overlay=True,
               attention=True, stopped=lambda: next(left) >= int(limit))
print(tally.answered, peak_bytes())
"""


def images(count: int) -> Iterator[Any]:
    image = np.ascontiguousarray(scene.ground()[:HEIGHT, :WIDTH])
    return (image_message(image, stamp_of(index)) for index in range(count))


def peak(bag: Path, output: Path, storage: str, count: int) -> int:
    """Follow something through a bag in a new process; return its memory's peak in bytes."""
    run = subprocess.run(
        [sys.executable, '-c', PROGRAM, str(bag), str(output), storage, str(count)], check=True,
        stdout=subprocess.PIPE, text=True, timeout=250, env={
            **os.environ, 'PYTHONPATH': os.pathsep.join(
                [str(ROOT / 'test'), str(ROOT), os.environ.get('PYTHONPATH', '')])})
    answered, measured = map(int, run.stdout.split())
    assert answered == count
    return measured


@pytest.mark.parametrize('storage', ['mcap', 'sqlite3'])
def test_ten_times_the_images_take_no_more_memory(tmp_path: Path, storage: str) -> None:
    bags = {count: write_bag(tmp_path / f'of_{count}', images(count), storage=storage)
            for count in (1_000, 10_000)}

    few, many = (peak(bag, tmp_path / f'out_{count}', storage, count)
                 for count, bag in bags.items())

    # Kept for the index at the end: of MCAP some tens of bytes a message.
    assert many - few < 8_000_000, f'{few / 1e6:.0f} MB, then {many / 1e6:.0f} MB'
