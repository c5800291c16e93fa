"""``rat_tracker benchmark``, from the command line to the files."""

from __future__ import annotations

from collections.abc import Callable
import csv
import os
from pathlib import Path
import re
from shutil import copytree
from shutil import which
import signal
import subprocess
import sys
from time import monotonic
from time import sleep

from click.testing import CliRunner
import cv2
import numpy as np
import pytest
from support_datasets import write_sequence
from support_files import no_file_larger_than
from support_runs import long_sequence

from rat_tracker.cli import main
from rat_tracker.datasets import load_dataset
from rat_tracker.evaluation.metrics.one_pass import compute_metrics
from rat_tracker.evaluation.running.fingerprint import fingerprint
from rat_tracker.evaluation.running.store import Store

TWO = 'opencv:csrt,opencv:kcf'


@pytest.fixture(scope='module')
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data set of two sequences of six frames."""
    folder = tmp_path_factory.mktemp('set')
    for seed, name in enumerate(('first', 'second')):
        write_sequence(folder / name, seed=seed)
    return folder


def rows(output: Path) -> list[dict[str, str]]:
    with (output / 'summary.csv').open(encoding='utf-8') as file:
        return list(csv.DictReader(file))


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = monotonic() + 60
    while not happened():
        assert monotonic() < deadline
        sleep(0.02)


def processes_of_the_session(session: int) -> list[Path]:
    """Return the processes, zombies left out, that belong to a session."""
    found = []
    for stat in Path('/proc').glob('[0-9]*/stat'):
        try:
            state, _, _, its_session, *_ = stat.read_text().rpartition(')')[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if its_session == str(session) and state != 'Z':
            found.append(stat.parent)
    return found


@pytest.fixture(scope='module')
def compared(dataset: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Return what a benchmark of two trackers shows, and the folder of its results."""
    output = tmp_path_factory.mktemp('out')
    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', TWO, '--output', str(output)])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output, output


def test_two_trackers_are_compared(compared: tuple[str, Path]) -> None:
    shown, output = compared
    found = rows(output)

    assert [(row['tracker'], row['sequence'], row['frames']) for row in found] == [
        (tracker, sequence, frames) for tracker in ('opencv:csrt', 'opencv:kcf')
        for sequence, frames in (('first', '6'), ('second', '6'), ('ALL', '12'))]
    assert all(float(row['fps']) > 0 and float(row['init_ms']) > 0 for row in found)
    means = re.search(r'mean AUC\D+(0\.\d+)\D+(0\.\d+)', shown)
    assert means is not None
    assert [float(mean) for mean in means.groups()] == pytest.approx(
        [float(found[2]['auc']), float(found[5]['auc'])], abs=1e-3)


def test_metrics_are_those_of_the_boxes_that_are_written(
    dataset: Path, compared: tuple[str, Path],
) -> None:
    _, output = compared
    by_sequence = {row['sequence']: row for row in rows(output) if row['tracker'] == 'opencv:csrt'}

    for sequence in load_dataset(dataset):
        run = Store(output).load(
            'opencv:csrt', sequence, fingerprint('opencv:csrt', sequence, None, None))
        assert run is not None
        assert float(by_sequence[sequence.name]['auc']) == pytest.approx(
            compute_metrics(sequence, run).auc, abs=1e-4)


def test_difference_of_two_trackers_is_told_with_its_interval(
    compared: tuple[str, Path],
) -> None:
    shown, output = compared
    with (output / 'intervals.csv').open(encoding='utf-8') as file:
        difference, = (line for line in csv.DictReader(file)
                       if line['minus'] and line['metric'] == 'auc')
    found = rows(output)

    assert (difference['tracker'], difference['minus'], difference['sequences']) == (
        'opencv:csrt', 'opencv:kcf', '2')
    assert float(difference['value']) == pytest.approx(
        float(found[2]['auc']) - float(found[5]['auc']), abs=2e-4)
    assert 'differences of means, 95 % intervals over sequences' in shown
    assert f'{float(difference["value"]):+.2f}' in shown


