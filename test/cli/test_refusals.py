"""What cannot work is refused before anything is measured: one line that names the remedy."""

from __future__ import annotations

from pathlib import Path
import re

from click.testing import CliRunner
import cv2
import numpy as np
import pytest
from support_datasets import LFS_POINTER
from support_datasets import write_sequence
from support_datasets import write_texts

from rat_tracker.cli import main

# DATASET stands for a folder with a sequence, EMPTY for one without, OUT for one to be made, MIXED
# for images of several sizes, POINTERS for networks that were not fetched.
COMMON = {
    'no such folder': ('/nowhere --output OUT', 'data set /nowhere does not exist'),
    'unknown tracker': (
        'DATASET --trackers rat,cat --output OUT',
        "unknown tracker 'cat'; choose from: rat, opencv:csrt, opencv:kcf, opencv:nano"),
    'no tracker': ('DATASET --trackers , --output OUT', 'no tracker is named'),
}
REFUSALS = {
    'benchmark': {
        **COMMON,
        'a file': ('FILE --output OUT', 'is a file; name the folder that holds its sequences'),
        'images only': ('MIXED --output OUT', 'has images and no boxes; write x,y,width,height'),
        'images of a sequence': ('DATASET/first/img --output OUT',
                                 'has images and no boxes; name the folder of the sequence, '),
        'nano as pointers of Git LFS': (
            'DATASET --trackers opencv:nano --nano-models POINTERS --output OUT',
            'it is a pointer of Git LFS; fetch the file: git -C '),
        'output in place of a file': ('DATASET --output FILE', 'exists; name another folder with'),
        'no sequence': (
            'EMPTY --output OUT', 'holds no sequence; looked in it and two levels below for '
            'groundtruth_rect.txt (OTB)'),
        'unknown option': (
            'DATASET --trackers rat:gain=1 --output OUT',
            "unknown option 'gain'; choose from: layers,"),
        'nano without its networks': (
            'DATASET --trackers opencv:nano --output OUT', 'with --nano-models'),
        'nano with a folder that has none': (
            'DATASET --trackers opencv:nano --nano-models /nowhere --output OUT',
            '/nowhere/nanotrack_backbone_sim.onnx is missing'),
        'rounds on other machines': (
            'DATASET --rounds 2 --scheduler tcp://127.0.0.1:9 --output OUT',
            'with --rounds the trackers take turns on this machine'),
        'rounds in several processes': (
            'DATASET --rounds 2 --workers 2 --output OUT',
            'one at a time, and every frame waits; leave --workers, --scheduler'),
        'rounds of a camera that does not wait': (
            'DATASET --rounds 2 --realtime 30 --output OUT', 'and --realtime away'),
        'rate that is no number': (
            'DATASET --realtime nan --output OUT',
            '--realtime nan is no rate; write the frames per'),
    },
    'calibrate': {
        'no such folder': COMMON['no such folder'],
        'baseline': ('DATASET --tracker opencv:csrt --output OUT',
                     "tracker 'opencv:csrt' has no score that can be calibrated; name one of"),
        'unknown tracker': ('DATASET --tracker cat --output OUT',
                            "unknown tracker 'cat'; choose one of: rat"),
    },
    'engine': {
        'nothing to build': ('build --engine torch',
                             'there is nothing to build; name tensorrt or tensorrt_rtx with'),
    },
    'profile': {
        'no such video': ('--video /nowhere.mp4 --box 1,1,9,9',
                          'video /nowhere.mp4 does not exist'),
        'video without a box': ('--video /nowhere.mp4', '--box x,y,width,height'),
        'box without a video': ('--box 1,1,9,9', 'name that with --video'),
        'images of which most are left out': (
            '--video MIXED --box 1,1,20,20', 'there are 2 images; a profile needs 7 or more; 6 '
            'were left out, the first because: image '),
        'box that is none': ('--video /nowhere.mp4 --box 1,1,9', 'is not four numbers'),
        'unknown tracker': ('--tracker cat', "unknown tracker 'cat'; choose one of: rat"),
        'unknown option': ('--tracker rat:gain=1', "unknown option 'gain'; choose from: "),
        'unknown engine': ('--engine onnx',
                           "unknown engine 'onnx'; choose one of: auto, openvino, torch"),
        'unknown precision': ('--precision int4',
                              "unknown precision 'int4'; choose one of: auto, float32, float16"),
        'unknown device': ('--device tpu', "unknown device 'tpu'; choose one of: auto, cpu, cuda"),
        'file that cannot be written': ('--json /nowhere/profile.json',
                                        '/nowhere/profile.json cannot be written'),
    },
    'states': {
        'no such folder': ('/nowhere', 'data set /nowhere does not exist'),
        'unknown tracker': ('--tracker cat', "unknown tracker 'cat'; choose one of: rat"),
        'file that cannot be written': ('--output /nowhere/table.md',
                                        '/nowhere/table.md cannot be written'),
    },
    'vot': {
        **COMMON,
        'range that is none': ('DATASET --eao-range 20 --output OUT',
                               "'20' is not a range of frames"),
        'range from its end': ('DATASET --eao-range 20-10 --output OUT',
                               'is not a range of frames'),
        'range without end': ('DATASET --eao-range 1-99999999999 --output OUT',
                              'is not a range of frames'),
    },
}


@pytest.fixture(scope='module')
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('set')
    write_sequence(folder / 'first')
    return folder


def mixed(folder: Path) -> Path:
    """Write images of which the third and all after it are of another size."""
    folder.mkdir()
    for number in range(8):
        side = 48 if number < 2 else 32
        cv2.imwrite(str(folder / f'{number}.png'), np.full((side, 48, 3), 9 * number, np.uint8))
    return folder


def pointers(folder: Path) -> Path:
    """Write NanoTrack's networks as a repository has them that was fetched without large files."""
    names = ('nanotrack_backbone_sim.onnx', 'nanotrack_head_sim.onnx')
    return write_texts(folder, dict.fromkeys(names, LFS_POINTER))


@pytest.mark.parametrize(
    ('verb', 'fault'), [(verb, fault) for verb, faults in REFUSALS.items() for fault in faults])
def test_what_cannot_work_is_refused_in_one_line(
    dataset: Path, tmp_path: Path, verb: str, fault: str,
) -> None:
    given, message = REFUSALS[verb][fault]
    output = tmp_path / 'out'
    places = {'DATASET': dataset, 'EMPTY': Path(__file__).parent, 'OUT': output,
              'FILE': tmp_path / 'file', 'MIXED': mixed(tmp_path / 'mixed'),
              'POINTERS': pointers(tmp_path / 'pointers')}
    places['FILE'].touch()

    outcome = CliRunner().invoke(main, [verb, *(
        re.sub(r'^[A-Z]+', lambda name: str(places[name[0]]), argument)
        for argument in given.split())])

    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1
    assert outcome.stdout == ''
    assert [path.name for path in output.rglob('*')] in ([], ['.lock'])
