"""The recipes, one file each, by name. Importing this imports none of them: each needs torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rat_tracker.training.recipe import Recipe

__all__ = ['RECIPES', 'load_recipe']


def _box_head() -> Recipe:
    from rat_tracker.training.recipes.box_head import RECIPE  # noqa: PLC0415, see above

    return RECIPE


def _tuned_box_head() -> Recipe:
    from rat_tracker.training.recipes.tuned_box_head import RECIPE  # noqa: PLC0415, see above

    return RECIPE


_LOADERS = {'box_head': _box_head, 'tuned_box_head': _tuned_box_head}

RECIPES = tuple(_LOADERS)


def load_recipe(name: str) -> Recipe:
    """Return a recipe.

    :param name: one of ``RECIPES``
    """
    return _LOADERS[name]()
