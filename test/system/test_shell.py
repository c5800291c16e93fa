"""Commands in messages can be pasted, whatever the paths in them hold."""

from __future__ import annotations

import io
import os
from pathlib import Path
import subprocess
import sys

import pytest

from rat_tracker.system.shell import make_variable
from rat_tracker.system.shell import shell_path
from rat_tracker.system.shell import shell_word

NAMES = ['plain', 'HDD Data', "it's", 'a"b', '$HOME', '`id`', 'a;b&c|d', '*?[x]', '~', '#1', '50%',
         '-rf', '--src', 'two\nlines', 'tab\tand\x1b[31m', 'back\\slash', "both'\\\n", 'résultats',
         '追跡', os.fsdecode(b'caf\xe9'), os.fsdecode(b'\xff1'), '!$', '']


def words(command: str) -> list[str]:
    """Return what bash makes of words."""
    done = subprocess.run(['bash', '-c', f'printf "%s\\0" {command}'], capture_output=True,
                          check=True)
    return [os.fsdecode(word) for word in done.stdout.split(b'\0')[:-1]]


@pytest.fixture(params=['utf-8', 'ascii'])
def _terminal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ('stdout', 'stderr'):
        monkeypatch.setattr(sys, name, io.TextIOWrapper(io.BytesIO(), request.param))


@pytest.mark.usefixtures('_terminal')
@pytest.mark.parametrize('name', NAMES)
def test_a_shell_reads_the_word_as_it_was(name: str) -> None:
    word = shell_word(name)

    assert words(word) == [name]
    assert word.isprintable()  # on one line, in letters that this terminal shows
    word.encode(sys.stdout.encoding)


@pytest.mark.parametrize('name', [name for name in NAMES if name])
def test_a_path_is_no_option(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    listed = subprocess.run(['bash', '-c', f'cat {shell_path(name)}'], cwd=tmp_path, check=False)

    assert listed.returncode == 0


@pytest.mark.parametrize('name', [name for name in NAMES if name])
def test_make_hands_the_path_on_as_it_was(tmp_path: Path, name: str) -> None:
    (tmp_path / 'Makefile').write_text(
        'VIDEO ?=\nexport VIDEO\nall:\n\t@printf "%s\\0" $(if $(VIDEO),--video "$$VIDEO")\n')

    # Not what a make that runs these tests hands down.
    variables = {key: value for key, value in os.environ.items() if not key.startswith('MAKE')}
    done = subprocess.run(['bash', '-c', f'make {make_variable("VIDEO", name)}'], cwd=tmp_path,
                          env=variables, capture_output=True, check=True)

    expected = f'./{name}' if name.startswith('-') else name
    assert done.stdout == b'--video\0' + os.fsencode(expected) + b'\0'
