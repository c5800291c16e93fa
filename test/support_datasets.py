"""Data sets on disk: synthetic clips, and small ones in the layouts of the field."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene

SMALL = Scene(width=160, height=120, length=6, target_width=30, target_height=36)
BOX = '11,21,30,40\n'
LFS_POINTER = f'version https://git-lfs.github.com/spec/v1\noid sha256:{"0" * 64}\nsize 99\n'


def write_sequence(folder: Path, scene: Scene = SMALL, seed: int = 0) -> None:
    """Write a clip as a sequence: its frames, and its boxes counted from (1, 1)."""
    (folder / 'img').mkdir(parents=True)
    lines = []
    for number, frame in enumerate(render(scene, seed), 1):
        cv2.imwrite(str(folder / 'img' / f'{number:04}.jpg'), frame.image)
        box = frame.box
        lines.append(f'{box.x + 1:.4f},{box.y + 1:.4f},{box.width:.4f},{box.height:.4f}\n')
    (folder / 'groundtruth_rect.txt').write_text(''.join(lines))


def touch_images(
    folder: Path, numbers: Iterable[int], digits: int = 4, suffix: str = '.jpg',
) -> Path:
    """Write images with nothing in them, for what does not read them."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        (folder / f'{number:0{digits}}{suffix}').touch()
    return folder


def write_texts(folder: Path, texts: Mapping[str, str | bytes]) -> Path:
    """Write files by their names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        content = text if isinstance(text, bytes) else text.encode()
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def write_otb(folder: Path, truth: str | bytes = BOX * 2, images: int = 2) -> Path:
    """Write OTB's ``img`` and ``groundtruth_rect.txt``."""
    touch_images(folder / 'img', range(1, images + 1))
    return write_texts(folder, {'groundtruth_rect.txt': truth})


def write_vot(folder: Path, truth: str = BOX * 2, images: int = 2, **texts: str) -> Path:
    """Write VOT's ``color`` and ``groundtruth.txt``."""
    touch_images(folder / 'color', range(1, images + 1), 8)
    return write_texts(folder, {'groundtruth.txt': truth, **texts})


def write_got10k(
    folder: Path, truth: str = BOX * 2, images: int = 2, texts: Mapping[str, str] | None = None,
) -> Path:
    """Write GOT-10k's images and ``groundtruth.txt``, and labels by their files' names."""
    touch_images(folder, range(1, images + 1), 8)
    return write_texts(folder, {'groundtruth.txt': truth, **(texts or {})})


def write_lasot(
    folder: Path, truth: str = BOX * 2, images: int = 2, occluded: str = '0,0',
    out_of_view: str = '0,0',
) -> Path:
    """Write LaSOT's ``img``, ``groundtruth.txt`` and flags."""
    touch_images(folder / 'img', range(1, images + 1), 8)
    return write_texts(folder, {
        'groundtruth.txt': truth, 'full_occlusion.txt': occluded, 'out_of_view.txt': out_of_view,
        'nlp.txt': 'a small card on gravel'})


def write_uav123(
    root: Path, name: str, truth: str = BOX * 2, images: Iterable[int] = (1, 2),
    folder: str | None = None, version: str = 'UAV123', flags: str | None = None,
) -> Path:
    """Write a sequence of UAV123 below the benchmark's root."""
    touch_images(root / 'data_seq' / version / (folder or name), images, 6)
    write_texts(root / 'anno' / version, {f'{name}.txt': truth})
    if flags is not None:
        write_texts(root / 'anno' / version / 'att', {f'{name}.txt': flags})
    return root


def write_video(path: Path, frames: int = 4, width: int = 64, height: int = 48) -> Path:
    """Write a video whose frames get brighter by 20 grey levels each, from 20 on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*'MJPG'), 25, (width, height))
    assert writer.isOpened()
    for index in range(frames):
        writer.write(np.full((height, width, 3), 20 * index + 20, np.uint8))
    writer.release()
    return path
