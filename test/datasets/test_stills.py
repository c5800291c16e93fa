"""Pictures with boxes, in each layout, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from support_datasets import LFS_POINTER
from support_training import HEIGHT
from support_training import paint
from support_training import PICTURES
from support_training import WIDTH
from support_training import write_coco
from support_training import write_pascal_voc
from support_training import write_tables
from support_training import write_yolo

from rat_tracker.datasets import DatasetError
from rat_tracker.datasets.stills import load_stills
from rat_tracker.datasets.stills import Stills

pytestmark = pytest.mark.needs('PIL')

WRITERS = {'tables': write_tables, 'COCO': write_coco, 'Pascal VOC': write_pascal_voc,
           'YOLO': write_yolo}


@pytest.mark.parametrize(('layout', 'write'), WRITERS.items())
def test_every_layout_says_the_same(
    tmp_path: Path, layout: str, write: Callable[[Path], Path],
) -> None:
    stills = load_stills(write(tmp_path / 'data'))
    assert stills.layout == layout
    assert [Path(still.name).name for still in stills] == list(PICTURES)
    assert not stills.faults
    for still, shapes in zip(stills, PICTURES.values(), strict=True):
        assert (still.width, still.height) == (WIDTH, HEIGHT)
        assert still.read().shape == (HEIGHT, WIDTH, 3)
        assert still.path.is_absolute()
        for found, shape in zip(still.objects, shapes, strict=True):
            assert found.box.values == pytest.approx(shape.box.values, abs=1e-3)
            assert found.label == str(shape.hue)


@pytest.mark.parametrize('write', [write_tables, write_coco])
def test_masks_show_the_objects(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    for still in load_stills(write(tmp_path / 'data')):
        _, masks = paint(*PICTURES[still.name])
        for index, mask in enumerate(masks):
            found = still.read_mask(index)
            assert found is not None
            assert (found & mask).sum() > 0.93 * (found | mask).sum()


def test_polygons_of_yolo_are_boxes_and_masks(tmp_path: Path) -> None:
    write_yolo(tmp_path)
    (tmp_path / 'labels' / 'train' / 'two.txt').write_text('7 0.25 0.5 0.5 0.25 0.5 0.75\n')
    (tmp_path / 'classes.txt').write_text('\n'.join(f'kind {number}' for number in range(8)))
    (found,) = load_stills(tmp_path)[1].objects
    assert found.box.values == (40, 30, 40, 60)
    assert found.label == 'kind 7'
    mask = load_stills(tmp_path)[1].read_mask(0)
    assert mask is not None
    assert mask.sum() == pytest.approx(40 * 60 / 2, rel=0.1)


def table(folder: Path, *rows: str) -> Stills:
    write_tables(folder)
    with (folder / 'boxes.csv').open('a') as file:
        file.write(''.join(f'\nshapes,{row}' for row in rows))
    return load_stills(folder)


@pytest.mark.parametrize(('row', 'fault'), [
    ('one.png,5,5,0,8,a', 'is empty (5,5,0,8)'),
    ('one.png,5,5,8,-2,a', 'is empty (5,5,8,-2)'),
    ('one.png,nan,5,8,8,a', 'is not four numbers'),
    ('one.png,5,inf,8,8,a', 'is not four numbers'),
    ('one.png,,5,8,8,a', 'is not four numbers'),
    ('one.png,200,5,8,8,a', 'lies outside of the 160x120 picture'),
    ('one.png,5,119.5,8,8,a', 'shows less than a pixel (5,119.5,8,8)'),
])
def test_a_box_that_cannot_be_used_costs_no_other(tmp_path: Path, row: str, fault: str) -> None:
    stills = table(tmp_path, row)
    assert len(stills) == 2
    assert len(stills[0].objects) == 2
    assert (stills.left_out, stills.clipped) == (1, 0)
    assert [found.name for found in stills.faults] == ['one.png']
    assert '1 of 3 boxes were left out' in str(stills.faults[0])
    assert fault in str(stills.faults[0])


def test_a_box_over_the_edge_ends_there(tmp_path: Path) -> None:
    stills = table(tmp_path, 'two.png,150,-5,30,25,a')
    assert stills[1].objects[-1].box.values == (150, 0, 10, 20)
    assert (stills.left_out, stills.clipped) == (0, 1)
    assert not stills.faults


@pytest.mark.parametrize(('content', 'fault'), [
    (None, 'No such file'), (b'', 'no picture'), (b'no picture', 'no picture'),
    (LFS_POINTER.encode(), 'lfs pull'),
])
def test_a_picture_that_cannot_be_read_costs_no_other(
    tmp_path: Path, content: bytes | None, fault: str,
) -> None:
    write_tables(tmp_path)
    path = tmp_path / 'images' / 'shapes' / 'one.png'
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    stills = load_stills(tmp_path)
    assert [still.name for still in stills] == ['two.png']
    (found,) = stills.faults
    assert found.name == 'one.png'
    assert fault in found.reason


def test_nothing_usable_is_one_line(tmp_path: Path) -> None:
    write_tables(tmp_path)
    for path in (tmp_path / 'images' / 'shapes').iterdir():
        path.write_bytes(b'')
    with pytest.raises(DatasetError, match=r'one\.png is no picture.*1 more cannot') as error:
        load_stills(tmp_path)
    assert '\n' not in str(error.value)


def test_a_folder_of_no_layout_is_refused(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / 'missing'):
        with pytest.raises(DatasetError, match=r'holds no pictures with boxes|is no folder'):
            load_stills(folder)


def test_a_table_without_a_column_is_refused(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / 'boxes.csv').write_text('dataset,image,x,y,w,label\n')
    with pytest.raises(DatasetError, match=r'boxes\.csv has no column h'):
        load_stills(tmp_path)


@pytest.mark.parametrize('content', [
    '', '[]', '{"images": []}', '{"images": [{"id": 0}], "annotations": [], "categories": []}',
    '{"images": [], "annotations": [3], "categories": []}'])
def test_annotations_that_are_none_are_refused(tmp_path: Path, content: str) -> None:
    write_coco(tmp_path)
    path = tmp_path / 'annotations' / 'instances_val.json'
    path.write_text(content)
    with pytest.raises(DatasetError, match='is no file of COCO annotations'):
        load_stills(tmp_path)


def test_crowds_are_no_objects(tmp_path: Path) -> None:
    write_coco(tmp_path)
    path = tmp_path / 'annotations' / 'instances_val.json'
    content = json.loads(path.read_text())
    content['annotations'][0]['iscrowd'] = 1
    path.write_text(json.dumps(content))
    assert [len(still.objects) for still in load_stills(tmp_path)] == [1, 1]


def test_xml_that_is_none_is_refused(tmp_path: Path) -> None:
    write_pascal_voc(tmp_path)
    path = tmp_path / 'Annotations' / 'one.xml'
    for content in ('<annotation>', '<annotation/>'):
        path.write_text(content)
        with pytest.raises(DatasetError, match=r'one\.xml (is no XML|names no picture)'):
            load_stills(tmp_path)


def test_a_mask_of_another_size_is_refused_when_it_is_read(tmp_path: Path) -> None:
    write_tables(tmp_path)
    other = tmp_path / 'masks' / 'shapes' / 'two_0.png'
    other.write_bytes((tmp_path / 'images' / 'shapes' / 'two.png').read_bytes())
    still = load_stills(tmp_path)[1]
    mask = still.read_mask(0)
    assert mask is not None
    assert mask.shape == (HEIGHT, WIDTH)
    cv2.imwrite(str(other), np.zeros((10, 10), np.uint8))
    with pytest.raises(DatasetError, match=r'two_0\.png is 10x10, and its picture 160x120'):
        still.read_mask(0)
