"""``rat_tracker track`` says where the target is, and why it cannot."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from click.testing import Result
import numpy as np
import pytest
from ros import scene
from ros.calibrated_scene import FOCAL
from ros.calibrated_scene import NEAR
from ros.calibrated_scene import place
from support_bags import read_bag
from support_bags import spots
from support_bags import TOPIC
from support_positions import DEPTH_TOPIC
from support_positions import depths
from support_positions import images
from support_positions import INFO_TOPIC
from support_positions import infos
from support_positions import NODE
from support_positions import pictures
from support_positions import record

from rat_tracker.cli import main

COUNT = 12
TRACKER = 'rat:patch_side=128:channels=8:ranking_channels=8'


def track(bag: Path, output: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [
        'track', str(bag), '--box', str(scene.red_box(0)), '--tracker', TRACKER, '--output',
        str(output), *arguments])


def row(result: Result, label: str) -> int:
    """Return what the summary counts under this label."""
    (line,) = (line for line in result.output.splitlines() if f'│ {label} ' in line)
    return int(line.strip('│ ').split('│')[1])


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    return record(tmp_path / 'bag', images(spots(COUNT)), infos(COUNT), depths(pictures(COUNT)))


def test_bearings_need_no_option(bag: Path, tmp_path: Path) -> None:
    result = track(bag, tmp_path / 'out', '--topic', TOPIC)

    assert result.exit_code == 0, result.output
    assert row(result, 'bearings') == row(result, 'TRACKING') == COUNT
    assert ' poses ' not in result.output
    assert len(read_bag(tmp_path / 'out')[f'{NODE}/bearing']) == COUNT


@pytest.mark.parametrize('pace', [[], ['--realtime']])
def test_poses_come_of_depth_beside_the_only_other_images(
    bag: Path, tmp_path: Path, pace: list[str],
) -> None:
    result = track(bag, tmp_path / 'out', '--depth', DEPTH_TOPIC, *pace)

    assert result.exit_code == 0, result.output
    found = read_bag(tmp_path / 'out')
    # In real time a slow machine leaves out images, and may lose the target over it.
    assert row(result, 'poses') == row(result, 'bearings') == row(result, 'TRACKING')
    assert len(found[f'{NODE}/pose']) == row(result, 'poses')
    assert len(found[f'{NODE}/pose_with_covariance']) == row(result, 'poses')
    assert found[f'{NODE}/pose'][0][1].pose.position.z == pytest.approx(NEAR)


@pytest.mark.parametrize('side', ['height', 'width'])
def test_poses_come_of_the_known_size(bag: Path, tmp_path: Path, side: str) -> None:
    metres = NEAR * scene.red_box(0).height / FOCAL

    result = track(bag, tmp_path / 'out', '--topic', TOPIC, f'--target-{side}', f'{metres:.9f}')

    assert result.exit_code == 0, result.output
    assert row(result, 'poses') == COUNT
    point = read_bag(tmp_path / 'out')[f'{NODE}/pose'][0][1].pose.position
    assert (point.x, point.y, point.z) == pytest.approx(place(scene.red_box(0), NEAR), abs=1e-6)


def test_what_is_not_written_is_explained_beside_the_table(tmp_path: Path) -> None:
    bag = record(tmp_path / 'bag', images(spots(4)), infos(4, k=np.zeros(9), p=np.zeros(12)))
    bare = record(tmp_path / 'bare', images(spots(4)))

    uncalibrated = track(bag, tmp_path / 'out', '--target-height', '1.7')
    without = track(bare, tmp_path / 'without')

    assert (uncalibrated.exit_code, without.exit_code) == (0, 0)
    assert (f'4 of 4 images in state TRACKING have no bearing, the first because: {INFO_TOPIC} '
            'has only zeros in k') in uncalibrated.output
    assert (row(uncalibrated, 'bearings'), row(uncalibrated, 'poses')) == (0, 0)
    assert f'no bearing is written: {bare} has no topic {INFO_TOPIC}' in without.output
    assert row(without, 'bearings') == 0


def test_the_tolerance_and_the_geometry_may_be_given(bag: Path, tmp_path: Path) -> None:
    # Only every other image has a depth image; the next is 33 ms away.
    halved = record(tmp_path / 'halved', images(spots(COUNT)), infos(COUNT, p=-np.ones(12)),
                    list(depths(pictures(COUNT)))[::2])

    strict = track(halved, tmp_path / 'strict', '--depth', DEPTH_TOPIC,
                   '--depth-tolerance', '0.01')
    rectified = track(halved, tmp_path / 'other', '--topic', TOPIC,
                      '--image-geometry', 'rectified')

    assert row(strict, 'poses') == COUNT / 2
    assert 'depth_tolerance is 0.01 s' in strict.output
    assert 'has -1 in p[4], where a camera matrix has zero' in rectified.output


def test_a_bag_with_nothing_but_depth_is_refused_as_that(tmp_path: Path) -> None:
    bag = record(tmp_path / 'bag', infos(2), depths(pictures(2)))

    result = track(bag, tmp_path / 'out', '--depth', DEPTH_TOPIC)

    assert result.exit_code == 2
    assert (f'{bag} has no topic with images, of sensor_msgs/Image or CompressedImage, beside '
            f'that of depth; it has {INFO_TOPIC}, {DEPTH_TOPIC}') in result.output


REFUSALS = {
    'two sources': (['--depth', DEPTH_TOPIC, '--target-height', '1.7'], 'give one of them'),
    'too high': (['--target-height', '500'], 'target_height is 500; it must be'),
    'no height': (['--target-height', '0'], '--target-height is 0; write the metres'),
    'no width': (['--target-width', '0'], '--target-width is 0; write the metres'),
    'no number': (['--target-width', 'nan'], 'target_width is nan; it must be'),
    'no tolerance': (['--depth', DEPTH_TOPIC, '--depth-tolerance', '-1'],
                     'depth_tolerance is -1; it must be'),
    'no such calibration': (['--camera-info', '/nose'], 'no topic /nose; its topics with '
                            f'calibrations: {INFO_TOPIC}'),
    'no calibration': (['--camera-info', TOPIC], 'not of calibrations'),
    'no such depth': (['--depth', '/nose'], 'no topic /nose; its topics with images'),
    'no depth': (['--depth', INFO_TOPIC], 'not of images'),
    'the images': (['--depth', TOPIC], 'holds the images that are followed'),
}


@pytest.mark.parametrize('case', REFUSALS)
def test_what_cannot_work_is_refused_on_one_line(bag: Path, tmp_path: Path, case: str) -> None:
    arguments, words = REFUSALS[case]

    result = track(bag, tmp_path / 'out', '--topic', TOPIC, *arguments)

    assert result.exit_code == 2, result.output
    assert words in result.output
    assert len(result.output.strip().splitlines()) == 1, result.output
    assert [path.name for path in tmp_path.iterdir()] == ['bag']
