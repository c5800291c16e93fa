"""Every recipe can be trained, from clips to weights that its network takes."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner
import pytest

from rat_tracker.cli import main
from rat_tracker.training.recipes import load_recipe
from rat_tracker.training.recipes import RECIPES

pytestmark = pytest.mark.needs('matplotlib', 'tomli_w')


@pytest.mark.parametrize('name', RECIPES)
def test_its_check_runs_everything_and_leaves_nothing_behind(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = CliRunner().invoke(main, ['train', name, '--check'], catch_exceptions=False)

    assert outcome.exit_code == 0, outcome.output
    assert f'{name} can be trained here' in outcome.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize('name', RECIPES)
def test_it_is_listed_with_what_it_teaches(name: str) -> None:
    outcome = CliRunner().invoke(main, ['train', 'list'])

    words = ' '.join(outcome.stdout.replace('│', ' ').split())
    assert load_recipe(name).name == name
    assert f'{name} {load_recipe(name).version} ' in words
