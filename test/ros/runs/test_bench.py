"""The benchmark from its command to its files, with every process real."""

from __future__ import annotations

from collections.abc import Callable
import csv
from dataclasses import replace
import os
from pathlib import Path
import signal
import subprocess
import sys
import time

from click.testing import CliRunner
import pytest
from ros.leftovers import await_end
from ros.leftovers import MARK
from ros.leftovers import nodes_of
from ros.leftovers import trials_of
from ros.node_process import ROOT

from rat_tracker.ros.runs.bench.__main__ import main
from rat_tracker.ros.runs.bench.configuration import Configuration
from rat_tracker.ros.runs.bench.configuration import Result
from rat_tracker.ros.runs.bench.configuration import ViewerLoad
from rat_tracker.ros.runs.bench.measure import environment
from rat_tracker.ros.runs.bench.measure import measure
from rat_tracker.ros.runs.bench.processor import busy_seconds
from rat_tracker.ros.runs.bench.processor import cpu_seconds

pytestmark = pytest.mark.needs('skimage')

PATIENCE = 240.0  # seconds; the model is loaded by a fresh process each time
# So long that the half of it is left where a process stands still for some seconds.
SECONDS = 8.0
# Slow and small, so that a machine that is busy keeps the rate.
RATE = 5.0
SMALL = Configuration(320, 240, RATE, 'raw', 'profile')


def start(folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, '-m', 'rat_tracker.ros.runs.bench', '--sizes', '320x240',
         '--rates', str(RATE), '--transports', 'profile', '--seconds', str(SECONDS),
         '--output', str(folder), *options],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def await_true(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Wait for a condition; fail if the process ends before."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, f'waited {PATIENCE:g} s in vain'
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05)


