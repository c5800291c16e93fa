"""``rat_tracker vot``, from the command line to the files."""

from __future__ import annotations

import csv
from pathlib import Path
import re

from click.testing import CliRunner
from click.testing import Result
import cv2
import numpy as np
import pytest
from support_datasets import write_sequence
from support_datasets import write_video
from support_vot import read_trajectory

from rat_tracker.cli import main
from rat_tracker.datasets import load_dataset
from rat_tracker.evaluation.clips.synthetic import Scene
from rat_tracker.evaluation.vot.metrics import Run
from rat_tracker.evaluation.vot.metrics import vot_metrics
from rat_tracker.evaluation.vot.regions import Code
from rat_tracker.evaluation.vot.regions import truth_regions

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


def test_supervised_metrics_are_those_of_the_runs_that_are_written(
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
        runs.append(Run.compare(read_trajectory(file), truth_regions(sequence), (160, 120)))
        assert len(file.with_name(f'{sequence.name}_001_time.value').read_text().split('\n')) == 31
    assert Code.FAILURE in runs[0].trajectory
    metrics = vot_metrics(runs, (5, 20))
    for name in ('accuracy', 'failures', 'robustness', 'eao'):
        assert float(found[2][name]) == pytest.approx(getattr(metrics, name), abs=1e-5)
    assert float(found[2]['fps']) > 0
    assert re.search(rf'ALL.*{metrics.accuracy:.3f}.*{metrics.eao:.3f}', outcome.output)


def test_expected_overlap_of_no_length_says_so(dataset: Path, tmp_path: Path) -> None:
    outcome = invoke(dataset, '--trackers', 'opencv:kcf', '--output', tmp_path)

    assert outcome.exit_code == 0, outcome.output
    assert rows(tmp_path / 'supervised.csv')[2]['eao'] == 'nan'
    assert 'as many frames as the range begins with; give another one with --eao-range' in (
        outcome.output)


def test_run_that_fails_is_reported_and_does_not_stop_the_others(tmp_path: Path) -> None:
    """An image that cannot be read, images of mixed size, and a sequence after both."""
    scene = Scene(width=160, height=120, length=6, target_width=24, target_height=30)
    for name in ('broken', 'mixed', 'whole'):
        write_sequence(tmp_path / 'set' / name, scene)
    image = tmp_path / 'set' / 'broken' / 'img' / '0004.jpg'
    image.write_bytes(b'not an image')
    cv2.imwrite(str(tmp_path / 'set' / 'mixed' / 'img' / '0003.jpg'),
                np.zeros((80, 100, 3), np.uint8))

    outcome = invoke(tmp_path / 'set', '--trackers', 'opencv:kcf, opencv:csrt', '--eao-range',
                     '2-5', '--output', tmp_path / 'out')

    assert outcome.exit_code == 1
    unreadable = f'failed: image {image} cannot be read: it is no image; replace the file'
    resized = (f'failed: image {image.parents[2] / "mixed" / "img" / "0003.jpg"} is 100x80, and '
               'the first of its sequence is 160x120; all need one size: replace the file, or '
               'make a sequence of its own of what follows')
    assert outcome.stderr.splitlines() == [
        'Error: 4 of 6 runs failed; the metrics are over the others:',
        *(f'{tracker} on {sequence} {status}' for tracker in ('opencv:kcf', 'opencv:csrt')
          for sequence, status in (('broken', unreadable), ('mixed', resized)))]
    found = rows(tmp_path / 'out' / 'supervised.csv')
    assert [(row['sequence'], row['frames'], row['status']) for row in found[4:]] == [
        ('broken', '6', unreadable), ('mixed', '6', resized), ('whole', '6', 'ok'),
        ('ALL', '6', '2 of 3 failed')]
    metrics = ('accuracy', 'failures', 'robustness', 'eao')
    assert {found[4][name] for name in metrics} == {'nan'}
    assert [found[7][name] for name in metrics] == [found[6][name] for name in metrics]
    assert float(found[7]['eao']) > 0.5


def test_tracker_of_which_every_run_failed_has_no_metrics(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'set' / 'card')
    (tmp_path / 'set' / 'card' / 'img' / '0004.jpg').write_bytes(b'not an image')

    outcome = invoke(tmp_path / 'set', '--trackers', 'opencv:kcf', '--output', tmp_path / 'out')

    assert outcome.exit_code == 1
    _, everything = rows(tmp_path / 'out' / 'supervised.csv')
    assert everything == {
        'tracker': 'opencv:kcf', 'sequence': 'ALL', 'frames': '0', 'accuracy': 'nan',
        'failures': 'nan', 'robustness': 'nan', 'eao': 'nan', 'fps': 'nan',
        'status': '1 of 1 failed'}
    assert '--eao-range' not in outcome.output


def test_sequence_without_truth_after_its_first_frame_is_refused(tmp_path: Path) -> None:
    video = write_video(tmp_path / 'set' / 'clip.avi', 4)
    video.with_suffix('.txt').write_text('10,10,20,20\n')

    outcome = invoke(tmp_path / 'set', '--trackers', 'opencv:kcf', '--output', tmp_path / 'out')

    assert outcome.exit_code == 2
    assert outcome.stderr == (
        'Error: sequence clip: no frame of 4 but the first has a box, so that nothing can be '
        'measured; give it one for each frame, or leave it out\n')
    assert not (tmp_path / 'out').exists()


def test_spaces_around_names_and_brackets_in_the_folder_are_taken_as_they_are_meant(
    dataset: Path, tmp_path: Path,
) -> None:
    output = tmp_path / 'out[red]put'

    outcome = invoke(dataset, '--trackers', ' opencv:kcf , opencv:kcf', '--frames', '3',
                     '--output', output)

    assert outcome.exit_code == 0, outcome.output
    assert f'results in {output}: supervised.csv' in outcome.output
    assert [row['tracker'] for row in rows(output / 'supervised.csv')] == ['opencv:kcf'] * 3


def test_output_that_cannot_be_written_is_named(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / 'file').touch()

    outcome = invoke(dataset, '--trackers', 'opencv:kcf', '--output', tmp_path / 'file')

    assert outcome.exit_code == 2
    assert 'file cannot be written' in outcome.stderr
    assert outcome.stderr.count('\n') == 1


@pytest.mark.parametrize('taken', ['results', 'supervised.csv'])
def test_whatever_has_errors_of_the_output_is_named(
    dataset: Path, tmp_path: Path, taken: str,
) -> None:
    """A file where a folder has to be, and a folder where a file has to be."""
    if taken == 'results':
        (tmp_path / taken).touch()
    else:
        (tmp_path / taken).mkdir()

    outcome = invoke(dataset, '--trackers', 'opencv:kcf', '--frames', '3', '--output', tmp_path)

    assert outcome.exit_code == 1
    lines = outcome.stderr.splitlines()
    assert len(lines) == (2 if taken == 'results' else 1)  # of each run, or of the table
    assert all(str(tmp_path) in line and ' is missing: ' in line for line in lines)
    assert 'VOT, supervised experiment' in outcome.stdout
