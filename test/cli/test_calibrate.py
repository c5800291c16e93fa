"""``rat_tracker calibrate``, from the command line to the options that it names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
import re

from click.testing import CliRunner
import pytest
from support_datasets import SMALL
from support_datasets import write_sequence

from rat_tracker.cli import main
from rat_tracker.trackers import tracker_parameters


@pytest.fixture(scope='module')
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an easy sequence, one whose target is too fast, and one with a hidden target.

    The second has wrong boxes with a higher score than right ones of the third: without both, no
    fit would be the best.
    """
    folder = tmp_path_factory.mktemp('set')
    write_sequence(folder / 'easy', replace(SMALL, length=12))
    write_sequence(folder / 'fast', replace(SMALL, length=12, speed=60), seed=3)
    write_sequence(folder / 'hidden', replace(SMALL, length=24, occlusion=1.0), seed=1)
    return folder


def calibrate(*arguments: object) -> str:
    outcome = CliRunner().invoke(main, ['calibrate', *map(str, arguments)])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def test_options_that_calibrate_are_printed_and_work(dataset: Path, tmp_path: Path) -> None:
    shown = calibrate(dataset, '--tracker', 'rat:patch_side=128', '--output', tmp_path)

    assert re.search(r'expected calibration error\D+\d\.\d{3}\D+\d\.\d{3}', shown)
    name = re.search(r'rat:patch_side\S+', shown)
    assert name is not None
    found = tracker_parameters(name[0])
    assert found.patch_side == 128
    assert found.confidence.steepness > 0


def test_calibrating_a_second_time_changes_nothing(dataset: Path, tmp_path: Path) -> None:
    first = re.search(
        r'rat:\S+', calibrate(dataset, '--tracker', 'rat:patch_side=128', '--output', tmp_path))
    assert first is not None

    second = re.search(
        r'rat:\S+', calibrate(dataset, '--tracker', first[0], '--output', tmp_path))

    assert second is not None
    assert numbers(second[0]) == pytest.approx(numbers(first[0]), rel=0.02)


def numbers(name: str) -> list[float]:
    return [float(option.partition('=')[2]) for option in name.split(':')[1:]]


REFUSALS = {
    'peer': (['--tracker', 'opencv:csrt'], "unknown tracker 'opencv'; choose one of: rat"),
    'no data set': (['/nowhere'], 'data set /nowhere is not a folder'),
}


@pytest.mark.parametrize('fault', REFUSALS)
def test_what_cannot_work_is_refused_in_one_line(
    dataset: Path, tmp_path: Path, fault: str,
) -> None:
    arguments, message = REFUSALS[fault]
    if arguments[0].startswith('--'):
        arguments = [str(dataset), *arguments]

    outcome = CliRunner().invoke(main, ['calibrate', *arguments, '--output', str(tmp_path)])

    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1


def test_sequences_on_which_every_box_is_right_are_refused(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'set' / 'easy')

    outcome = CliRunner().invoke(main, [
        'calibrate', str(tmp_path / 'set'), '--output', str(tmp_path / 'out')])

    assert outcome.exit_code == 2
    assert 'of 5 boxes 5 are right; to calibrate a score takes some of both' in outcome.stderr
