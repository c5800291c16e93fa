"""``rat_tracker calibrate``, from the command line to the options that it names.

Which boxes are right depends on the processor where a target is hard to follow. Here it does not:
a target that stands still is followed everywhere, and no box is right where the file says that the
target is four pixels large and in a corner. How the scores of the two lie is left open.
"""

from __future__ import annotations

from dataclasses import replace
import math
from pathlib import Path
import re

from click.testing import CliRunner
from click.testing import Result
import cv2
from hypothesis import given
from hypothesis import strategies
import numpy as np
import pytest
from support_datasets import SMALL
from support_datasets import write_sequence

from rat_tracker.cli import main
from rat_tracker.cli.calibrate import fitted_name
from rat_tracker.trackers import tracker_parameters
from rat_tracker.trackers.rat.parameters import MIDPOINT_RANGE
from rat_tracker.trackers.rat.parameters import RatConfidence
from rat_tracker.trackers.rat.parameters import SLOPE_RANGE

EASY = replace(SMALL, length=8, speed=0)
IN_A_CORNER = '1,1,4,4\n'


def write_noise_after(folder: Path, first: int) -> None:
    """Overwrite the images behind the first ones with noise."""
    random = np.random.default_rng(0)
    for path in sorted((folder / 'img').iterdir())[first:]:
        cv2.imwrite(str(path), random.integers(0, 256, (120, 160, 3), np.uint8))


def say_in_a_corner_after(folder: Path, first: int) -> None:
    """Let the file say that the target is in a corner, but for the first frames."""
    path = folder / 'groundtruth_rect.txt'
    lines = path.read_text().splitlines(keepends=True)
    path.write_text(''.join(lines[:first] + [IN_A_CORNER] * (len(lines) - first)))


@pytest.fixture(scope='module')
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return right boxes with high scores, wrong ones with low, and one wrong one with a high."""
    folder = tmp_path_factory.mktemp('set')
    write_sequence(folder / 'easy', EASY)
    write_sequence(folder / 'gone', EASY, seed=1)
    write_noise_after(folder / 'gone', 1)
    say_in_a_corner_after(folder / 'gone', 1)
    write_sequence(folder / 'mistaken', EASY, seed=2)
    say_in_a_corner_after(folder / 'mistaken', 7)
    return folder


@pytest.fixture(scope='module')
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where runs are kept, so that each is made once."""
    return tmp_path_factory.mktemp('runs')


def calibrate(*arguments: object) -> Result:
    return CliRunner().invoke(main, ['calibrate', *map(str, arguments)])


def name_of(outcome: Result) -> str:
    assert outcome.exit_code == 0, outcome.output
    found = re.search(r'^rat:\S+$', outcome.stdout, re.MULTILINE)
    assert found is not None
    return found[0]


def test_options_that_calibrate_are_printed_and_work(dataset: Path, store: Path) -> None:
    outcome = calibrate(dataset, '--tracker', 'rat:patch_side=128', '--output', store)

    assert re.search(r'expected calibration error\D+\d\.\d{3}\D+\d\.\d{3}', outcome.stdout)
    found = tracker_parameters(name_of(outcome))
    assert found == replace(tracker_parameters('rat:patch_side=128'), confidence=found.confidence)
    assert found.confidence != RatConfidence()


def test_separable_boxes_give_options_that_work_and_a_note(
    dataset: Path, store: Path, tmp_path: Path,
) -> None:
    """The likelihood of what is printed grows with the slope, up to what the tracker takes."""
    for name in ('easy', 'gone'):
        (tmp_path / name).symlink_to(dataset / name)

    outcome = calibrate(tmp_path, '--tracker', 'rat:patch_side=128', '--output', store)

    assert tracker_parameters(name_of(outcome)).confidence.slope == SLOPE_RANGE[1]
    assert outcome.stderr.endswith(
        'confidence.slope ended at the limit of its range, 100: these frames do not say how '
        'large it is; choose more or harder sequences\n')


@pytest.mark.parametrize('options', ['midpoint=10', 'midpoint=0.01', 'slope=100',
                                     'slope=0.1'])
def test_what_a_tracker_was_calibrated_to_before_changes_nothing(
    dataset: Path, store: Path, options: str,
) -> None:
    first = name_of(calibrate(dataset, '--tracker', 'rat:patch_side=128', '--output', store))

    again = f'rat:confidence.{options}:patch_side=128'
    assert name_of(calibrate(dataset, '--tracker', first, '--output', store)) == first
    assert name_of(calibrate(dataset, '--tracker', again, '--output', store)) == first


