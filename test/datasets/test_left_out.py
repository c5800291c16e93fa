"""A sequence that cannot be used is left out and named; the others of its data set are there."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import shutil

import pytest
from support_datasets import BOX
from support_datasets import LFS_POINTER
from support_datasets import touch_images
from support_datasets import write_got10k
from support_datasets import write_lasot
from support_datasets import write_otb
from support_datasets import write_sequence
from support_datasets import write_texts
from support_datasets import write_uav123
from support_datasets import write_video
from support_datasets import write_vot

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset
from rat_tracker.datasets import Sequence


def write_clip(root: Path, name: str) -> None:
    write_video(root / 'clip.avi', 2).rename(root / f'{name}.avi')  # OpenCV writes no other names
    write_texts(root, {f'{name}.txt': BOX * 2})


WRITERS: dict[str, Callable[[Path, str], object]] = {
    'OTB': lambda root, name: write_otb(root / name),
    'VOT': lambda root, name: write_vot(root / name),
    'GOT-10k': lambda root, name: write_got10k(root / name, texts={'cover.label': '8\n8\n'}),
    'LaSOT': lambda root, name: write_lasot(root / 'airplane' / name),
    'UAV123': write_uav123,
    'videos': write_clip,
}
# Where a sequence's boxes, images and labels are, by layout.
TRUTHS = {'OTB': '{}/groundtruth_rect.txt', 'VOT': '{}/groundtruth.txt',
          'GOT-10k': '{}/groundtruth.txt', 'LaSOT': 'airplane/{}/groundtruth.txt',
          'UAV123': 'anno/UAV123/{}.txt', 'videos': '{}.txt'}
IMAGES = {'OTB': '{}/img', 'VOT': '{}/color', 'GOT-10k': '{}', 'LaSOT': 'airplane/{}/img',
          'UAV123': 'data_seq/UAV123/{}'}
LABELS = {'OTB': '{}/attributes.txt', 'VOT': '{}/occlusion.tag', 'GOT-10k': '{}/cover.label',
          'LaSOT': 'airplane/{}/full_occlusion.txt', 'UAV123': 'anno/UAV123/att/{}.txt'}


def require_good_ones(root: Path, layout: str, words: str) -> None:
    """Fail unless ``a`` and ``c`` can be used, and ``b`` is named with these words."""
    found = load_dataset(root)
    assert found.layout == layout
    assert [sequence.name for sequence in found] == ['a', 'c']
    assert [fault.name for fault in found.faults] == ['b']
    assert words in found.faults[0].reason
    assert '\n' not in str(found.faults[0])


@pytest.fixture(params=WRITERS)
def layout(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a layout in which three sequences were written."""
    name: str = request.param
    for sequence in ('a', 'b', 'c'):
        WRITERS[name](tmp_path, sequence)
    return name


def place(root: Path, where: dict[str, str], layout: str) -> Path:
    if layout not in where:
        pytest.skip('it has none')
    return root / where[layout].format('b')


def test_all_that_are_good_are_there(tmp_path: Path, layout: str) -> None:
    found = load_dataset(tmp_path)

    assert [sequence.name for sequence in found] == ['a', 'b', 'c']
    assert list(found.faults) == []


@pytest.mark.parametrize(('content', 'words'), [
    (BOX * 3, 'has 3 boxes'), ('11,21,30\n' * 2, 'line 1: '), (b'\xff\xfe\x00', 'is not text'),
    ((BOX * 2).encode('utf-16'), 'is not text in UTF-8; save it in UTF-8'),
    ((BOX * 2).encode('utf-16-le'), 'is not text in UTF-8; save it in UTF-8'),
    (LFS_POINTER, 'is a pointer of Git LFS; fetch the file: git -C ')])
def test_boxes_that_cannot_be_used(
    tmp_path: Path, layout: str, content: str | bytes, words: str,
) -> None:
    truth = place(tmp_path, TRUTHS, layout)
    truth.write_bytes(content if isinstance(content, bytes) else content.encode())

    require_good_ones(tmp_path, layout, words)


