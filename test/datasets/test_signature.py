"""The signature of frames: another one for other files, the same for the same ones."""

from __future__ import annotations

import os
from pathlib import Path
import shutil

import pytest
from support_datasets import touch_images
from support_datasets import write_otb
from support_datasets import write_texts
from support_datasets import write_video

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets.frames import Frames
from rat_tracker.datasets.frames import ImageFiles
from rat_tracker.datasets.frames import VideoFile


@pytest.fixture(params=['images', 'video'])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = tmp_path / 'data'
    if request.param == 'video':
        write_video(folder / 'clip.avi')
    else:
        touch_images(folder, range(3))
    return folder


def frames_in(folder: Path) -> Frames:
    paths = tuple(sorted(folder.iterdir()))
    return VideoFile(paths[0], 4) if paths[0].suffix == '.avi' else ImageFiles(paths)


def test_signature_stays_as_long_as_the_files_do(folder: Path) -> None:
    assert frames_in(folder).signature() == frames_in(folder).signature()


def test_signature_changes_with_the_size_of_a_file(folder: Path) -> None:
    before, path = frames_in(folder).signature(), min(folder.iterdir())
    state = path.stat()
    path.write_bytes(path.read_bytes() + b'0')
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))

    assert frames_in(folder).signature() != before


def test_signature_changes_with_the_time_of_a_file(folder: Path) -> None:
    before, path = frames_in(folder).signature(), min(folder.iterdir())
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))

    assert frames_in(folder).signature() != before


def test_signature_changes_with_the_name_of_a_file_or_its_folder(folder: Path) -> None:
    before, path = frames_in(folder).signature(), min(folder.iterdir())
    path = path.rename(path.with_stem('00000'))
    renamed = frames_in(folder).signature()
    copied = shutil.copytree(folder, folder.with_name('copy'))

    assert len({before, renamed, frames_in(copied).signature()}) == 3


def test_signature_of_the_first_frames_is_another_one(folder: Path) -> None:
    frames = frames_in(folder)

    assert frames.first(2).signature() != frames.signature()
    assert frames.first(9).signature() == frames.signature()


def test_spelling_of_the_folder_does_not_matter(
    folder: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder.parent / 'link').symlink_to(folder)
    monkeypatch.chdir(folder)
    spellings = (folder, folder.parent / 'link', Path(), Path('../data'), folder / '..' / 'data')

    assert len({frames_in(spelling).signature() for spelling in spellings}) == 1


def test_file_behind_a_link_is_the_one_that_counts(tmp_path: Path) -> None:
    images = touch_images(tmp_path / 'images', [1])
    (tmp_path / 'link.jpg').symlink_to(images / '0001.jpg')
    linked = ImageFiles((tmp_path / 'link.jpg',))

    assert linked.signature() == ImageFiles((images / '0001.jpg',)).signature()
    before = linked.signature()
    write_texts(images, {'0001.jpg': 'more'})
    assert linked.signature() != before


def test_file_that_is_gone_is_named(folder: Path) -> None:
    frames, path = frames_in(folder), min(folder.iterdir())
    path.unlink()

    with pytest.raises(DatasetError, match=rf'{path} cannot be read: No such file'):
        frames.signature()


def test_data_set_named_from_its_own_folder_is_found_from_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_otb(tmp_path / 'ball')
    monkeypatch.chdir(tmp_path / 'ball')
    [here] = load_dataset(Path())
    monkeypatch.chdir('/')

    [there] = load_dataset(tmp_path)
    assert here.frames.signature() == there.frames.signature()
    assert here.name == there.name == 'ball'
