"""Which code a training ran."""

from __future__ import annotations

from pathlib import Path
import subprocess

from rat_tracker import __version__

_ROOT = Path(__file__).resolve().parents[2]


def commit() -> str:
    """Return the commit of this repository, with ``-dirty`` behind it where files were changed.

    Where the package lies in no repository of its own, or there is no git: its version.
    """
    try:
        top = _git('rev-parse', '--show-toplevel')
        if Path(top).resolve() == _ROOT:
            return _git('describe', '--always', '--dirty', '--abbrev=40', '--exclude=*')
    except (OSError, subprocess.CalledProcessError):
        pass  # no git, no repository, or one without a commit
    return f'rat_tracker {__version__}'


def _git(*arguments: str) -> str:
    return subprocess.run(['git', '-C', str(_ROOT), *arguments], check=True, capture_output=True,
                          text=True).stdout.strip()
