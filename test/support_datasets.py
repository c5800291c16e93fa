"""Data sets on disk, made of synthetic clips."""

from __future__ import annotations

from pathlib import Path

import cv2

from rat_tracker.evaluation.synthetic import render
from rat_tracker.evaluation.synthetic import Scene

SMALL = Scene(width=160, height=120, length=6, target_width=30, target_height=36)


def write_sequence(folder: Path, scene: Scene = SMALL, seed: int = 0) -> None:
    """Write a clip as a sequence: its frames, and its boxes counted from (1, 1)."""
    (folder / 'img').mkdir(parents=True)
    lines = []
    for number, frame in enumerate(render(scene, seed), 1):
        cv2.imwrite(str(folder / 'img' / f'{number:04}.jpg'), frame.image)
        box = frame.box
        lines.append(f'{box.x + 1:.4f},{box.y + 1:.4f},{box.width:.4f},{box.height:.4f}\n')
    (folder / 'groundtruth_rect.txt').write_text(''.join(lines))
