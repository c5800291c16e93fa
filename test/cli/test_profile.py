"""``rat_tracker profile``: where a frame's time goes."""

from __future__ import annotations

import json
import os
from pathlib import Path
import re
import subprocess
import sys

from click.testing import CliRunner
import cv2
import pytest
import torch

from rat_tracker.cli import main
from rat_tracker.evaluation.clips.synthetic import render
from rat_tracker.evaluation.clips.synthetic import Scene

# Without the box head's boxes: it was trained on larger patches, and on these its boxes grow to
# the whole image, for which the cropper takes more memory once.
TRACKER = 'rat:patch_side=64:channels=8:ranking_channels=8:box_estimator.rate=0'
SMALL = ['--tracker', TRACKER, '--engine', 'torch', '--device', 'cpu']
STAGES = ('crop', 'network', 'response', 'learning', 'other', 'total')


def test_stages_of_a_synthetic_clip_are_printed() -> None:
    outcome = CliRunner().invoke(main, ['profile', *SMALL, '--frames', '4'])

    assert outcome.exit_code == 0, outcome.output
    for text in (*STAGES, 'p50 ms', 'p99 ms', '100%', 'torch on cpu', 'over 4 frames', 'init ',
 ' MB', ' cores; Python 3.', ' CPU seconds per 1,000 frames', 'MB after warm-up',
                 'MB after 4 frames, peak ', ' MB; 9.2 MB of it are the clip', 'energy: '):
        assert text in outcome.output


def test_memory_is_flat_and_told_in_a_file(tmp_path: Path) -> None:
    """In a process of its own: nobody else's memory comes back meanwhile."""
    file = tmp_path / 'profile.json'
    outcome = subprocess.run(
        [sys.executable, '-m', 'rat_tracker', 'profile', *SMALL, '--frames', '600',
         '--json', file], check=False, capture_output=True, text=True,
        # Threads that wait for each other take ages where other tests run at the same time.
        env={**os.environ, 'OMP_NUM_THREADS': '1'})

    assert outcome.returncode == 0, outcome.stderr
    figures = json.loads(file.read_text(encoding='utf-8'))
    memory = figures['resident']
    assert memory['at_end'] - memory['after_warm_up'] < 4_000_000
    assert memory['peak'] >= memory['at_end'] > 100_000_000  # torch alone takes more
    assert (figures['frames'], figures['targets'], figures['engine']) == (600, 1, 'torch on cpu')
    assert [stage['name'] for stage in figures['stages']][-1] == 'total'
    assert figures['cpu_seconds'] > 0


def test_several_targets_are_compared_with_one() -> None:
    outcome = CliRunner().invoke(
        main, ['profile', *SMALL, '--frames', '4', '--targets', '2'])

    assert outcome.exit_code == 0, outcome.output
    assert 'torch on cpu, 2 targets' in outcome.output
    assert re.search(r'2 targets together: p50 [\d.]+ ms, p99 [\d.]+ ms; one alone: .* ratio ',
                     outcome.output)


@pytest.mark.skipif(not torch.cuda.is_available(), reason='this needs an NVIDIA GPU')
def test_gpu_is_measured_with_one_target_and_with_two() -> None:
    outcome = CliRunner().invoke(main, [
        'profile', '--tracker', TRACKER, '--engine', 'torch', '--device', 'cuda', '--frames', '20',
        '--targets', '2'])

    assert outcome.exit_code == 0, outcome.output
    assert re.search(r'torch on cuda.*, 2 targets', outcome.output)
    assert re.search(r'2 targets together: p50 [\d.]+ ms', outcome.output)
    assert re.search(r'GPU memory: peak [\d.]+ MB', outcome.output)


def test_video_is_profiled_as_a_program(tmp_path: Path) -> None:
    clip = list(render(Scene(length=12)))
    for number, frame in enumerate(clip):
        cv2.imwrite(str(tmp_path / f'{number:02}.png'), frame.image)

    outcome = subprocess.run(
        [sys.executable, '-m', 'rat_tracker', 'profile', '--tracker', TRACKER,
         '--video', tmp_path, '--box', ','.join(map(str, clip[0].box.values))],
        check=False, capture_output=True, text=True)

    assert outcome.returncode == 0, outcome.stderr
    # Twelve images: the first one starts the tracker, five warm it up.
    assert 'over 6 frames' in outcome.stdout
    assert 'the clip' not in outcome.stdout  # it is not held in memory


def test_box_outside_the_video_is_refused(tmp_path: Path) -> None:
    for number, frame in enumerate(render(Scene(length=2))):
        cv2.imwrite(str(tmp_path / f'{number}.png'), frame.image)

    outcome = CliRunner().invoke(main, [
        'profile', '--tracker', TRACKER, '--engine', 'torch', '--device', 'cpu',
        '--video', str(tmp_path), '--box', '900,1,9,9'])

    assert outcome.exit_code == 2
    assert 'centre outside the 320x240 image' in outcome.stderr


def test_synthetic_clip_without_its_pictures_is_refused_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, 'skimage', None)  # as if it were not installed

    outcome = CliRunner().invoke(main, ['profile', '--frames', '1'])

    assert outcome.exit_code == 2
    assert 'pip install -r requirements/test.txt' in outcome.stderr
    assert outcome.stderr.count('\n') == 1
