"""What a program says reaches any terminal, and what does not take it ends no work."""

from __future__ import annotations

from collections.abc import Mapping
import os
from pathlib import Path
import subprocess
import sys

import click
from click.testing import CliRunner
import pytest

from rat_tracker.system.program import make_console
from rat_tracker.system.program import Program

_LINES = 3000  # more than a pipe holds


@click.command(cls=Program)
@click.argument('file', type=click.Path(path_type=Path))
@click.option('--fail', is_flag=True)
def work(file: Path, fail: bool) -> None:
    """Print much, and then write a file: the work."""
    console = make_console()
    for _ in range(_LINES):
        console.print('results in /tmp/résultats', soft_wrap=True)
    with file.open('w') as opened:
        print('told', flush=True)
        opened.write('worked')
    if fail:
        raise click.ClickException('half of it')


def run(
    command: str, file: Path, variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run a shell's command in which WORK is the program."""
    program = f'"{sys.executable}" "{__file__}" "{file}"'
    return subprocess.run(
        ['bash', '-o', 'pipefail', '-c', command.replace('WORK', program)], capture_output=True,
        env={**os.environ, **(variables or {})}, check=False)


TERMINALS = {
    'ASCII': {'PYTHONIOENCODING': 'ascii'},
    'Latin-1': {'PYTHONIOENCODING': 'latin-1'},
    'UTF-8': {'PYTHONIOENCODING': 'utf-8'},
    'C': {'LC_ALL': 'C', 'PYTHONUTF8': '0', 'PYTHONCOERCECLOCALE': '0'},
    'unbuffered': {'PYTHONIOENCODING': 'ascii', 'PYTHONUNBUFFERED': '1'},
}


@pytest.mark.parametrize('terminal', TERMINALS)
def test_a_terminal_of_few_letters_is_told_with_others(tmp_path: Path, terminal: str) -> None:
    done = run('WORK', tmp_path / 'file', TERMINALS[terminal])

    assert done.returncode == 0, done.stderr
    first = done.stdout.splitlines()[0]
    assert first.startswith(b'results in /tmp/r')
    assert first.endswith(b'sultats')
    assert done.stderr == b''


@pytest.mark.parametrize('command', ['WORK | head -n 1', 'WORK >&-', 'WORK >&- 2>&-', 'WORK <&-'])
def test_who_does_not_listen_keeps_nobody_from_working(tmp_path: Path, command: str) -> None:
    done = run(command, tmp_path / 'file')

    assert (done.returncode, done.stderr) == (0, b'')
    # Nor is what is printed written into the file that took the number of a closed stream.
    assert (tmp_path / 'file').read_text() == 'worked'


@pytest.mark.parametrize('command', ['WORK --fail | head -n 1', 'WORK --fail >&-'])
def test_a_failure_is_one_whoever_listens(tmp_path: Path, command: str) -> None:
    done = run(command, tmp_path / 'file')

    assert (done.returncode, done.stderr) == (1, b'Error: half of it\n')


@pytest.mark.skipif(not Path('/dev/full').exists(), reason='there is no /dev/full')
def test_words_that_a_full_disk_does_not_take_are_missed_in_one_line(tmp_path: Path) -> None:
    done = run('WORK > /dev/full', tmp_path / 'file')

    assert done.returncode == 1
    assert done.stderr == (b'Error: standard output cannot be written: No space left on device; '
                           b'what is printed is lost\n')
    assert (tmp_path / 'file').read_text() == 'worked'


def test_what_a_test_captures_is_left_in_its_place(tmp_path: Path) -> None:
    result = CliRunner().invoke(work, [str(tmp_path / 'file')])

    assert result.output.count('résultats') == _LINES


def test_brackets_and_colons_of_a_path_are_printed_as_they_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    make_console().print('/data/[red]/[/tmp]/:smile:', soft_wrap=True)

    assert capsys.readouterr().out == '/data/[red]/[/tmp]/:smile:\n'


if __name__ == '__main__':
    work()