def test_options_of_the_tracker_make_the_scores_before(dataset: Path, store: Path) -> None:
    def error_before(options: str) -> str:
        outcome = calibrate(
            dataset, '--tracker', f'rat:patch_side=128{options}', '--output', store)
        found = re.search(r'expected calibration error\D+(\d\.\d{3})', outcome.stdout)
        assert found is not None
        return found[1]

    assert error_before('') != error_before(':confidence.slope=0.1')


@given(strategies.floats(*map(math.log, MIDPOINT_RANGE)), strategies.floats(*SLOPE_RANGE),
       strategies.sampled_from(['rat', 'rat:', 'rat:patch_side=128',
                                'rat:confidence.slope=3:patch_side=128',
                                'rat:confidence.midpoint=0.2:confidence.learn_above=0.4']))
def test_every_name_that_can_be_printed_is_taken(
    log_midpoint: float, slope: float, tracker: str,
) -> None:
    midpoint = min(max(math.exp(log_midpoint), MIDPOINT_RANGE[0]), MIDPOINT_RANGE[1])
    given = tracker_parameters(tracker)
    fitted = replace(given.confidence, midpoint=midpoint, slope=slope)

    found = tracker_parameters(fitted_name(tracker, fitted))

    assert found == replace(given, confidence=replace(
        fitted, midpoint=found.confidence.midpoint, slope=found.confidence.slope))
    assert found.confidence.midpoint == pytest.approx(midpoint, rel=1e-3)
    assert found.confidence.slope == pytest.approx(slope, rel=1e-3)


def test_each_of_two_sources_is_judged_by_a_calibration_of_the_other(
    dataset: Path, tmp_path: Path,
) -> None:
    """Both hold the same sequence, which names may do, and wrong boxes of their own."""
    for source in ('one', 'other'):
        (tmp_path / source).mkdir()
        (tmp_path / source / 'easy').symlink_to(dataset / 'easy')
    (tmp_path / 'one' / 'gone').symlink_to(dataset / 'gone')
    later = tmp_path / 'other' / 'gone later'
    write_sequence(later, EASY, seed=3)
    write_noise_after(later, 3)
    say_in_a_corner_after(later, 3)

    outcome = calibrate(tmp_path / 'one', tmp_path / 'other', '--tracker', 'rat:patch_side=128',
                        '--output', tmp_path / 'runs')

    assert 'expected calibration error of each source' in outcome.stdout
    found = re.findall(r'│ (one|other) +│ +2 │(?: +\d\.\d{3} │){3} +\d\.\d{3}', outcome.stdout)
    assert found == ['one', 'other']
    assert tracker_parameters(name_of(outcome)).confidence != RatConfidence()


def test_a_source_without_which_nothing_can_be_fitted_is_named(
    dataset: Path, tmp_path: Path,
) -> None:
    (tmp_path / 'all right').mkdir()
    (tmp_path / 'all right' / 'easy').symlink_to(dataset / 'easy')
    (tmp_path / 'mixed').mkdir()
    for name in ('gone', 'mistaken'):
        (tmp_path / 'mixed' / name).symlink_to(dataset / name)

    outcome = calibrate(tmp_path / 'all right', tmp_path / 'mixed', '--tracker',
                        'rat:patch_side=128', '--output', tmp_path / 'runs')

    assert outcome.exit_code == 1
    assert re.search(r'│ mixed +│ +2 │ +\d\.\d{3} │ +\d\.\d{3} │ +– │', outcome.stdout)
    assert ('without mixed nothing can be fitted: of 7 boxes 7 are right; to calibrate a score '
            'takes some of both kinds') in outcome.stderr


def test_two_sources_of_one_name_are_refused(dataset: Path, tmp_path: Path) -> None:
    outcome = calibrate(dataset, dataset, '--output', tmp_path)

    assert outcome.exit_code == 2
    assert outcome.stderr == (f'Error: two folders are called {dataset.name}; rename one, or name '
                              'each once\n')


def test_sequences_on_which_every_box_is_right_are_refused(dataset: Path, store: Path) -> None:
    outcome = calibrate(
        dataset / 'easy', '--tracker', 'rat:patch_side=128', '--output', store)

    assert outcome.exit_code == 2
    assert 'of 7 boxes 7 are right; to calibrate a score takes some of both' in outcome.stderr
