"""Images of a sequence: in order, some of them, the first ones, and in another process."""

from __future__ import annotations

from pathlib import Path
import pickle

import cv2
import numpy as np
import pytest
from support_datasets import LFS_POINTER
from support_datasets import write_video

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets.frames import EveryNth
from rat_tracker.datasets.frames import Frames
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.frames import read_image
from rat_tracker.datasets.frames import VideoFile
from rat_tracker.geometry import Image


@pytest.fixture(params=['images', 'video'])
def frames(request: pytest.FixtureRequest, tmp_path: Path) -> Frames:
    """Four frames with grey levels of 20, 40, 60 and 80."""
    if request.param == 'video':
        return VideoFile.open(write_video(tmp_path / 'clip.avi'))
    paths = tuple(tmp_path / f'{number}.png' for number in range(4))
    for number, path in enumerate(paths):
        cv2.imwrite(str(path), np.full((48, 64, 3), 20 * number + 20, np.uint8))
    return ImageFiles(paths)


def level(image: Image) -> int:
    assert image.shape == (48, 64, 3)
    return round(float(image.mean()) / 10) * 10


def levels(frames: Frames) -> list[int]:
    return [level(image) for image in frames]


def test_frames_come_in_order_and_from_the_first_one_at_each_call(frames: Frames) -> None:
    next(iter(frames))

    assert levels(frames) == levels(frames) == [20, 40, 60, 80]
    assert len(frames) == 4


def test_some_frames_are_read_by_their_index(frames: Frames) -> None:
    picked = frames.pick([3, 1, 3])

    assert {index: level(image) for index, image in picked.items()} == {1: 40, 3: 80}
    assert frames.pick([]) == {}


@pytest.mark.parametrize('index', [-1, 4])
def test_frame_that_is_not_there_cannot_be_picked(frames: Frames, index: int) -> None:
    with pytest.raises(IndexError, match=f'there is no frame {index}; frames are 0 to 3'):
        frames.pick([0, index])


def test_first_frames_are_frames(frames: Frames) -> None:
    assert levels(frames.first(2)) == [20, 40]
    assert len(frames.first(2)) == 2
    assert len(frames.first(9)) == 4


@pytest.mark.parametrize(('step', 'expected'), [(2, [20, 60]), (3, [20, 80]), (4, [20])])
def test_every_nth_frame_is_one_of_a_slower_camera(
    frames: Frames, step: int, expected: list[int],
) -> None:
    slower = EveryNth(frames, step)

    assert levels(slower) == expected
    assert len(slower) == len(expected)
    assert {index: level(image) for index, image in slower.pick(range(len(slower))).items()} == (
        dict(enumerate(expected)))
    assert levels(slower.first(1)) == [20]
    assert len(slower.first(1)) == 1
    assert len(slower.first(9)) == len(expected)
    assert slower.signature() != frames.signature()
    with pytest.raises(IndexError, match='there is no frame'):
        slower.pick([len(slower)])


def test_frames_can_be_sent_to_another_process(frames: Frames) -> None:
    assert levels(pickle.loads(pickle.dumps(frames))) == [20, 40, 60, 80]


def test_unreadable_image_is_named(tmp_path: Path) -> None:
    (tmp_path / '0001.jpg').write_bytes(b'not an image')

    with pytest.raises(DatasetError, match=r'0001\.jpg cannot be read: it is no image; replace'):
        list(ImageFiles((tmp_path / '0001.jpg',)))


def test_missing_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r'image .*0001\.jpg cannot be read'):
        ImageFiles((tmp_path / '0001.jpg',)).pick([0])


@pytest.mark.parametrize('share', [0.3, 0.6, 0.99])
@pytest.mark.parametrize('suffix', ['.jpg', '.png', '.bmp'])
def test_part_of_an_image_is_no_image(tmp_path: Path, suffix: str, share: float) -> None:
    path = write_noise(tmp_path / f'0001{suffix}')
    content = path.read_bytes()
    path.write_bytes(content[:int(len(content) * share)])

    with pytest.raises(DatasetError, match=rf'image .*0001\{suffix} is cut off or damaged; repla'):
        read_image(path)


def test_empty_file_is_no_image(tmp_path: Path) -> None:
    (tmp_path / '0001.jpg').touch()

    with pytest.raises(DatasetError, match=r'0001\.jpg cannot be read: it is empty; replace'):
        read_image(tmp_path / '0001.jpg')


@pytest.mark.parametrize('suffix', ['.jpg', '.png', '.bmp'])
def test_image_may_have_something_behind_it(tmp_path: Path, suffix: str) -> None:
    path = write_noise(tmp_path / f'0001{suffix}')
    image = read_image(path)
    path.write_bytes(path.read_bytes() + b'\0' * 9 + b'notes of a camera')

    assert (read_image(path) == image).all()


def write_noise(path: Path) -> Path:
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8))
    return path


def test_file_that_is_no_video_is_named(tmp_path: Path) -> None:
    (tmp_path / 'clip.mp4').write_bytes(b'not a video')

    with pytest.raises(DatasetError, match=r'clip\.mp4 cannot be opened as a video.*; replace or'):
        VideoFile.open(tmp_path / 'clip.mp4')


def test_video_that_got_shorter_is_named(tmp_path: Path) -> None:
    video = VideoFile.open(write_video(tmp_path / 'clip.avi', frames=4))
    write_video(tmp_path / 'clip.avi', frames=3)

    with pytest.raises(DatasetError, match=r'clip\.avi ends after 3 of 4 frames'):
        list(video)


def test_pointer_of_git_lfs_names_what_fetches_the_image(tmp_path: Path) -> None:
    (tmp_path / '0001.jpg').write_text(LFS_POINTER)

    with pytest.raises(DatasetError) as refused:
        read_image(tmp_path / '0001.jpg')
    assert str(refused.value).endswith(f'fetch the file: git -C {tmp_path} lfs pull')


def test_image_of_another_size_is_named_with_both(tmp_path: Path) -> None:
    for number, width in ((1, 64), (2, 64), (3, 32)):
        cv2.imwrite(str(tmp_path / f'{number}.png'), np.zeros((48, width, 3), np.uint8))
    frames = ImageFiles(tuple(tmp_path / f'{number}.png' for number in (1, 2, 3)))

    with pytest.raises(DatasetError, match=r'3\.png is 32x48, and the first .* is 64x48; all'):
        list(frames)
