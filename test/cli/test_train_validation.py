"""``rat_tracker train validation`` from a user's point of view."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
from click.testing import Result
import pytest
from support_training import write_clip

from rat_tracker.cli import main
from rat_tracker.datasets import load_dataset

pytestmark = pytest.mark.needs('PIL')


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ['train', 'validation', *map(str, arguments)])


def write_clips(folder: Path) -> Path:
    for hue in range(12):  # of which the hash of their names holds back some
        write_clip(folder / f'clip{hue}', hue=hue, frames=2, masks=False)
    return folder


def test_the_clips_that_are_held_back_are_a_data_set(tmp_path: Path) -> None:
    data, output = write_clips(tmp_path / 'data'), tmp_path / 'out'
    for _ in range(2):
        result = run('--data', data, '--output', output)
        assert result.exit_code == 0, result.output
        names = [sequence.name for sequence in load_dataset(output)]
        assert result.stdout == f'{output}: {len(names)} clips that are held back\n'
        assert 0 < len(names) < 12


def test_what_is_left_out_is_told_at_the_end(tmp_path: Path) -> None:
    data = write_clips(tmp_path / 'data')
    (data / 'clip0' / 'groundtruth_rect.txt').write_text('1,2,3\n')
    result = run('--data', data, '--output', tmp_path / 'out')
    assert result.exit_code == 1
    assert '1 sequence cannot be used and was left out:\nclip0: ' in result.stderr


def test_bad_input_is_one_line(tmp_path: Path) -> None:
    data = write_clips(tmp_path / 'data')
    (tmp_path / 'empty').mkdir()
    (tmp_path / 'file').touch()
    for arguments, fault in [
        (('--data', tmp_path / 'missing', '--output', tmp_path / 'out'), 'does not exist'),
        (('--data', tmp_path / 'empty', '--output', tmp_path / 'out'), 'holds no sequence'),
        (('--data', data, '--output', tmp_path / 'file'), 'cannot be written'),
    ]:
        result = run(*arguments)
        assert result.exit_code == 2
        assert fault in result.stderr
        assert len(result.stderr.splitlines()) == 1
