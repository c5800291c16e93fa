"""The demonstration from its command to its files, with every process real."""

from __future__ import annotations

import csv
from itertools import pairwise
import json
import os
from pathlib import Path
from shutil import copytree
import signal
import subprocess
import sys
import time

from click.testing import CliRunner
import cv2
import pytest
from ros.leftovers import await_end
from ros.leftovers import MARK
from ros.leftovers import nodes_of
from ros.node_process import ROOT

from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.clips.synthetic import SyntheticFrame
from rat_tracker.geometry import Box
from rat_tracker.ros.runs.demo.__main__ import main
from rat_tracker.ros.runs.demo.pictures import frames
from rat_tracker.ros.runs.demo.playback import Playback
from rat_tracker.ros.runs.demo.playback import playbacks
from rat_tracker.ros.runs.demo.run import run as run_playback
from rat_tracker.ros.runs.demo.summary import target_records
from rat_tracker.system.missing import Missing
from rat_tracker.video import VideoError

LENGTH = 20
# Slow, so that a process that stands still for some seconds does not leave many frames out.
RATE = 2.0
PATIENCE = 240.0  # seconds; the model is loaded by a fresh process each time


@pytest.fixture(scope='module')
def truth() -> list[SyntheticFrame]:
    return list(render(Scene(length=LENGTH, speed=3.0)))


@pytest.fixture(scope='module')
def clip(truth: list[SyntheticFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp('clip')
    for index, frame in enumerate(truth):
        assert cv2.imwrite(str(folder / f'{index}.png'), frame.image)
    return folder


def start(*arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, '-m', 'rat_tracker.ros.runs.demo', *map(str, arguments)], cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def demo(*arguments: object) -> subprocess.CompletedProcess[str]:
    process = start(*arguments)
    try:
        output, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def await_frames(process: subprocess.Popen[str], stamps: Path, count: int) -> None:
    """Wait until so many frames were published; fail if the demonstration ends before."""
    end = time.monotonic() + PATIENCE
    while not stamps.exists() or len(stamps.read_text().split()) < count:
        assert time.monotonic() < end, f'waited {PATIENCE:g} s in vain for {count} frames'
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)


@pytest.fixture(scope='module')
def run(
    clip: Path, truth: list[SyntheticFrame], tmp_path_factory: pytest.TempPathFactory, domain: int,
) -> Path:
    """Run the demonstration once; gives the folder of its results."""
    folder = tmp_path_factory.mktemp('results') / 'new' / 'folder'
    finished = demo('--video', clip, '--box', truth[0].box, '--rate', RATE, '--domain', domain,
                    '--output', folder)
    assert finished.returncode == 0, finished.stderr
    for word in ('frames processed', 'latency', 'no reference boxes', str(folder.name)):
        assert word in finished.stdout
    return folder


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / 'boxes.csv').open(newline='') as file:
        return list(csv.DictReader(file))


def test_summary_tells_what_became_of_every_frame(run: Path) -> None:
    summary = json.loads((run / 'summary.json').read_text())
    assert summary['frames_published'] == LENGTH
    assert summary['frames_processed'] == len(rows(run))
    assert summary['frames_processed'] + summary['frames_dropped'] == LENGTH
    assert summary['frames_processed'] >= LENGTH // 2
    assert summary['mean_overlap'] is None
    assert 0 < summary['latency_ms_p50'] <= summary['latency_ms_p99']
    assert 0 < summary['fps'] < RATE * 1.5
    assert (summary['width'], summary['height']) == (320, 240)
    assert sum(summary['frames_by_state'].values()) == summary['frames_processed']
    assert summary['engine']
    assert summary['versions']['torch']


def test_boxes_follow_the_target_from_the_first_frame_on(
    run: Path, truth: list[SyntheticFrame],
) -> None:
    table = rows(run)
    assert list(table[0]) == ['stamp', 'x', 'y', 'width', 'height', 'score', 'state']
    stamps = [int(line) for line in (run / 'stamps.txt').read_text().split()]
    numbers = [stamps.index(int(row['stamp'].replace('.', ''))) for row in table]
    assert numbers[0] == 0, 'no frame is lost before the selection'
    assert all(first < second for first, second in pairwise(numbers))
    for number, row in zip(numbers, table, strict=True):
        box = Box(*(float(row[name]) for name in ('x', 'y', 'width', 'height')))
        assert box.overlap(truth[number].box) > 0.6, f'frame {number}'
        assert 0 <= float(row['score']) <= 1
        assert row['state'] in ('TRACKING', 'UNCERTAIN')


def test_annotated_video_shows_every_frame_with_its_box(run: Path) -> None:
    video = cv2.VideoCapture(str(run / 'annotated.mp4'))
    assert video.get(cv2.CAP_PROP_FPS) == RATE
    images = []
    while (read := video.read())[0]:
        images.append(read[1])
    assert len(images) == LENGTH
    assert images[0].shape == (240, 320, 3)
    stamps = (run / 'stamps.txt').read_text().split()
    for row in rows(run)[1:]:
        image = images[stamps.index(row['stamp'].replace('.', ''))]
        # Around the middle of the left edge, the colour of TRACKING: sky blue.
        x, y = round(float(row['x'])), round(float(row['y']) + float(row['height']) / 2)
        if row['state'] == 'TRACKING':
            blue, _, red = image[y - 5:y + 5, x - 1:x + 2].reshape(-1, 3).max(axis=0).astype(int)
            assert blue > red + 40, f'no blue line at {x},{y}'


