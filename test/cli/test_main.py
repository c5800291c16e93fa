"""The command itself."""

from __future__ import annotations

import re
import subprocess
import sys

from click.testing import CliRunner
import pytest

from rat_tracker import __version__
from rat_tracker.cli import main


def test_help_names_every_verb() -> None:
    outcome = CliRunner().invoke(main, ['--help'])

    assert outcome.exit_code == 0
    named = re.findall(r'^  (\w+) ', outcome.output.partition('Commands:')[2], re.MULTILINE)
    assert named == ['benchmark', 'calibrate', 'doctor', 'engine', 'profile', 'states', 'track',
                     'train', 'trax', 'vot']


def test_version_is_printed() -> None:
    assert __version__ in CliRunner().invoke(main, ['--version']).output


@pytest.mark.parametrize('verb', [[], ['benchmark'], ['engine', 'build'], ['profile'],
                                  ['track'], ['trax'], ['doctor']])
def test_help_does_not_wait_for_torch(verb: list[str]) -> None:
    code = ('import sys; from rat_tracker.cli import main\n'
            'try: main()\n'
            'finally: print("torch" in sys.modules)')
    outcome = subprocess.run(
        [sys.executable, '-c', code, *verb, '--help'],
        check=True, capture_output=True, text=True)

    assert outcome.stdout.endswith('False\n')


def test_unknown_verb_is_refused() -> None:
    outcome = CliRunner().invoke(main, ['walk'])

    assert outcome.exit_code == 2
    assert "No such command 'walk'" in outcome.stderr
