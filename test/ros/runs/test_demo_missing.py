"""What a demonstration has found is written although a picture, or a file, cannot be."""

from __future__ import annotations

from collections.abc import Callable
import csv
from dataclasses import replace
import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from ros.runs.test_demo_summary import record
from ros.runs.test_demo_summary import stamp
from support_files import no_file_larger_than

from rat_tracker.evaluation.clips.video_writer import LARGEST
from rat_tracker.geometry import Box
from rat_tracker.ros.runs.demo.__main__ import write_results
from rat_tracker.ros.runs.demo.playback import Playback
from rat_tracker.ros.runs.demo.run import DemoResult
from rat_tracker.ros.runs.record import AttentionCut
from rat_tracker.ros.runs.record import RunRecord
from rat_tracker.system.missing import Missing
from rat_tracker.system.program import make_console

COUNT = 4
BOX = Box(20, 20, 24, 24)
FILES = ['annotated.mp4', 'attention.png', 'boxes.csv', 'summary.json']


def outcome(folder: Path, size: tuple[int, int] = (320, 240)) -> DemoResult:
    """Return a run of a clip of noise, which no codec makes small."""
    clip = folder / 'clip'
    clip.mkdir(parents=True)
    noise = np.random.default_rng(1)
    for number in range(COUNT):
        image = noise.integers(0, 256, (size[1], size[0], 3), np.uint8)
        (clip / f'{number}.png').write_bytes(cv2.imencode('.png', image)[1].tobytes())
    (folder / 'out').mkdir()
    light = AttentionCut(np.full((16, 16), 200, np.uint8), BOX)
    return DemoResult(
        Playback(str(clip), size, 10.0, COUNT, False, BOX, {}, folder / 'out'),
        [stamp(number) for number in range(COUNT)], '1',
        RunRecord(targets={stamp(number): record(number, box=BOX) for number in range(COUNT)},
                  attentions={stamp(number): light for number in range(COUNT)}))


def write(result: DemoResult) -> tuple[list[str], list[str]]:
    """Write the results; return what is there and what is said to be missing."""
    missing = Missing()
    write_results(result, missing, make_console())
    folder = result.playback.folder
    with (folder / 'boxes.csv').open(newline='') as file:
        assert len(list(csv.DictReader(file))) == COUNT
    assert json.loads((folder / 'summary.json').read_text())['frames_processed'] == COUNT
    return sorted(path.name for path in folder.iterdir()), missing.lines


def test_everything_is_there_and_nothing_is_reported(tmp_path: Path) -> None:
    assert write(outcome(tmp_path)) == (FILES, [])


@pytest.mark.parametrize('name', [
    'résultats', os.fsdecode(b'caf\xe9'), 'two\nlines', '[red]%d', "it's $HOME", '-out'])
def test_the_folder_may_be_called_anything(tmp_path: Path, name: str) -> None:
    assert write(outcome(tmp_path / name)) == (FILES, [])


def test_a_picture_wider_than_the_codec_takes_is_drawn_smaller(
    tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    result = outcome(tmp_path, (LARGEST + 9, 64))

    assert write(result) == (FILES, [])

    output = ' '.join(capsys.readouterr().out.split())
    assert f'annotated.mp4 is drawn at {LARGEST}x64: MPEG-4 holds pictures of {LARGEST}' in output
    video = cv2.VideoCapture(str(result.playback.folder / 'annotated.mp4'))
    assert video.read()[0]


def test_a_full_disk_costs_the_pictures_that_it_does_not_take(
    tmp_path: Path, capfd: pytest.CaptureFixture[str],
) -> None:
    result = outcome(tmp_path)

    with no_file_larger_than(8192):
        there, lines = write(result)

    assert there == ['boxes.csv', 'summary.json']
    assert [line.partition(' is missing: ')[0] for line in lines] == [
        str(result.playback.folder / name) for name in ('annotated.mp4', 'attention.png')]
    assert 'is there room for it?' in lines[0]
    assert lines[1].endswith('File too large')
    assert all('\n' not in line for line in lines)
    assert capfd.readouterr().err == ''


def in_the_way(name: str) -> Callable[[DemoResult], object]:
    return lambda result: (result.playback.folder / name).mkdir()


def without_its_clip(result: DemoResult) -> None:
    clip = Path(result.playback.video)
    clip.rename(clip.with_name('gone'))


@pytest.mark.parametrize(('harm', 'there', 'words'), [
    (in_the_way('annotated.mp4'), ['attention.png'], 'annotated.mp4 is missing: '),
    (in_the_way('attention.png'), ['annotated.mp4'], 'attention.png is missing: Is a directory'),
    (without_its_clip, [], 'is missing: video'),
])
def test_one_picture_that_cannot_be_written_costs_no_other(
    tmp_path: Path, harm: Callable[[DemoResult], object], there: list[str], words: str,
) -> None:
    result = outcome(tmp_path)
    harm(result)

    found, lines = write(result)

    assert {*there, 'boxes.csv', 'summary.json'} <= set(found)
    assert len(lines) == 1
    assert words in lines[0]


@pytest.mark.parametrize('name', ['boxes.csv', 'summary.json'])
def test_figures_that_cannot_be_written_cost_no_picture(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str],
) -> None:
    result = outcome(tmp_path)
    (result.playback.folder / name).mkdir()
    missing = Missing()

    write_results(result, missing, make_console())

    assert [line.partition(' is missing: ')[0] for line in missing.lines] == [
        str(result.playback.folder / name)]
    assert 'frames processed' in capsys.readouterr().out
    assert cv2.imread(str(result.playback.folder / 'attention.png')) is not None


def test_an_image_of_a_camera_that_is_none_is_left_out(tmp_path: Path) -> None:
    result = outcome(tmp_path)
    whole = cv2.imencode('.jpg', np.zeros((240, 320, 3), np.uint8))[1].tobytes()
    result.record.jpegs.update({stamp(number): whole for number in range(COUNT)})
    result.record.jpegs[stamp(1)] = b'no image'

    live = replace(result, playback=replace(result.playback, live=True))
    assert write(live) == (FILES, [])