def test_contact_sheet_shows_the_attention(run: Path) -> None:
    sheet = cv2.imread(str(run / 'attention.png'))
    assert sheet is not None
    assert sheet.shape[1] > 2000
    assert sheet.std() > 10


@pytest.mark.whole
@pytest.mark.parametrize('name', [os.fsdecode(b'caf\xe9'), "two\nlines, it's $HOME"])
def test_clip_and_results_may_be_called_anything(
    clip: Path, truth: list[SyntheticFrame], tmp_path: Path, domain: int, name: str,
) -> None:
    copytree(clip, tmp_path / name / 'clip')
    output = tmp_path / name / 'out'

    finished = demo('--video', tmp_path / name / 'clip', '--box', truth[0].box, '--domain', domain,
                    '--output', output)

    assert finished.returncode == 0, finished.stderr
    assert len(rows(output)) > 1
    assert (output / 'annotated.mp4').stat().st_size


@pytest.mark.whole
def test_camera_is_not_held_and_its_images_are_recorded(
    clip: Path, truth: list[SyntheticFrame], tmp_path: Path, domain: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A file that is treated as a camera: all but the device itself.
    monkeypatch.setenv('ROS_DOMAIN_ID', str(domain))
    outcome = run_playback(Playback(
        str(clip), (320, 240), RATE, LENGTH, True, truth[0].box, {}, tmp_path),
        5.0, domain, lambda text, count: None)
    assert 3 <= len(outcome.stamps) <= LENGTH
    images = dict(frames(outcome, Missing()))
    followed = target_records(outcome)
    assert followed[0].stamp == outcome.stamps[0]
    assert followed[-1].stamp > outcome.stamps[0]
    # The first ones may have come before the recorder was known.
    missing = [stamp for stamp in outcome.stamps if stamp not in images]
    assert missing == outcome.stamps[:len(missing)]
    assert len(images) >= 3
    for record in followed:
        number = outcome.stamps.index(record.stamp)
        assert record.box.overlap(truth[number].box) > 0.6
        if record.stamp in images:
            assert cv2.absdiff(images[record.stamp], truth[number].image).mean() < 8


def test_video_without_a_box_is_refused(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(VideoError, match='BOX=x,y,width,height'):
        playbacks(str(clip), None, None, tmp_path)


@pytest.mark.parametrize(('video', 'complaint'), [
    ('/nowhere/clip.mp4', '/nowhere/clip.mp4 does not exist'),
    ('/dev/video63', '/dev/video63 does not exist'),
    (ROOT / 'LICENSE', 'cannot be opened as a video'),
    (ROOT / 'config', 'holds no image'),
])
def test_video_that_cannot_be_read_is_refused(
    video: object, complaint: str, tmp_path: Path,
) -> None:
    with pytest.raises(VideoError, match=complaint):
        playbacks(str(video), Box(1, 2, 3, 4), None, tmp_path)


def test_what_is_refused_ends_the_command_with_one_line(tmp_path: Path) -> None:
    finished = demo('--video', '/nowhere/clip.mp4', '--box', '1,2,3,4', '--output', tmp_path)
    assert finished.returncode == 2
    assert finished.stderr == 'demo: video /nowhere/clip.mp4 does not exist\n'


@pytest.mark.parametrize('box', ['1,2,3', 'a,b,c,d', '10,10,0,5', '10,10,nan,5'])
def test_malformed_box_is_refused(box: str) -> None:
    refused = CliRunner().invoke(main, ['--video', 'clip.mp4', '--box', box])
    assert refused.exit_code == 2
    assert 'box' in refused.output


@pytest.mark.whole
def test_box_outside_the_image_is_refused_in_the_words_of_the_service(
    clip: Path, tmp_path: Path, domain: int, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(MARK, str(tmp_path))
    finished = demo('--video', clip, '--box', '1000,1000,40,40', '--domain', domain,
                    '--output', tmp_path)
    assert finished.returncode == 2
    assert 'outside the 320x240 image' in finished.stderr
    assert nodes_of(tmp_path) == []


@pytest.mark.whole
@pytest.mark.parametrize(('how', 'code', 'results'), [
    (signal.SIGINT, 0, True), (signal.SIGTERM, 143, False), (signal.SIGKILL, -9, False)])
def test_no_process_is_left_behind_when_it_is_ended(
    clip: Path, truth: list[SyntheticFrame], tmp_path: Path, domain: int,
    monkeypatch: pytest.MonkeyPatch, how: signal.Signals, code: int, results: bool,
) -> None:
    monkeypatch.setenv(MARK, str(tmp_path))
    process = start('--video', clip, '--box', truth[0].box, '--rate', 1.0, '--domain', domain,
                    '--output', tmp_path)
    try:
        await_frames(process, tmp_path / 'stamps.txt', 3)
        nodes = nodes_of(tmp_path)
        process.send_signal(how)
        process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert len(nodes) == 2
    assert process.returncode == code
    for node in nodes:
        await_end(node, PATIENCE)
    assert (tmp_path / 'summary.json').exists() is results
    assert (tmp_path / 'annotated.mp4').exists() is results