def test_report_and_plots_are_written(compared: tuple[str, Path]) -> None:
    _, output = compared

    assert 'opencv:kcf' in (output / 'report.html').read_text(encoding='utf-8')
    assert list((output / 'plots').glob('*.png'))


def test_interrupted_benchmark_goes_on_where_it_was(
    dataset: Path, compared: tuple[str, Path], tmp_path: Path,
) -> None:
    output = copytree(compared[1], tmp_path / 'a[/b]c')  # brackets are just brackets
    before = rows(output)
    finished = output / 'runs' / 'opencv:csrt' / 'first.json'
    made = finished.stat().st_mtime_ns
    (output / 'runs' / 'opencv:csrt' / 'second.json').unlink()
    (output / 'speed.csv').write_text('of an earlier benchmark')

    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', TWO, '--output', str(output)])

    assert outcome.exit_code == 0, outcome.output
    assert f'3 runs are in {output} already; 1 to go' in outcome.output
    assert f'results in {output}: ' in outcome.output
    assert not (output / 'speed.csv').exists()
    assert finished.stat().st_mtime_ns == made
    assert rows(output)[0] == before[0]  # the times too
    assert rows(output)[1]['auc'] == before[1]['auc']


def test_a_tracker_with_states_has_them_judged_and_another_has_not(
    dataset: Path, tmp_path: Path,
) -> None:
    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'target:opencv:csrt,opencv:kcf',
        '--output', str(tmp_path)])

    assert outcome.exit_code == 0, outcome.output
    *_, with_states, _, _, without = rows(tmp_path)
    assert (with_states['right_tracking'], with_states['losses']) == ('1.0000', '0')
    assert (without['right_tracking'], without['losses']) == ('nan', 'nan')
    assert re.search(r'right boxes: TRACKING +│ +1\.000 │ +– │', outcome.output)
    page = (tmp_path / 'report.html').read_text(encoding='utf-8')
    assert 'right boxes: TRACKING' in page


def test_camera_that_does_not_wait_costs_a_slow_tracker_its_frames(
    dataset: Path, tmp_path: Path,
) -> None:
    """At a million frames per second nothing is fast enough."""
    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'opencv:csrt', '--output', str(tmp_path),
        '--realtime', '1e6'])

    assert outcome.exit_code == 0, outcome.output
    assert [row['worked'] for row in rows(tmp_path)] == ['0.1667'] * 3  # the first of six
    assert rows(tmp_path)[0]['fps'] == 'nan'


def test_sequence_that_fails_is_reported_and_the_others_finish(tmp_path: Path) -> None:
    for seed, name in enumerate(('broken', 'whole')):
        write_sequence(tmp_path / 'set' / name, seed=seed)
    image = tmp_path / 'set' / 'broken' / 'img' / '0004.jpg'
    image.write_bytes(b'not an image')

    outcome = CliRunner().invoke(main, [
        'benchmark', str(tmp_path / 'set'), '--trackers', 'opencv:kcf',
        '--output', str(tmp_path / 'out')])

    assert outcome.exit_code == 1
    assert 'Traceback' not in outcome.output
    reason = f'image {image} cannot be read: it is no image; replace the file'
    assert outcome.stderr.splitlines() == [
        'Error: 1 of 2 runs failed and are in no mean:', f'opencv:kcf on broken failed: {reason}']
    broken, whole, both = rows(tmp_path / 'out')
    assert broken['status'] == f'failed: {reason}'
    assert (whole['status'], both['status']) == ('ok', '1 of 2 failed')
    assert both['auc'] == whole['auc']


