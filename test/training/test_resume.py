"""A training that was interrupted and goes on ends with the same bits as one that was not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support_recipes import request
from support_recipes import small_recipe
from support_recipes import STEPS
from support_recipes import until
import torch

from rat_tracker.training.checkpoints import NAME
from rat_tracker.training.checkpoints import read_checkpoint
from rat_tracker.training.errors import TrainingError
from rat_tracker.training.run import train

pytestmark = pytest.mark.needs('matplotlib')
BROKEN_OFF = 9  # steps: between two validations, and the pool's oldest pairs are replaced


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a whole training and one that was broken off."""
    folder = tmp_path_factory.mktemp('trainings')
    assert train(small_recipe(), request(folder, 'whole'), lambda _: until()).finished
    assert not train(
        small_recipe(), request(folder, 'broken'), lambda _: until(BROKEN_OFF)).finished
    return folder


def test_it_goes_on_to_the_same_weights_figures_and_curves(folder: Path) -> None:
    broken = read_checkpoint(folder / 'broken' / NAME)
    assert broken.step == BROKEN_OFF

    outcome = train(small_recipe(), request(folder, 'broken', resume=True), lambda _: until())

    assert outcome.finished
    whole, resumed = (read_checkpoint(folder / name / NAME) for name in ('whole', 'broken'))
    for group in ('network', 'optimizer', 'best'):
        expected, found = getattr(whole, group), getattr(resumed, group)
        assert expected.keys() == found.keys() != set()
        for name, tensor in expected.items():
            assert torch.equal(tensor, found[name]), f'{group} {name}'
    # As text, where nan equals nan.
    assert repr(resumed.history) == repr(whole.history)
    assert resumed.step == whole.step == STEPS
    for name in ('log.csv', 'curves.png'):
        assert (folder / 'broken' / name).read_bytes() == (folder / 'whole' / name).read_bytes()


def test_another_seed_gives_other_weights(folder: Path) -> None:
    train(small_recipe(), request(folder, 'other', seed=1), lambda _: until())

    whole, other = (read_checkpoint(folder / name / NAME) for name in ('whole', 'other'))
    assert any(not torch.equal(tensor, other.network[name])
               for name, tensor in whole.network.items())


def test_a_training_that_is_there_is_not_begun_again(folder: Path) -> None:
    with pytest.raises(TrainingError, match='is there already; go on from it with --resume'):
        train(small_recipe(), request(folder, 'whole'), lambda _: until())


def test_there_has_to_be_something_to_go_on_from(folder: Path) -> None:
    with pytest.raises(TrainingError, match='does not exist; there is nothing to go on from'):
        train(small_recipe(), request(folder, 'none', resume=True), lambda _: until())


@pytest.mark.parametrize(('changes', 'fault'), [
    ({'seed': 3}, 'was begun with seed 0, not 3'),
    ({'steps': STEPS + 1}, f'was begun with steps {STEPS}, not {STEPS + 1}'),
    ({'memory': 0.0}, 'was begun with pool 3500000.0, not 0.0'),
])
def test_other_options_than_it_was_begun_with_are_refused(
    folder: Path, changes: dict[str, float], fault: str,
) -> None:
    asked = replace(request(folder, 'whole', resume=True), **changes)  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match=fault):
        train(small_recipe(), asked, lambda _: until())


@pytest.mark.parametrize('changes', [{'name': 'corner_head'}, {'version': 99}])
def test_a_checkpoint_of_another_recipe_or_version_is_refused(
    folder: Path, changes: dict[str, str],
) -> None:
    recipe = replace(small_recipe(), **changes)  # type: ignore[arg-type]
    with pytest.raises(TrainingError, match=f'is of recipe box_head, version .*, not of '
                                            f'{recipe.name}, version {recipe.version}'):
        train(recipe, request(folder, 'whole', resume=True), lambda _: until())
