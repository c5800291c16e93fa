"""``rat_tracker states`` from a user's point of view."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
import pytest
from support_datasets import write_sequence

from rat_tracker.cli import main
from rat_tracker.evaluation.clips.synthetic import Scene

pytestmark = pytest.mark.needs('skimage')


def test_sequences_are_followed_as_they_are_and_covered(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'clips' / 'card', Scene(
        width=160, height=120, length=190, target_width=30, target_height=36))
    table = tmp_path / 'states.md'

    result = CliRunner().invoke(
        main, ['states', str(tmp_path / 'clips'), '--output', str(table)], env={'COLUMNS': '80'})

    assert result.exit_code == 0, result.output
    as_it_is, covered = (text.splitlines() for text in table.read_text().split('\n\n'))
    assert [line.split(' | ')[0] for line in as_it_is[2:]] == [
        '| card', '| all (1)', '| 95 % interval']
    _, missed, _, right, tracking, *_ = as_it_is[2].split(' | ')
    assert (missed, right, tracking) == ('0', '189', '100.0%')
    heads, _, row = covered
    cells = dict(zip(heads.split(' | '), row.split(' | '), strict=True))
    assert cells['| scenario (clips)'] == '| recorded, covered for 0.5 s (1)'
    assert cells['found again'] == '1/1'
    assert 'recorded, covered for 0.5 s (1)' in result.output, 'it is folded'
    assert 'found again' in result.output


def test_a_sequence_that_cannot_be_used_costs_no_other(tmp_path: Path) -> None:
    scene = Scene(width=160, height=120, length=190, target_width=30, target_height=36)
    for name in ('broken', 'short', 'whole'):
        write_sequence(tmp_path / name, scene)
    (tmp_path / 'broken' / 'img' / '0100.jpg').write_bytes(b'')
    truth = tmp_path / 'short' / 'groundtruth_rect.txt'
    truth.write_text(''.join(truth.read_text().splitlines(keepends=True)[:-1]))

    result = CliRunner().invoke(main, ['states', str(tmp_path)])

    assert result.exit_code == 1
    assert 'recorded, covered for 0.5 s (1)' in result.stdout
    assert 'all (1)' in result.stdout
    assert '0100.jpg cannot be read: it is empty' in result.stderr
    assert result.stderr.splitlines()[-1].startswith('short: ')


def test_sequences_that_are_too_short_to_be_covered_are_followed_as_they_are(
    tmp_path: Path,
) -> None:
    write_sequence(tmp_path / 'card')

    result = CliRunner().invoke(main, ['states', str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert 'all (1)' in result.stdout
    assert 'covered' not in result.stdout


def test_only_sequences_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    write_sequence(tmp_path / 'card')
    (tmp_path / 'card' / 'img' / '0004.jpg').write_bytes(b'')

    result = CliRunner().invoke(main, ['states', str(tmp_path)])

    assert result.exit_code == 2
    assert '0004.jpg cannot be read: it is empty' in result.stderr
    assert result.stderr.count('\n') == 1