@pytest.mark.whole
def test_every_figure_of_a_camera_that_is_slow_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(MARK, str(tmp_path))
    process = start(tmp_path / 'new', '--encodings', 'compressed')
    try:
        output, errors = process.communicate(timeout=2 * PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 0, output + errors
    with (tmp_path / 'new' / 'bench_ros.csv').open(newline='') as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 1
    row = {name: float(value) for name, value in rows[0].items() if value and name not in
           ('encoding', 'transport', 'viewers', 'engine', 'note')}
    assert (row['width'], row['height'], row['rate']) == (320, 240, RATE)
    assert SECONDS * RATE / 2 < row['published'] < 300
    assert row['published'] == sum(
        row[name] for name in ('processed', 'not_received', 'dropped', 'late'))
    assert row['processed'] > row['published'] / 2
    assert row['late'] == 0
    assert 0 < row['latency_p50_ms'] <= row['latency_p99_ms'] <= row['latency_max_ms']
    assert row['overlap'] > 0.6
    # The system counts in hundredths of a second, and a camera as slow as this one may take less.
    assert row['node_cpu'] > row['player_cpu'] >= 0
    assert RATE / 2 < row['camera_hz'] < 1.2 * RATE
    document = (tmp_path / 'new' / 'bench_ros.md').read_text()
    for text in ('320x240', 'machine: ', 'software: rat_tracker', 'engine: '):
        assert text in document
        assert text in output
    assert nodes_of(tmp_path) == []


@pytest.mark.whole
def test_viewers_are_served_and_counted(tmp_path: Path) -> None:
    pytest.importorskip('aiohttp', reason='aiohttp is not installed; '
                        'pip install -r requirements/console.txt')
    results: list[Result] = []
    watched = replace(SMALL, viewers=ViewerLoad(2, frozen=True))
    measure([watched], SECONDS, 'rat', 'auto', tmp_path, results.append)
    found = results[0].figures
    assert found is not None, results[0].fault
    assert 0 < found.pictures_hz < 1.5 * RATE
    assert found.console_cpu > 0
    assert found.late == 0


@pytest.mark.whole
def test_one_that_fails_is_reported_and_the_others_go_on(tmp_path: Path) -> None:
    impossible = Configuration(320, 240, RATE, 'smoke signals', 'profile')
    results: list[Result] = []
    measure([impossible, SMALL], SECONDS, 'rat', 'auto', tmp_path, results.append)
    assert [result.failed for result in results] == [True, False]
    assert "parameter image_transport is 'smoke signals'" in results[0].fault
    assert results[1].figures is not None


@pytest.mark.whole
def test_one_that_is_killed_is_reported_and_leaves_no_node_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(MARK, str(tmp_path))
    process = start(tmp_path, '--encodings', 'raw', '--seconds', '60')
    try:
        await_true(lambda: len(nodes_of(tmp_path)) == 2, process)
        nodes = nodes_of(tmp_path)
        os.kill(trials_of(tmp_path)[0], signal.SIGKILL)
        output, _ = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == 1
    assert 'FAILED: it ended with exit code -9' in output
    for node in nodes:
        await_end(node, PATIENCE)


@pytest.mark.whole
@pytest.mark.parametrize(('how', 'code'), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_no_process_is_left_behind_when_it_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals, code: int,
) -> None:
    monkeypatch.setenv(MARK, str(tmp_path))
    process = start(tmp_path, '--seconds', '60')
    try:
        await_true(lambda: len(nodes_of(tmp_path)) == 2, process)
        processes = [*nodes_of(tmp_path), *trials_of(tmp_path)]
        process.send_signal(how)
        _, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    assert process.returncode == code
    assert 'Traceback' not in errors
    # Two nodes and a trial; what a node is just starting looks like the node at first.
    assert len(processes) >= 3
    for each in processes:
        await_end(each, PATIENCE)


@pytest.mark.parametrize(('option', 'value', 'complaint'), [
    ('--sizes', '640', "'640' is no size"),
    ('--sizes', '640x480,8x8', "'8x8' is no size"),
    ('--rates', '30,fast', "'fast' is no rate"),
    ('--rates', '0', "'0' is no rate"),
    ('--rates', 'nan', "'nan' is no rate"),
    ('--rates', '', "'' is no rate"),
    ('--encodings', 'raw,png', "'png' is none of raw, compressed"),
    ('--transports', 'pigeon', "'pigeon' is none of profile, default"),
    ('--seconds', '0', '--seconds'),
    ('--tracker', 'cat', "unknown tracker 'cat'"),
    ('--engine', 'steam', 'steam'),
    ('--output', '/dev/null/here', '/dev/null/here'),
])
def test_bad_option_is_refused_before_anything_runs(
    option: str, value: str, complaint: str,
) -> None:
    refused = CliRunner().invoke(main, [option, value])
    assert refused.exit_code == 2
    assert complaint in refused.output


def test_default_transport_is_without_any_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ('FASTRTPS_DEFAULT_PROFILES_FILE', 'FASTDDS_DEFAULT_PROFILES_FILE'):
        monkeypatch.setenv(name, '/somewhere/mine.xml')
    default = environment(Configuration(640, 480, 30.0, 'raw', 'default'), 7)
    assert default['ROS_DOMAIN_ID'] == '7'
    assert '/somewhere/mine.xml' not in default.values()
    with_profile = environment(Configuration(640, 480, 30.0, 'raw', 'profile'), 7)
    assert with_profile['FASTRTPS_DEFAULT_PROFILES_FILE'].endswith('config/fastdds.xml')
    assert '/somewhere/mine.xml' not in with_profile.values()


def test_work_of_a_process_counts_and_its_sleep_does_not() -> None:
    before, clock = cpu_seconds(os.getpid()), time.process_time()
    while time.process_time() < clock + 0.2:
        pass
    assert cpu_seconds(os.getpid()) - before == pytest.approx(
        time.process_time() - clock, abs=0.05)


def test_work_of_other_processes_is_seen() -> None:
    before = busy_seconds()
    # It ends by itself, whatever becomes of us.
    program = 'import time\nwhile time.process_time() < 0.3: pass'
    subprocess.run([sys.executable, '-c', program], check=True)
    assert busy_seconds() - before > 0.2
