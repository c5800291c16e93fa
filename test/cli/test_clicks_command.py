"""``rat_tracker clicks``, from the command line to its table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
import re

from click.testing import CliRunner
import pytest
from support_datasets import SMALL
from support_datasets import write_sequence

from rat_tracker.cli import main

TRACKER = 'rat:patch_side=128:channels=8:ranking_channels=8'


def clicks(*arguments: object) -> str:
    outcome = CliRunner().invoke(main, ['clicks', *map(str, arguments)])
    assert outcome.exit_code == 0, outcome.output
    return outcome.output


def figures(shown: str, line: str) -> list[float]:
    found = re.search(rf'{line}\s*│\s*([\d.]+)\s*│\s*([\d.]+)', shown)
    assert found is not None, shown
    return [float(value) for value in found.groups()]


def test_boxes_and_the_trackers_that_start_on_them_are_measured(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'one', replace(SMALL, length=9))
    write_sequence(tmp_path / 'two', replace(SMALL, length=9), seed=1)

    shown = clicks(tmp_path, '--tracker', TRACKER, '--every', 4, '--frames', 4)

    assert '8 clicks on 2 sequences' in shown
    overlap, half, third = (figures(shown, f'{name}') for name in (
        'mean overlap', 'overlap above 0.5', 'overlap above 0.3'))
    assert 0.3 < overlap[0] <= 1
    assert all(few <= more <= 1 for few, more in zip(half, third, strict=True))
    assert figures(shown, 'refused') == [0, 0]
    assert figures(shown, 'the same from the true box') == [1, 1]
    assert figures(shown, 'on the target after 4 frames')[0] > 0.5


def test_the_same_clicks_are_made_each_time(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'one', SMALL)
    arguments = (tmp_path, '--tracker', TRACKER, '--frames', 2)

    first, second = (figures(clicks(*arguments), 'mean overlap') for _ in range(2))

    assert first == second


REFUSALS = {
    'short sequences': (['--frames', '30'], 'choose fewer with --frames'),
    'unknown tracker': (['--frames', '2', '--tracker', 'cat'], "unknown tracker 'cat'"),
}


@pytest.mark.parametrize('fault', REFUSALS)
def test_what_cannot_work_is_refused_in_one_line(tmp_path: Path, fault: str) -> None:
    write_sequence(tmp_path / 'one', SMALL)
    arguments, message = REFUSALS[fault]

    outcome = CliRunner().invoke(main, ['clicks', str(tmp_path), *arguments])

    assert outcome.exit_code == 2
    assert message in outcome.output
    assert outcome.output.count('\n') == 1


def test_a_data_set_that_is_not_there_is_refused() -> None:
    outcome = CliRunner().invoke(main, ['clicks', '/nowhere'])

    assert outcome.exit_code == 2
    assert 'data set /nowhere is not a folder' in outcome.output
