"""A video's file that is cut off is refused, and no other one is."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from support_datasets import write_texts

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets.containers import require_whole
from rat_tracker.datasets.frames import VideoFile

KINDS = [('avi', 'MJPG'), ('avi', 'XVID'), ('avi', 'FFV1'), ('mp4', 'mp4v'), ('m4v', 'mp4v'),
         ('mov', 'mp4v'), ('mkv', 'mp4v'), ('webm', 'VP80'), ('webm', 'VP90')]
NO_LENGTH = [('mpg', 'MPG1'), ('mpeg', 'PIM1')]
FTYP = b'\0\0\0\x0cftypisom'
RIFF = b'RIFF\x08\0\0\0AVI LIST'
EBML = b'\x1a\x45\xdf\xa3\x82\0\0\x18\x53\x80\x67'


def write_clip(path: Path, codec: str, frames: int = 12) -> Path:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*codec), 25, (64, 48))
    if not writer.isOpened():
        pytest.skip(f'this OpenCV cannot write {codec}')
    noise = np.random.default_rng(0)
    for _ in range(frames):
        writer.write(noise.integers(0, 256, (48, 64, 3), np.uint8))
    writer.release()
    return path


@pytest.mark.parametrize(('suffix', 'codec'), KINDS + NO_LENGTH)
@pytest.mark.parametrize('frames', [1, 12])
def test_whole_video_is_let_through(
    tmp_path: Path, suffix: str, codec: str, frames: int,
) -> None:
    path = write_clip(tmp_path / f'clip.{suffix}', codec, frames)

    assert len(VideoFile.open(path)) == frames


@pytest.mark.parametrize(('suffix', 'codec'), KINDS)
@pytest.mark.parametrize('share', [0.5, 0.8, 0.97])
def test_video_that_is_cut_off_is_refused(
    tmp_path: Path, suffix: str, codec: str, share: float,
) -> None:
    path = write_clip(tmp_path / f'clip.{suffix}', codec)
    content = path.read_bytes()
    path.write_bytes(content[:int(len(content) * share)])
    write_texts(tmp_path, {'clip.txt': '10,20,30,15\n'})

    with pytest.raises(DatasetError, match=rf'clip\.{suffix} is cut off: it has \d+ of \d+ bytes'):
        load_dataset(tmp_path)


@pytest.mark.parametrize('content', [
    FTYP + b'\0\0\0\x0cmdat1234', FTYP + b'\0\0\0\x01mdat\0\0\0\0\0\0\0\x141234',
    FTYP + b'\0\0\0\0mdat1234', FTYP + b'something behind it',
    RIFF, RIFF + b'\0', RIFF + RIFF, RIFF + b'something behind it',
    b'RIFF\0\0\0\0AVI LIST', b'RIFF\xff\xff\xff\xffAVI LIST',
    EBML + b'\x8512345', EBML + b'\x01\0\0\0\0\0\0\x0512345',
    EBML + b'\xff12345', EBML + b'\x01\xff\xff\xff\xff\xff\xff\xff12345', EBML + b'\x00' * 9,
    b'', b'RIFF', b'\0\0\x01\xba' + bytes(40),
], ids=repr)
def test_lengths_that_are_met_or_unknown_are_let_through(tmp_path: Path, content: bytes) -> None:
    (tmp_path / 'clip').write_bytes(content)

    require_whole(tmp_path / 'clip')


@pytest.mark.parametrize('content', [
    FTYP + b'\0\0\0\x0dmdat1234', FTYP + b'\0\0\0\x01mdat\0\0\0\x01\0\0\0\x141234',
    RIFF[:-1], RIFF + RIFF[:-1], EBML + b'\x8612345', EBML + b'\x01\0\0\0\0\0\0\x0612345',
], ids=repr)
def test_lengths_that_are_not_met_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / 'clip').write_bytes(content)

    with pytest.raises(DatasetError, match=f'it has {len(content)} of'):
        require_whole(tmp_path / 'clip')