def test_trackers_that_take_turns_are_compared_by_ratios(
    dataset: Path, compared: tuple[str, Path], tmp_path: Path,
) -> None:
    _, once = compared
    twice = tmp_path

    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', TWO, '--output', str(twice), '--rounds', '2'])

    assert outcome.exit_code == 0, outcome.output
    assert 'speed in 2 rounds: median (lowest–highest)' in outcome.output
    ratio = re.search(r'ratio to opencv:csrt │ +1\.00 │ +([\d.]+).* │', outcome.output)
    assert ratio is not None
    with (twice / 'speed.csv').open(encoding='utf-8') as file:
        csrt, kcf = csv.DictReader(file)
    assert float(ratio[1]) == pytest.approx(float(kcf['ratio']), abs=0.01)
    assert (csrt['tracker'], csrt['ratio']) == ('opencv:csrt', '1.0000')
    assert [row['auc'] for row in rows(twice)] == [row['auc'] for row in rows(once)]
    for boxes in once.glob('results/*/*[!_time].txt'):
        assert boxes.read_bytes() == (twice / boxes.relative_to(once)).read_bytes()
    assert not (once / 'speed.csv').exists()


def test_slower_camera_gives_fewer_frames(dataset: Path, tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'opencv:kcf', '--every', '3', '--output',
        str(tmp_path)])

    assert outcome.exit_code == 0, outcome.output
    assert [(row['sequence'], row['frames']) for row in rows(tmp_path)] == [
        ('first', '2'), ('second', '2'), ('ALL', '4')]


def test_without_a_data_set_synthetic_clips_are_followed(tmp_path: Path) -> None:
    outcome = CliRunner().invoke(main, [
        'benchmark', '--trackers', 'opencv:kcf', '--frames', '4', '--output', str(tmp_path)])

    assert outcome.exit_code == 0, outcome.output
    assert [(row['sequence'], row['frames']) for row in rows(tmp_path)] == [
        ('smooth', '4'), ('zoom and turn', '4'), ('light, noise and a double', '4'), ('ALL', '12')]
    assert 'Tracking benchmark on synthetic clips' in (
        tmp_path / 'report.html').read_text(encoding='utf-8')


def test_ctrl_c_ends_all_at_once_and_keeps_what_was_finished(tmp_path: Path) -> None:
    long_sequence(tmp_path / 'set')
    write_sequence(tmp_path / 'set' / 'short')
    finished = tmp_path / 'out' / 'runs' / 'opencv:csrt' / 'short.json'
    command = [sys.executable, '-m', 'rat_tracker', 'benchmark', str(tmp_path / 'set'),
               '--trackers', 'opencv:csrt', '--workers', '2', '--output', str(tmp_path / 'out')]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as program:
        wait_until(finished.exists)

        os.killpg(program.pid, signal.SIGINT)

        _, error = program.communicate()
    assert program.returncode == 1
    assert error.splitlines() == ['', 'Aborted!']
    wait_until(lambda: not processes_of_the_session(program.pid))
    assert finished.exists()
    assert not finished.with_name('long.json').exists()


def test_rat_runs_as_the_installed_program_with_options(dataset: Path, tmp_path: Path) -> None:
    if which('rat_tracker') is None:
        pytest.skip('the program rat_tracker is not on the path; run `make build`')
    name = 'rat:attention_gain=0:patch_side=64'
    outcome = subprocess.run(
        ['rat_tracker', 'benchmark', dataset, '--trackers', name,
         '--output', tmp_path, '--frames', '3'],
        check=False, capture_output=True, text=True)

    assert outcome.returncode == 0, outcome.stderr
    assert [(row['tracker'], row['frames']) for row in rows(tmp_path)] == [
        (name, '3'), (name, '3'), (name, '6')]
    assert float(rows(tmp_path)[2]['auc']) > 0.5


def test_scheduler_that_is_no_address_is_refused_in_one_line(
    dataset: Path, tmp_path: Path,
) -> None:
    pytest.importorskip('distributed', reason='pip install -r requirements/scheduler.txt')

    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'opencv:kcf', '--output', str(tmp_path),
        '--scheduler', 'cat'])

    assert outcome.exit_code == 2
    assert "scheduler 'cat' does not answer" in outcome.stderr
    assert outcome.stderr.count('\n') == 1


