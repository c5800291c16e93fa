"""The recipes, one file each, by name. Importing this imports none of them: each needs torch."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rat_tracker.training.recipe import Recipe

__all__ = ['RECIPES', 'load_recipe']


def _load(module: str, attribute: str = 'RECIPE') -> Recipe:
    recipe: Recipe = getattr(import_module(f'{__name__}.{module}'), attribute)
    return recipe


_LOADERS = {
    'box_head': partial(_load, 'box_head'),
    'tuned_box_head': partial(_load, 'tuned_box_head'),
    'corner_head': partial(_load, 'corner_head'),
    'corner_head_without_masks': partial(_load, 'corner_head', 'WITHOUT_MASKS'),
    'iou_net': partial(_load, 'iou_net'),
    'iou_net_aff': partial(_load, 'iou_net', 'WITH_AFF'),
    'iou_net_sum': partial(_load, 'iou_net', 'WITH_SUM'),
    'iou_net_without_ms_cam': partial(_load, 'iou_net', 'WITHOUT_MS_CAM'),
}

RECIPES = tuple(_LOADERS)


def load_recipe(name: str) -> Recipe:
    """Return a recipe.

    :param name: one of ``RECIPES``
    """
    return _LOADERS[name]()
