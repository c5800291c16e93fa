"""``rat`` needs no more memory after thousands of frames than after a hundred."""

from __future__ import annotations

from pathlib import Path
import resource

import pytest

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.trackers import create_tracker

FRAMES = 3000
WARM_UP = 1000  # by then the samples were replaced many times, and the allocators have settled
# 500 bytes a frame. The least that could pile up, a result with its small map, takes more.
TOLERANCE = 1_000_000


def resident_bytes() -> int:
    pages = int(Path('/proc/self/statm').read_text(encoding='ascii').split()[1])
    return pages * resource.getpagesize()


@pytest.mark.whole
def test_memory_is_flat() -> None:
    tracker = create_tracker(
        'rat:patch_side=64:channels=8:ranking_channels=8:filters.memory=20', engine='torch',
        device='cpu')
    clip = list(render(Scene(width=160, height=120, length=60, target_width=30,
                             target_height=36)))
    # There and back again, so that the target never jumps.
    loop = [frame.image for frame in (*clip[1:], *reversed(clip[:-1]))]
    tracker.init(clip[0].image, clip[0].box)
    stated = tracker.memory_bytes

    resident = {}
    for frame in range(FRAMES + 1):
        tracker.track(loop[frame % len(loop)])
        if frame in (WARM_UP, FRAMES):
            resident[frame] = resident_bytes()

    assert resident[FRAMES] - resident[WARM_UP] < TOLERANCE
    assert tracker.memory_bytes == stated