def test_scheduler_without_its_packages_names_the_remedy(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, 'distributed', None)  # as if it were not installed
    monkeypatch.delitem(sys.modules, 'rat_tracker.evaluation.running.scheduler', raising=False)

    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'opencv:kcf', '--output', str(tmp_path),
        '--scheduler', 'tcp://127.0.0.1:9'])

    assert outcome.exit_code == 2
    assert outcome.stderr == ('Error: this needs the package distributed; install it with '
                              '`pip install -r requirements/scheduler.txt`\n')


@pytest.mark.parametrize('names', [['ALL'], ['walk', 'walk_time']])
def test_sequence_whose_name_means_something_else_in_the_files_is_refused(
    tmp_path: Path, names: list[str],
) -> None:
    for name in names:
        write_sequence(tmp_path / 'set' / name)

    outcome = CliRunner().invoke(main, [
        'benchmark', str(tmp_path / 'set'), '--output', str(tmp_path / 'out')])

    assert outcome.exit_code == 2
    assert f'a sequence is called {names[-1]}, as is something else' in outcome.stderr


def test_output_that_cannot_be_written_is_named(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / 'file').touch()

    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'opencv:kcf',
        '--output', str(tmp_path / 'file')])

    assert outcome.exit_code == 2
    assert 'file cannot be written: File exists; name another folder with --output' in \
        outcome.stderr
    assert outcome.stderr.count('\n') == 1


@pytest.mark.parametrize('blocked', ['results', 'runs', 'results/opencv:kcf/first.txt'])
def test_folder_that_cannot_be_written_in_the_middle_is_named(
    dataset: Path, tmp_path: Path, blocked: str,
) -> None:
    place = tmp_path / 'out' / blocked
    place.parent.mkdir(parents=True)
    if blocked.endswith('.txt'):
        place.mkdir()
    else:
        place.touch()

    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'opencv:kcf',
        '--output', str(tmp_path / 'out')])

    assert outcome.exit_code == 2
    assert re.match(rf'Error: {place.parent}\S* cannot be written: ', outcome.stderr)
    assert outcome.stderr.count('\n') == 1


def test_a_full_disk_costs_the_pictures_that_it_does_not_take(
    dataset: Path, tmp_path: Path,
) -> None:
    output = tmp_path / 'out'

    with no_file_larger_than(20_000):
        outcome = CliRunner().invoke(main, [
            'benchmark', str(dataset), '--trackers', 'opencv:kcf', '--output', str(output)])

    assert outcome.exit_code == 1
    assert 'mean AUC' in outcome.stdout
    assert rows(output)[-1]['sequence'] == 'ALL'
    lines = outcome.stderr.removeprefix('Error: ').splitlines()
    assert lines[0] == f'{output / "report.html"} is missing: File too large'
    assert f'{output / "plots" / "success.png"} is missing: File too large' in lines
    assert list(output.glob('**/*.part')) == []


def test_a_file_in_place_of_the_folder_of_plots_costs_them_only(
    dataset: Path, tmp_path: Path,
) -> None:
    (tmp_path / 'plots').touch()

    outcome = CliRunner().invoke(main, [
        'benchmark', str(dataset), '--trackers', 'opencv:kcf', '--output', str(tmp_path)])

    assert outcome.exit_code == 1
    assert outcome.stderr == f'Error: {tmp_path / "plots"} is missing: File exists\n'
    assert (tmp_path / 'report.html').is_file()


def test_sequence_that_cannot_be_used_is_left_out_and_named(tmp_path: Path) -> None:
    for seed, name in enumerate(('empty', 'short', 'whole')):
        write_sequence(tmp_path / 'set' / name, seed=seed)
    (tmp_path / 'set' / 'empty' / 'img' / '0001.jpg').write_bytes(b'')
    truth = tmp_path / 'set' / 'short' / 'groundtruth_rect.txt'
    truth.write_text(''.join(truth.read_text().splitlines(keepends=True)[:-1]))

    outcome = CliRunner().invoke(main, [
        'benchmark', str(tmp_path / 'set'), '--trackers', 'opencv:kcf',
        '--output', str(tmp_path / 'out')])

    assert outcome.exit_code == 1
    lines = outcome.stderr.splitlines()
    assert [line.partition(':')[0] for line in lines] == [
        'left out', 'left out', 'Error', 'short', 'empty']
    assert 'has 5 boxes for 6 images' in lines[3]
    assert '0001.jpg cannot be read: it is empty' in lines[4]
    assert [row['sequence'] for row in rows(tmp_path / 'out')] == ['whole', 'ALL']
    assert 'has 5 boxes for 6 images' in (tmp_path / 'out' / 'report.html').read_text()


