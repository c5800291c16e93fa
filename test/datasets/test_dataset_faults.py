"""Everything that can be wrong with a data set is named in one line, with what to do."""

from __future__ import annotations

from collections.abc import Callable
import os
from pathlib import Path
import re

import pytest
from support_datasets import BOX
from support_datasets import touch_images
from support_datasets import write_got10k
from support_datasets import write_lasot
from support_datasets import write_otb
from support_datasets import write_texts
from support_datasets import write_uav123
from support_datasets import write_vot

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets import load_dataset

Fault = tuple[Callable[[Path], object], str]

FAULTS: dict[str, Fault] = {
    'no folder': (
        lambda folder: folder.rmdir(), r'data set .*set does not exist'),
    'nothing in it': (
        lambda folder: None, r'set holds no sequence; looked .* for groundtruth_rect\.txt \(OTB'),
    'no images': (
        lambda folder: write_otb(folder / 'walk', images=0),
        r'walk/img holds no image \(\.jpg, \.png, \.bmp\); put'),
    'no folder of images': (
        lambda folder: write_texts(folder / 'walk', {'groundtruth_rect.txt': BOX}),
        r'walk holds no image'),
    'too few boxes': (
        lambda folder: write_otb(folder / 'walk', BOX),
        r'groundtruth_rect\.txt has 1 boxes for 2 images in .*walk/img; there must be one'),
    'too many boxes': (
        lambda folder: write_otb(folder / 'walk', BOX * 3), 'has 3 boxes for 2 images'),
    'no boxes': (
        lambda folder: write_otb(folder / 'walk', '\n'), 'has 0 boxes for 2 images'),
    'no boxes of any target': (
        lambda folder: write_texts(folder / 'walk', {'groundtruth_rect.1.txt': ''}),
        r'groundtruth_rect\.1\.txt is empty; write x,y,width,height'),
    'known range that does not help': (
        lambda folder: write_otb(folder / 'David', BOX * 3, images=400),
        'has 3 boxes for 101 images'),
    'three numbers': (
        lambda folder: write_otb(folder / 'walk', f'{BOX}1,1,9\n'),
        r"groundtruth_rect\.txt, line 2: '1,1,9' is not a box; write x,y,width,height"),
    'a word': (
        lambda folder: write_otb(folder / 'walk', f'1,1,nine,9\n{BOX}'),
        "line 1: '1,1,nine,9' is not a box"),
    'an infinite number': (
        lambda folder: write_otb(folder / 'walk', f'{BOX}1,1,inf,9\n'), 'line 2: .* not a box'),
    'a fault below a blank line': (
        lambda folder: write_otb(folder / 'walk', f'{BOX}\n1,1,nine,9\n'), 'line 3: '),
    'NaN': (
        lambda folder: write_otb(folder / 'walk', f'{BOX}NaN,NaN,NaN,NaN\n'),
        r'groundtruth_rect\.txt, line 2: .* is no number; write 0,0,0,0 for a frame without'),
    'a box without area': (
        lambda folder: write_otb(folder / 'walk', f'{BOX}5,5,0,9\n'),
        "line 2: '5,5,0,9' has no area; write 0,0,0,0"),
    'a number beyond any image': (
        lambda folder: write_otb(folder / 'walk', f'{BOX}1e200,1,9,9\n'),
        r"groundtruth_rect\.txt, line 2: '1e200,1,9,9' lies more than a million .*; correct the"),
    'a box of almost no width': (
        lambda folder: write_otb(folder / 'walk', f'{BOX}1,1,9,1e-9\n'),
        r"line 2: '1,1,9,1e-9' is thinner than a thousandth of a pixel; correct the line, or wri"),
    'no box to start with': (
        lambda folder: write_otb(folder / 'walk', f'0,0,0,0\n{BOX}'),
        'line 1: there is no box to start with; remove the frames'),
    'no text': (
        lambda folder: write_otb(folder / 'walk', b'\xff\xfe\x00\x81'),
        r'groundtruth_rect\.txt is not text in UTF-8; save it in UTF-8 or replace it'),
    'a folder in place of a file': (
        lambda folder: (folder / 'walk' / 'groundtruth_rect.txt').mkdir(parents=True),
        r'groundtruth_rect\.txt cannot be read: Is a directory; replace'),
    'second sequence': (
        lambda folder: (write_otb(folder / 'a'), write_otb(folder / 'b', BOX)),
        r'b/groundtruth_rect\.txt has 1 boxes'),
    'two layouts': (
        lambda folder: (write_otb(folder / 'a'), write_vot(folder / 'b')),
        'set/a is in the layout of OTB and .*set/b in that of VOT; move'),
    'two sequences of one name': (
        lambda folder: (
            write_otb(folder / 'walk-1'),
            write_texts(folder / 'walk', {'groundtruth_rect.1.txt': BOX * 2}),
            touch_images(folder / 'walk', [1, 2])),
        '2 sequences are called walk-1; rename'),
    'VOT, too few regions': (
        lambda folder: write_vot(folder / 'ball', BOX), r'groundtruth\.txt has 1 boxes for 2'),
    'VOT, no region to start with': (
        lambda folder: write_vot(folder / 'ball', f'nan,nan,nan,nan\n{BOX}'),
        'line 1: there is no box to start with'),
    'VOT, five numbers': (
        lambda folder: write_vot(folder / 'ball', f'{BOX}1,2,3,4,5\n'),
        "line 2: '1,2,3,4,5' is not a region; write x,y,width,height or the corners"),
    'VOT, a corner beyond any image': (
        lambda folder: write_vot(folder / 'ball', f'{BOX}1,2,3,-4e9,5,6\n'),
        r'groundtruth\.txt, line 2: .* lies more than a million pixels off; correct the line'),
    'VOT, a rectangle of almost no width': (
        lambda folder: write_vot(folder / 'ball', f'{BOX}1,2,1e-9,4\n'),
        'line 2: .* is thinner than a thousandth of a pixel'),
    'VOT, a folder of images that cannot be': (
        lambda folder: write_vot(
            folder / 'ball', sequence='channels.color=' + 'long' * 100 + '/%08d.jpg'),
        'long cannot be looked at: File name too long; make its folder accessible or name'),
    'VOT, an empty list': (
        lambda folder: (write_vot(folder / 'ball'), write_texts(folder, {'list.txt': '\n'})),
        r'set/list\.txt names no sequence; write one on each line or remove the file'),
    'VOT, masks': (
        lambda folder: write_vot(folder / 'ball', 'm10,10,4,4,0,16\n' * 2),
        r'groundtruth\.txt, line 1 is a mask; only rectangles and polygons .*: write the box'),
    'GOT-10k, flags for other frames': (
        lambda folder: write_got10k(folder / 'clip', texts={'cover.label': '8\n8\n8\n'}),
        r'cover\.label holds 3 numbers for 2 frames; there must be'),
    'GOT-10k, a flag that is half': (
        lambda folder: write_got10k(folder / 'clip', texts={'cover.label': '8\n0.5\n'}),
        r'cover\.label holds 2 numbers for 2 frames; there must be one whole number'),
    'GOT-10k, a flag that is a word': (
        lambda folder: write_got10k(folder / 'clip', texts={'absence.label': '0\nyes\n'}),
        r"absence\.label, line 2: 'yes' is not a row of whole numbers; write"),
    'GOT-10k, some boxes are missing': (
        lambda folder: write_got10k(folder / 'GOT-10k_Val_000001', BOX * 2, 3),
        'has 2 boxes for 3 images'),
    'LaSOT, absent at the start': (
        lambda folder: write_lasot(folder / 'dog-1', occluded='1,0'),
        r'dog-1/groundtruth\.txt, line 1: there is no box to start with'),
    'LaSOT, flags for other frames': (
        lambda folder: write_lasot(folder / 'dog-1', out_of_view='0,0,0'),
        r'out_of_view\.txt holds 3 numbers for 2 frames'),
    'UAV123, no boxes': (
        lambda folder: (touch_images(folder / 'data_seq' / 'UAV123' / 'bike1', [1]),
                        write_texts(folder / 'anno' / 'UAV123', {})),
        r'anno/UAV123 holds no <name>\.txt; put the boxes there'),
    'UAV123, no version': (
        lambda folder: (write_texts(folder / 'data_seq', {}), write_texts(folder / 'anno', {})),
        'anno holds no folder; expected .*anno/UAV123'),
    'UAV123, other number of images': (
        lambda folder: write_uav123(folder, 'bike1', BOX * 3),
        r'bike1\.txt has 3 boxes for 2 images in .*data_seq/UAV123/bike1'),
    'UAV123, out of view at the start': (
        lambda folder: write_uav123(folder, 'bike1', f'NaN,NaN,NaN,NaN\n{BOX}'),
        r'bike1\.txt, line 1: there is no box to start with'),
}


def reasons(folder: Path) -> list[str]:
    """Return what is said to be wrong with a data set, or with members of it."""
    try:
        return [fault.reason for fault in load_dataset(folder).faults]
    except DatasetError as error:
        return [str(error)]


@pytest.mark.parametrize('fault', FAULTS)
def test_fault_is_named_in_one_line(tmp_path: Path, fault: str) -> None:
    make, message = FAULTS[fault]
    folder = tmp_path / 'set'
    folder.mkdir()
    make(folder)

    found = reasons(folder)

    assert any(re.search(message, reason) for reason in found), found
    for reason in found:
        reason.encode()
        assert '\n' not in reason


@pytest.mark.skipif(os.geteuid() == 0, reason='root may look into every folder')
@pytest.mark.parametrize('name', ['set', 'set/walk'])
def test_folder_that_may_be_listed_but_not_entered_is_named(tmp_path: Path, name: str) -> None:
    write_vot(tmp_path / 'set' / 'walk')
    (tmp_path / name).chmod(0o400)

    try:
        found = reasons(tmp_path / 'set')
        assert any(re.search(rf'{name}/.* cannot be looked at: Permission den', reason)
                   for reason in found), found
    finally:
        (tmp_path / name).chmod(0o700)
