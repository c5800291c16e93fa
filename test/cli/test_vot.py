"""``rat_tracker vot``, from the command line to the files."""

from __future__ import annotations

import csv
from pathlib import Path
import re

from click.testing import CliRunner
from click.testing import Result
import pytest
from support_datasets import write_sequence

from rat_tracker.cli import main
from rat_tracker.evaluation.datasets import load_dataset
from rat_tracker.evaluation.synthetic import Scene
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import read_trajectory
from rat_tracker.evaluation.vot.regions import truth_regions
from rat_tracker.evaluation.vot.run import Run
from rat_tracker.evaluation.vot.supervised import supervised_figures

# Too fast for KCF.
FAST = Scene(width=160, height=120, length=30, target_width=24, target_height=30, speed=14)


@pytest.fixture(scope='module')
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set of two sequences of 30 frames; one is not easy."""
    folder = tmp_path_factory.mktemp('set')
    write_sequence(folder / 'fast', FAST)
    write_sequence(folder / 'slow', Scene(width=160, height=120, length=30, target_width=24,
                                          target_height=30))
    return folder


def invoke(*arguments: object) -> Result:
    return CliRunner().invoke(main, ['vot', *map(str, arguments)])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding='utf-8') as file:
        return list(csv.DictReader(file))


def test_supervised_figures_are_those_of_the_runs_that_are_written(
    dataset: Path, tmp_path: Path,
) -> None:
    outcome = invoke(dataset, '--trackers', 'opencv:kcf,opencv:csrt', '--eao-range', '5-20',
                     '--output', tmp_path)

    assert outcome.exit_code == 0, outcome.output
    found = rows(tmp_path / 'supervised.csv')
    assert [(row['tracker'], row['sequence'], row['frames']) for row in found] == [
        (tracker, sequence, frames) for tracker in ('opencv:kcf', 'opencv:csrt')
        for sequence, frames in (('fast', '30'), ('slow', '30'), ('ALL', '60'))]
    runs = []
    for sequence in load_dataset(dataset):
        file = (tmp_path / 'results' / 'opencv:kcf' / 'supervised' / sequence.name
                / f'{sequence.name}_001.txt')
        runs.append([Run.compare(read_trajectory(file), truth_regions(sequence), (160, 120))])
        assert len(file.with_name(f'{sequence.name}_001_time.value').read_text().split('\n')) == 31
    assert Code.FAILURE in runs[0][0].trajectory
    figures = supervised_figures(runs, (5, 20))
    for name in ('accuracy', 'failures', 'robustness', 'eao'):
        assert float(found[2][name]) == pytest.approx(getattr(figures, name), abs=1e-5)
    assert float(found[2]['fps']) > 0
    assert re.search(rf'ALL.*{figures.accuracy:.3f}.*{figures.eao:.3f}', outcome.output)


def test_unsupervised_experiment_gives_accuracy_and_success(
    dataset: Path, tmp_path: Path,
) -> None:
    outcome = invoke(dataset, '--trackers', 'opencv:csrt', '--experiment', 'unsupervised',
                     '--output', tmp_path, '--frames', '20')

    assert outcome.exit_code == 0, outcome.output
    slow = rows(tmp_path / 'unsupervised.csv')[1]
    assert (slow['sequence'], slow['frames']) == ('slow', '20')
    assert float(slow['accuracy']) > 0.7
    assert float(slow['success']) > 0.7


def test_multistart_experiment_runs_from_both_ends(dataset: Path, tmp_path: Path) -> None:
    """OTB has no anchors: the first and the last frame are."""
    outcome = invoke(dataset, '--trackers', 'opencv:csrt', '--experiment', 'multistart',
                     '--eao-range', '5-20', '--output', tmp_path)

    assert outcome.exit_code == 0, outcome.output
    place = tmp_path / 'results' / 'opencv:csrt' / 'multistart' / 'slow'
    for name in ('slow_00000000', 'slow_00000029'):
        trajectory = read_trajectory(place / f'{name}.txt')
        assert len(trajectory) == 30
        assert trajectory[0] is Code.INITIALIZATION
    slow = rows(tmp_path / 'multistart.csv')[1]
    assert float(slow['robustness']) == 1
    assert float(slow['eao']) > 0.7


def test_expected_overlap_of_no_length_says_so(dataset: Path, tmp_path: Path) -> None:
    outcome = invoke(dataset, '--trackers', 'opencv:kcf', '--output', tmp_path)

    assert outcome.exit_code == 0, outcome.output
    assert rows(tmp_path / 'supervised.csv')[2]['eao'] == 'nan'
    assert 'as many frames as the range begins with; give another one with --eao-range' in (
        outcome.output)


def test_lengths_that_no_run_has_are_told_of(dataset: Path, tmp_path: Path) -> None:
    outcome = invoke(dataset, '--trackers', 'opencv:kcf', '--experiment', 'multistart',
                     '--output', tmp_path)

    assert outcome.exit_code == 0, outcome.output
    assert 'no run has more than 30 frames, and longer ones count as 0' in outcome.output


REFUSALS = {
    'no such folder': (['/nowhere'], 'data set /nowhere is not a folder'),
    'unknown tracker': (['DATASET', '--trackers', 'cat'], "unknown tracker 'cat'"),
    'no tracker': (['DATASET', '--trackers', ','], 'no tracker is named'),
    'range that is none': (['DATASET', '--eao-range', '20'], "'20' is not a range of frames"),
    'range from its end': (['DATASET', '--eao-range', '20-10'], 'is not a range of frames'),
    'range of nothing': (
        ['DATASET', '--experiment', 'unsupervised', '--eao-range', '5-20'],
        'leave --eao-range away'),
}


@pytest.mark.parametrize('fault', REFUSALS)
def test_what_cannot_work_is_refused_in_one_line(
    dataset: Path, tmp_path: Path, fault: str,
) -> None:
    arguments, message = REFUSALS[fault]

    outcome = invoke(*(argument.replace('DATASET', str(dataset)) for argument in arguments),
                     '--output', tmp_path / 'out')

    assert outcome.exit_code == 2
    assert message in outcome.stderr
    assert outcome.stderr.count('\n') == 1
    assert not (tmp_path / 'out').exists()


def test_image_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'set' / 'card')
    (tmp_path / 'set' / 'card' / 'img' / '0004.jpg').write_bytes(b'not an image')

    outcome = invoke(tmp_path / 'set', '--trackers', 'opencv:kcf', '--output', tmp_path / 'out')

    assert outcome.exit_code == 2
    assert '0004.jpg cannot be read' in outcome.stderr


def test_output_that_cannot_be_written_is_named(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / 'file').touch()

    outcome = invoke(dataset, '--trackers', 'opencv:kcf', '--output', tmp_path / 'file')

    assert outcome.exit_code == 2
    assert 'file cannot be written' in outcome.stderr
    assert outcome.stderr.count('\n') == 1
