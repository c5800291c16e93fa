"""Where frames come from: files, folders and cameras, and what is reported when none come."""

from __future__ import annotations

from contextlib import closing
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from rat_tracker.geometry import Image
from rat_tracker.video import FOLDER_RATE
from rat_tracker.video import open_video
from rat_tracker.video import Video
from rat_tracker.video import VideoError

LFS_POINTER = b'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n'


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


@pytest.mark.parametrize(('content', 'fault'), [
    (b'', 'opened as a video; it is empty'),
    (b'this is not a video' * 100, 'opened as a video; is it one, and whole'),
    (LFS_POINTER, 'read: it is a pointer of Git LFS; fetch the file: git -C .* lfs pull$')])
def test_file_that_is_no_video_is_named(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / 'broken.mp4').write_bytes(content)
    with pytest.raises(VideoError, match=rf'broken\.mp4 cannot be {fault}'):
        open_video(tmp_path / 'broken.mp4')


def test_folder_without_images_is_named(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match='holds no image'):
        open_video(tmp_path)


@pytest.mark.parametrize('bad', [2, 3])
@pytest.mark.parametrize(('content', 'fault'), [
    (b'not an image', 'cannot be read: it is no image'),
    (b'', 'cannot be read: it is empty'),
    (cv2.imencode('.png', frame(9))[1].tobytes()[:60], 'is cut off or damaged'),
    (cv2.imencode('.png', frame(9, width=32))[1].tobytes(), 'is 32x48, and the first frame is 64'),
    (LFS_POINTER, 'is a pointer of Git LFS; fetch the file: git -C '),
])
def test_a_bad_image_of_a_folder_is_left_out_and_named_once(
    tmp_path: Path, bad: int, content: bytes, fault: str,
) -> None:
    write_folder(tmp_path, ['1.png', '2.png', '3.png', '4.png'])
    (tmp_path / f'{bad}.png').write_bytes(content)

    with closing(open_video(tmp_path)) as video:
        expected = [10 * number for number in (1, 2, 3, 4) if number != bad]
        assert levels(video) == expected
        assert levels(video) == expected
        assert video.length == 3
        assert len(video.faults) == 1
        assert f'{bad}.png {fault}' in video.faults[0] or fault in video.faults[0]


def test_the_first_image_that_can_be_read_says_how_large_all_are(tmp_path: Path) -> None:
    write_folder(tmp_path, ['1.png', '2.png', '3.png'])
    (tmp_path / '1.png').write_bytes(b'')

    with closing(open_video(tmp_path)) as video:
        assert (video.size, levels(video)) == ((64, 48), [20, 30])
        assert video.faults == [f'image {tmp_path / "1.png"} cannot be read: it is empty']


def test_a_folder_without_one_good_image_is_refused(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f'{number}.png').touch()

    with pytest.raises(VideoError, match=r'1\.png cannot be read: it is empty'):
        open_video(tmp_path)


def test_what_systems_leave_in_a_folder_is_no_frame(tmp_path: Path) -> None:
    write_folder(tmp_path, ['1.png', '2.png'])
    for name in ('._1.png', '.hidden.jpg', '~$2.png'):
        (tmp_path / name).write_bytes(b'\0\5\x16\7')

    with closing(open_video(tmp_path)) as video:
        assert (levels(video), video.faults) == ([10, 20], [])


@pytest.mark.parametrize('name', [
    'résultat.avi', os.fsdecode(b'caf\xe9.avi'), 'http:clip.avi', '-i.avi', 'two\nlines.avi',
    '50%d.avi', 'a?b#c.avi', "it's $HOME.avi"])
def test_a_video_may_be_called_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str,
) -> None:
    write_file(tmp_path / 'clip.avi', 3)
    (tmp_path / 'clip.avi').rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)

    for path in (name, tmp_path / name):
        with closing(open_video(path)) as video:
            assert levels(video) == levels(video) == [20, 40, 60]


def test_image_that_is_cut_off_is_not_filled_with_grey(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (48, 64, 3), dtype=np.uint8)
    whole = cv2.imencode('.jpg', pixels)[1].tobytes()
    (tmp_path / '1.jpg').write_bytes(whole)
    (tmp_path / '2.jpg').write_bytes(whole[:len(whole) // 2])
    with closing(open_video(tmp_path)) as video:
        frames = video.frames()
        next(frames)
        assert list(frames) == []
        assert video.faults == [f'image {tmp_path / "2.jpg"} is cut off or damaged']


@pytest.mark.parametrize('name', ['walk.mcap', 'walk_0.db3'])
def test_a_bag_is_sent_to_the_command_for_bags(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b'\x89MCAP0\r\n')

    with pytest.raises(VideoError, match=r'is a bag, not a video; for bags there is `rat_track'):
        open_video(tmp_path / name)
