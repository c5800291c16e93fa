"""Bags of any length are read and written in bounded memory, measured in fresh processes."""

from __future__ import annotations

from collections.abc import Iterator
import itertools
import os
from pathlib import Path
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from ros import scene
from support_bags import image_message
from support_bags import stamp_of
from support_bags import write_bag
from support_positions import depths
from support_positions import images as recorded
from support_positions import infos
from support_positions import record

pytestmark = pytest.mark.whole

ROOT = Path(__file__).resolve().parents[2]
WIDTH, HEIGHT = 48, 36
# Both print how many images were tracked, and the peak of the memory in bytes.
COMMON = """
import itertools, sys
from pathlib import Path
from support_bags import follow
from support_positions import BY_DEPTH, write_positions
from support_trackers import ScriptedTracker
from rat_tracker.evaluation.machine import peak_bytes
from rat_tracker.geometry import Box

class Forgetful(ScriptedTracker):
    def track(self, image):
        self.images.clear()
        return super().track(image)

bag, output, storage, limit = sys.argv[1:]
left = itertools.count(1)
stopped = lambda: next(left) >= int(limit)
"""
PICTURES = COMMON + """
box = Box(10, 10, 12, 12)
tracker = Forgetful(itertools.repeat(box), itertools.repeat(0.9))
tally = follow(Path(bag), Path(output), tracker, box=box, storage=storage, overlay=True,
               attention=True, stopped=stopped)
print(tally.tracked, peak_bytes())
"""
PLACES = COMMON + """
tracker = Forgetful(itertools.repeat(Box(20, 60, 24, 24)), itertools.repeat(0.9))
_, counts = write_positions(Path(bag), Path(output), tracker, BY_DEPTH, storage=storage,
                            stopped=stopped)
print(counts['poses'], peak_bytes())
"""


def images(count: int) -> Iterator[Any]:
    image = np.ascontiguousarray(scene.ground()[:HEIGHT, :WIDTH])
    return (image_message(image, stamp_of(index)) for index in range(count))


def peak(program: str, bag: Path, output: Path, storage: str, count: int) -> int:
    """Follow something through a bag in a new process; return its memory's peak in bytes."""
    run = subprocess.run(
        [sys.executable, '-c', program, str(bag), str(output), storage, str(count)], check=True,
        stdout=subprocess.PIPE, text=True, timeout=250, env={
            **os.environ, 'PYTHONPATH': os.pathsep.join(
                [str(ROOT / 'test'), str(ROOT), os.environ.get('PYTHONPATH', '')])})
    tracked, measured = map(int, run.stdout.split())
    assert tracked == count
    return measured


@pytest.mark.parametrize('storage', ['mcap', 'sqlite3'])
def test_ten_times_the_images_take_no_more_memory(tmp_path: Path, storage: str) -> None:
    bags = {count: write_bag(tmp_path / f'of_{count}', images(count), storage=storage)
            for count in (1_000, 10_000)}

    few, many = (peak(PICTURES, bag, tmp_path / f'out_{count}', storage, count)
                 for count, bag in bags.items())

    # Kept for the index at the end: of MCAP some tens of bytes a message.
    assert many - few < 8_000_000, f'{few / 1e6:.0f} MB, then {many / 1e6:.0f} MB'


@pytest.mark.parametrize('storage', ['mcap', 'sqlite3'])
def test_ten_times_the_depth_images_take_no_more_memory(tmp_path: Path, storage: str) -> None:
    side = 96  # pixels; a depth image has 18 kB
    image, depth = np.zeros((side, side, 3), np.uint8), np.full((side, side), 2000, np.uint16)
    bags = {count: record(
        tmp_path / f'of_{count}', recorded(image_message(image, stamp_of(index))
                                           for index in range(count)),
        infos(count, width=side, height=side), depths(itertools.repeat(depth, count)),
        storage=storage) for count in (300, 3_000)}

    few, many = (peak(PLACES, bag, tmp_path / f'out_{count}', storage, count)
                 for count, bag in bags.items())

    assert many - few < 8_000_000, f'{few / 1e6:.0f} MB, then {many / 1e6:.0f} MB'