@pytest.mark.parametrize('name', ['résultats', os.fsdecode(b'caf\xe9'), "[red] it's $x #%"])
def test_data_set_and_output_may_be_called_anything(tmp_path: Path, name: str) -> None:
    for seed, sequence in enumerate(('broken', 'whole')):
        write_sequence(tmp_path / 'set' / sequence, seed=seed)
    (tmp_path / 'set' / 'broken' / 'img' / '0004.jpg').write_bytes(b'')  # so that it is named
    (tmp_path / 'set').rename(tmp_path / name)

    outcome = CliRunner().invoke(main, [
        'benchmark', str(tmp_path / name), '--trackers', 'opencv:kcf',
        '--output', str(tmp_path / f'{name} out')])

    assert outcome.exit_code == 1, outcome.output
    assert [row['status'][:6] for row in rows(tmp_path / f'{name} out')] == [
        'failed', 'ok', '1 of 2']
    assert (tmp_path / f'{name} out' / 'report.html').is_file()


def test_images_of_several_sizes_are_said_to_need_one(tmp_path: Path) -> None:
    for seed, name in enumerate(('mixed', 'whole')):
        write_sequence(tmp_path / 'set' / name, seed=seed)
    image = tmp_path / 'set' / 'mixed' / 'img' / '0004.jpg'
    cv2.imwrite(str(image), np.zeros((80, 100, 3), np.uint8))

    outcome = CliRunner().invoke(main, [
        'benchmark', str(tmp_path / 'set'), '--trackers', 'opencv:kcf',
        '--output', str(tmp_path / 'out')])

    assert outcome.exit_code == 1
    assert (f'opencv:kcf on mixed failed: image {image} is 100x80, and the first of its sequence '
            'is 160x120; all need one size: replace the file, or make a sequence of its own of '
            'what follows') in outcome.stderr


def test_second_benchmark_in_the_same_folder_is_refused(dataset: Path, tmp_path: Path) -> None:
    with Store(tmp_path).locked():
        outcome = CliRunner().invoke(main, [
            'benchmark', str(dataset), '--trackers', 'opencv:kcf', '--output', str(tmp_path)])

    assert outcome.exit_code == 2
    assert 'cannot be written: another benchmark is writing to it' in outcome.stderr


def test_another_data_set_of_the_same_name_is_measured_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = []
    for seed, place in enumerate(('here', 'there')):
        write_sequence(tmp_path / place / 'set' / 'walk', seed=seed)
        monkeypatch.chdir(tmp_path / place)
        outcome = CliRunner().invoke(main, [
            'benchmark', 'set', '--trackers', 'opencv:csrt', '--output', str(tmp_path / 'out')])
        assert outcome.exit_code == 0, outcome.output
        found.append((tmp_path / 'out' / 'results' / 'opencv:csrt' / 'walk.txt').read_text())

    assert found[0] != found[1]
    assert 'already' not in outcome.output


def test_files_of_a_run_that_fails_now_are_not_those_of_an_earlier_one(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'set' / 'walk')
    command = ['benchmark', str(tmp_path / 'set'), '--trackers', 'opencv:kcf',
               '--output', str(tmp_path / 'out')]
    CliRunner().invoke(main, command)
    (tmp_path / 'set' / 'walk' / 'img' / '0004.jpg').write_bytes(b'not an image')

    outcome = CliRunner().invoke(main, command)

    assert outcome.exit_code == 1
    assert not list((tmp_path / 'out').rglob('walk*'))
