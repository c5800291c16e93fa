"""The benchmark's table in its three forms, from results that are made by hand."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from rat_tracker.ros.runs.bench.configuration import Configuration
from rat_tracker.ros.runs.bench.configuration import Figures
from rat_tracker.ros.runs.bench.configuration import Result
from rat_tracker.ros.runs.bench.configuration import ViewerLoad
from rat_tracker.ros.runs.bench.table import table
from rat_tracker.ros.runs.bench.table import write_csv
from rat_tracker.ros.runs.bench.table import write_markdown

FIGURES = Figures(
    published=240, processed=231, not_received=5, dropped=4, late=0, latency_p50_ms=12.34,
    latency_p99_ms=34.56, latency_max_ms=50.0, tracking_p50_ms=9.0, camera_hz=20.5,
    camera_gap_ms=99.0, overlap=0.912, player_cpu=0.05, node_cpu=0.6, subscriber_cpu=0.025,
    others_cpu=0.0, engine='slate and chalk')
GOOD = Result(Configuration(640, 480, 30.0, 'raw', 'profile'), FIGURES,
              notes=('the camera kept only 20.5 Hz',))
BAD = Result(Configuration(1280, 720, 60.0, 'compressed', 'default'),
             fault='the node fell | asleep\nand snored')


def test_a_failure_and_a_late_result_are_failures_and_a_note_is_none() -> None:
    late = Figures(**{name: getattr(FIGURES, name) for name in FIGURES.__slots__} | {'late': 1})
    assert [BAD.failed, Result(GOOD.configuration, late).failed, GOOD.failed] == [
        True, True, False]


def test_terminal_shows_figures_faults_and_notes_in_a_common_width() -> None:
    console = Console(width=120, record=True, file=None)
    with console.capture() as capture:
        console.print(table([GOOD, BAD]))
    lines = capture.get().splitlines()
    row = next(line for line in lines if 'raw' in line)
    assert row.split() == ['640x480', '30', 'raw', 'profile', '12.3', '34.6', '240', '5', '4', '0',
                           '0.91', '0.05', '0.60', '0.03']
    shown = ' '.join(capture.get().split())
    assert 'profile transport: the camera kept only 20.5 Hz' in shown
    assert 'default transport: FAILED: the node fell | asleep' in shown
    assert 'snored' not in shown


def test_document_is_one_table_with_its_conditions(tmp_path: Path) -> None:
    path = tmp_path / 'table.md'
    write_markdown([GOOD, BAD], {'machine': 'an abacus, 2 cores'}, path)
    lines = path.read_text().splitlines()
    rows = [line.replace(r'\|', '').count('|') for line in lines if line.startswith('|')]
    assert len(rows) == 4
    assert len(set(rows)) == 1
    assert lines[3].endswith(r'| FAILED: the node fell \| asleep |')
    assert 'machine: an abacus, 2 cores  ' in lines


def test_every_figure_is_in_the_file_and_a_failure_has_its_whole_reason(tmp_path: Path) -> None:
    path = tmp_path / 'table.csv'
    write_csv([GOOD, BAD], path)
    with path.open(newline='') as file:
        good, bad = csv.DictReader(file)
    assert {name: good[name] for name in FIGURES.__slots__} == {
        name: str(getattr(FIGURES, name)) for name in FIGURES.__slots__}
    assert good['note'] == 'the camera kept only 20.5 Hz'
    assert bad['fault'] == BAD.fault
    assert bad['published'] == ''
    assert (bad['width'], bad['transport']) == ('1280', 'default')


def test_viewers_are_a_column_only_where_a_console_ran(tmp_path: Path) -> None:
    viewers = ViewerLoad(9, frozen=True)
    watched = Result(replace(GOOD.configuration, viewers=viewers), replace(
        FIGURES, console_cpu=0.12, viewers_cpu=0.34, pictures_hz=14.96))
    path = tmp_path / 'table.md'
    write_markdown([GOOD, watched], {}, path)
    head, _, alone, with_viewers = path.read_text().splitlines()[:4]
    assert 'viewers | p50 ms' in head
    assert '| none |' in alone
    assert '| 9+frozen |' in with_viewers
    assert '| 0.12 | 0.34 | 15.0 |' in with_viewers
    write_markdown([GOOD], {}, path)
    assert 'viewers' not in path.read_text()


def test_terminal_shows_with_viewers_what_differs_and_above_it_what_does_not() -> None:
    rows = [Result(replace(GOOD.configuration, viewers=viewers), FIGURES)
            for viewers in (None, ViewerLoad(9, frozen=True, attention=True))]
    console = Console(width=120, record=True, file=None)
    with console.capture() as capture:
        console.print(table(rows))
    title, *lines = capture.get().splitlines()
    assert title.strip() == 'size 640x480, Hz 30, images raw, transport profile'
    row = next(line for line in lines if 'frozen' in line)
    assert row.split() == ['9+frozen+attention', '12.3', '34.6', '240', '5', '4', '0', '0.0',
                           '0.91', '0.05', '0.60', '0.03', '0.00', '0.00']


@pytest.mark.parametrize('text', ['none', '0', '9+frozen', '10+attention', '9+frozen+attention'])
def test_viewers_are_read_as_they_are_written(text: str) -> None:
    assert str(ViewerLoad.parse(text) or 'none') == text


@pytest.mark.parametrize('text', ['', 'ten', '-1', '3+asleep', '100', '+frozen'])
def test_viewers_that_cannot_be_understood_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match='names no viewers'):
        ViewerLoad.parse(text)