def test_an_image_more_than_boxes(tmp_path: Path, layout: str) -> None:
    touch_images(place(tmp_path, IMAGES, layout), [9], 8 if layout != 'UAV123' else 6)

    require_good_ones(tmp_path, layout, 'has 2 boxes for 3 images')


def test_no_images(tmp_path: Path, layout: str) -> None:
    for image in place(tmp_path, IMAGES, layout).glob('*.jpg'):
        image.unlink()

    require_good_ones(tmp_path, layout, 'holds no image (.jpg, .png, .bmp); put')


def test_no_folder_of_images(tmp_path: Path, layout: str) -> None:
    if layout == 'GOT-10k':
        pytest.skip('it is that of the boxes')
    shutil.rmtree(place(tmp_path, IMAGES, layout))

    require_good_ones(tmp_path, layout, 'holds no image')


def test_labels_that_are_no_text(tmp_path: Path, layout: str) -> None:
    labels = place(tmp_path, LABELS, layout)
    labels.parent.mkdir(exist_ok=True)
    labels.write_bytes(b'\xff\xfe\x00')

    require_good_ones(tmp_path, layout, f'{labels.name} is not text')


def test_labels_that_are_missing_are_no_fault(tmp_path: Path, layout: str) -> None:
    place(tmp_path, LABELS, layout).unlink(missing_ok=True)

    assert len(load_dataset(tmp_path)) == 3


def test_all_marks_of_lasot_but_the_boxes_are_missing(tmp_path: Path) -> None:
    for name in ('a', 'b', 'c'):
        write_lasot(tmp_path / 'airplane' / name)
    shutil.rmtree(tmp_path / 'airplane' / 'b' / 'img')
    for flags in ('full_occlusion.txt', 'out_of_view.txt'):
        (tmp_path / 'airplane' / 'b' / flags).unlink()

    require_good_ones(tmp_path, 'LaSOT', 'airplane/b/img holds no image')


def test_a_sequence_in_another_layout(tmp_path: Path) -> None:
    for name in ('a', 'c'):
        write_otb(tmp_path / name)
    write_lasot(tmp_path / 'b')

    require_good_ones(tmp_path, 'OTB', 'is in the layout of OTB and ')


@pytest.mark.parametrize('layout_of_folders', ['OTB', 'VOT', 'GOT-10k', 'LaSOT'])
def test_an_empty_folder_beside_sequences(tmp_path: Path, layout_of_folders: str) -> None:
    for name in ('a', 'b', 'c'):
        WRITERS[layout_of_folders](tmp_path, name)
    folder = (tmp_path / TRUTHS[layout_of_folders].format('b')).parent
    shutil.rmtree(folder)
    folder.mkdir()

    require_good_ones(tmp_path, layout_of_folders, f'folder {folder} is empty; put the sequence')


@pytest.mark.parametrize('layout_of_folders', ['OTB', 'VOT', 'GOT-10k', 'LaSOT'])
def test_images_without_boxes(tmp_path: Path, layout_of_folders: str) -> None:
    for name in ('a', 'b', 'c'):
        WRITERS[layout_of_folders](tmp_path, name)
    (tmp_path / TRUTHS[layout_of_folders].format('b')).unlink()

    require_good_ones(
        tmp_path, layout_of_folders, 'b has images and no boxes; put groundtruth_rect.txt')


def test_images_without_boxes_in_their_own_folder(tmp_path: Path) -> None:
    for name in ('a', 'b', 'c'):
        touch_images(tmp_path / name, [1, 2])
    for name in ('a', 'c'):
        write_texts(tmp_path / name, {'groundtruth.txt': BOX * 2})

    require_good_ones(tmp_path, 'VOT', 'b has images and no boxes; put groundtruth_rect.txt')


def test_boxes_without_a_video(tmp_path: Path) -> None:
    for name in ('a', 'b', 'c'):
        write_clip(tmp_path, name)
    (tmp_path / 'b.avi').unlink()
    write_texts(tmp_path, {'readme.txt': 'Clips of a walk.\n', 'classes.txt': 'person\n'})

    require_good_ones(tmp_path, 'videos', 'b.txt has boxes, and there is no video b beside it')


