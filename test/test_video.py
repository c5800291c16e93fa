"""Where frames come from: files, folders and cameras, and what is said when none come."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from rat_tracker.geometry import Image
from rat_tracker.video import FOLDER_RATE
from rat_tracker.video import open_video
from rat_tracker.video import Video
from rat_tracker.video import VideoError


def frame(level: int, width: int = 64, height: int = 48) -> Image:
    return np.full((height, width, 3), level, np.uint8)


def write_folder(folder: Path, names: list[str]) -> None:
    for index, name in enumerate(names):
        assert cv2.imwrite(str(folder / name), frame(10 * index + 10))


def write_file(path: Path, count: int, rate: float = 12.5) -> None:
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*'MJPG'), rate, (64, 48))
    assert writer.isOpened()
    for index in range(count):
        writer.write(frame(20 * index + 20))
    writer.release()


def levels(video: Video) -> list[int]:
    return [round(float(image.mean()) / 10) * 10 for image in video.frames()]


def test_file_gives_all_frames_at_its_own_rate_and_again(tmp_path: Path) -> None:
    write_file(tmp_path / 'clip.avi', 5)
    with closing(open_video(tmp_path / 'clip.avi')) as video:
        assert (video.rate, video.size, video.length, video.live) == (12.5, (64, 48), 5, False)
        assert levels(video) == [20, 40, 60, 80, 100]
        assert levels(video) == [20, 40, 60, 80, 100]


def test_reading_again_begins_at_the_first_frame_though_the_first_reading_was_left(
    tmp_path: Path,
) -> None:
    write_file(tmp_path / 'clip.avi', 3)
    with closing(open_video(tmp_path / 'clip.avi')) as video:
        next(video.frames())
        assert levels(video) == [20, 40, 60]


def test_folder_counts_numbers_as_numbers_and_leaves_other_files(tmp_path: Path) -> None:
    write_folder(tmp_path, ['frame1.png', 'frame2.png', 'frame10.png', 'frame11.PNG'])
    (tmp_path / 'notes.txt').write_text('no image')
    with closing(open_video(tmp_path)) as video:
        assert (video.rate, video.size, video.length) == (FOLDER_RATE, (64, 48), 4)
        assert levels(video) == [10, 20, 30, 40]


def test_frames_are_bgr_bytes(tmp_path: Path) -> None:
    pixels = np.zeros((48, 64, 3), np.uint8)
    pixels[..., 0] = 200
    cv2.imwrite(str(tmp_path / 'blue.png'), pixels)
    with closing(open_video(tmp_path)) as video:
        image = next(video.frames())
    assert image.dtype == np.uint8
    assert image[0, 0].tolist() == [200, 0, 0]


def test_gray_images_become_bgr(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / 'gray.png'), np.full((48, 64), 77, np.uint8))
    with closing(open_video(tmp_path)) as video:
        assert next(video.frames()).shape == (48, 64, 3)


def test_missing_video_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r'nothing\.mp4 does not exist'):
        open_video(tmp_path / 'nothing.mp4')


def test_missing_camera_is_named() -> None:
    with pytest.raises(VideoError, match='/dev/video63 does not exist'):
        open_video('/dev/video63')


@pytest.mark.parametrize('content', [b'', b'this is not a video' * 100])
def test_file_that_is_no_video_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / 'broken.mp4').write_bytes(content)
    with pytest.raises(VideoError, match=r'broken\.mp4 cannot be opened as a video'):
        open_video(tmp_path / 'broken.mp4')


def test_folder_without_images_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match='holds no image'):
        open_video(tmp_path)


def test_unreadable_image_is_named_when_its_turn_comes(tmp_path: Path) -> None:
    write_folder(tmp_path, ['1.png', '2.png'])
    (tmp_path / '2.png').write_bytes(b'not an image')
    with closing(open_video(tmp_path)) as video:
        frames = video.frames()
        next(frames)
        with pytest.raises(VideoError, match=r'2\.png cannot be read'):
            next(frames)


def test_image_that_is_cut_off_is_not_filled_with_grey(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    whole = cv2.imencode('.jpg', pixels)[1].tobytes()
    (tmp_path / '1.jpg').write_bytes(whole)
    (tmp_path / '2.jpg').write_bytes(whole[:len(whole) // 2])
    with closing(open_video(tmp_path)) as video:
        frames = video.frames()
        next(frames)
        with pytest.raises(VideoError, match=r'2\.jpg is cut off or damaged'):
            next(frames)


def test_empty_image_is_named(tmp_path: Path) -> None:
    (tmp_path / '1.png').touch()
    with pytest.raises(VideoError, match=r'1\.png cannot be read'):
        open_video(tmp_path)


def test_frame_of_another_size_is_named(tmp_path: Path) -> None:
    write_folder(tmp_path, ['1.png'])
    cv2.imwrite(str(tmp_path / '2.png'), frame(10, width=32))
    with closing(open_video(tmp_path)) as video, pytest.raises(
            VideoError, match=r'2\.png is 32x48, and the first frame is 64x48'):
        list(video.frames())