def test_one_target_of_two_in_the_same_images(tmp_path: Path) -> None:
    touch_images(tmp_path / 'walk', [1, 2])
    write_texts(tmp_path / 'walk', {
        'groundtruth_rect.1.txt': BOX * 2, 'groundtruth_rect.2.txt': BOX})

    found = load_dataset(tmp_path)

    assert [sequence.name for sequence in found] == ['walk-1']
    assert [fault.name for fault in found.faults] == ['walk-2']


@pytest.mark.parametrize('content', [b'', b'no video', LFS_POINTER.encode()])
def test_a_video_that_cannot_be_read(tmp_path: Path, content: bytes) -> None:
    for name in ('a', 'b', 'c'):
        write_clip(tmp_path, name)
    (tmp_path / 'b.avi').write_bytes(content)

    require_good_ones(tmp_path, 'videos', 'b.avi cannot be ')
    reason = load_dataset(tmp_path).faults[0].reason
    assert reason.endswith('lfs pull' if b'git-lfs' in content else 'replace or remove the file')


def test_a_link_to_a_video_that_is_gone(tmp_path: Path) -> None:
    for name in ('a', 'b', 'c'):
        write_clip(tmp_path, name)
    (tmp_path / 'b.avi').unlink()
    (tmp_path / 'b.avi').symlink_to(tmp_path / 'gone.avi')

    require_good_ones(tmp_path, 'videos', 'b.txt has boxes, and there is no video b beside it')


def test_a_line_that_is_no_box_is_told_by_its_beginning(tmp_path: Path) -> None:
    write_otb(tmp_path / 'a')
    write_otb(tmp_path / 'b', '<!DOCTYPE html>' + '<p>' * 1000)
    write_otb(tmp_path / 'c')

    require_good_ones(tmp_path, 'OTB', 'line 1: ')
    assert len(load_dataset(tmp_path).faults[0].reason) < len(str(tmp_path)) + 200


def test_a_data_set_without_one_good_sequence_is_refused(tmp_path: Path) -> None:
    for name in ('a', 'b', 'c'):
        write_otb(tmp_path / name, BOX)

    with pytest.raises(DatasetError, match=r'a/.* has 1 boxes .* \(and 2 more cannot be used\)'):
        load_dataset(tmp_path)


def test_an_image_that_cannot_be_read_is_found_where_that_is_asked(tmp_path: Path) -> None:
    for name in ('a', 'b', 'c'):
        write_sequence(tmp_path / name)
    (tmp_path / 'b' / 'img' / '0001.jpg').write_bytes(b'')

    found = load_dataset(tmp_path).of_those(Sequence.require_readable)

    assert [sequence.name for sequence in found] == ['a', 'c']
    assert [fault.name for fault in found.faults] == ['b']


def test_what_systems_leave_behind_is_neither_a_sequence_nor_an_image(
    tmp_path: Path, layout: str,
) -> None:
    names = ['._a', '.DS_Store', 'Thumbs.db', 'desktop.ini', '.~lock.b#']
    for folder in {tmp_path, tmp_path / TRUTHS[layout].format('b')}:
        for name in names:
            ((folder if folder.is_dir() else folder.parent) / name).write_bytes(b'\0')
    for name in ('__MACOSX', 'lost+found', '@eaDir', '.git'):
        write_otb(tmp_path / name)
    if layout in IMAGES:
        images = tmp_path / IMAGES[layout].format('b')
        (images / '._00000001.jpg').write_bytes(b'\0\5\x16\7')
    else:
        (tmp_path / '._b.avi').write_bytes(b'\0\5\x16\7')

    found = load_dataset(tmp_path)

    assert found.layout == layout
    assert [sequence.name for sequence in found] == ['a', 'b', 'c']
    assert [len(sequence.frames) for sequence in found] == [2, 2, 2]
    assert list(found.faults) == []


def test_a_name_of_bytes_that_are_no_letters_is_written_with_their_numbers(
    tmp_path: Path, layout: str,
) -> None:
    WRITERS[layout](tmp_path, os.fsdecode(b'caf\xe9'))

    found = load_dataset(tmp_path)

    assert r'caf\xe9' in [sequence.name for sequence in found]
    assert (len(found), list(found.faults)) == (4, [])
