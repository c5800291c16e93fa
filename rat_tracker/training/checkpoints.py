"""A training on disk, from which it goes on as if it had never been interrupted.

One file of safetensors: the tensors, and in its header, as JSON, all that is no tensor. So it is
there as a whole or not at all, and reading it runs no code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
import json
import math
from pathlib import Path
from typing import Any

from safetensors import safe_open
from safetensors import SafetensorError
import safetensors.torch
from torch import Tensor

from rat_tracker.system.files import write_whole
from rat_tracker.system.shell import shell_path
from rat_tracker.training.errors import TrainingError
from rat_tracker.training.recipe import Recipe

NAME = 'checkpoint.safetensors'
_HEADER = 'training'  # the key of the JSON in the file's header
_GROUPS = 'network', 'best', 'optimizer'


@dataclass
class Checkpoint:
    """What a training has come to.

    :param recipe: its name
    :param version: of the recipe
    :param settings: what the command chose: seed, steps, data and so on
    :param step: steps that are done
    :param network: its weights by name
    :param optimizer: what AdamW keeps of each weight: ``<weight>.exp_avg``,
        ``<weight>.exp_avg_sq``, ``<weight>.step``
    :param best: the weights that were best in validation; empty before the first
    :param figures: the row of the history in which those were the best
    :param history: a row for each validation, see ``rat_tracker.training.curves``
    :param sums: of the parts of the loss, over the steps since the last validation
    """

    recipe: str
    version: int
    settings: dict[str, Any]
    step: int
    network: dict[str, Tensor]
    optimizer: dict[str, Tensor]
    best: dict[str, Tensor] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)
    sums: dict[str, float] = field(default_factory=dict)

    def require(self, recipe: Recipe, path: Path) -> None:
        """Refuse a checkpoint of another recipe, or of another version of it.

        :param path: where it was read from
        :raises TrainingError: it is one
        """
        if (self.recipe, self.version) != (recipe.name, recipe.version):
            raise TrainingError(
                f'{path} is of recipe {self.recipe}, version {self.version}, not of '
                f'{recipe.name}, version {recipe.version}; name another folder with --output')


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint; when that fails, the one before is there still.

    :raises OSError: it cannot be written
    """
    tensors = {f'{group}/{name}': tensor.detach().cpu().contiguous() for group in _GROUPS
               for name, tensor in getattr(checkpoint, group).items()}
    header = {
        'recipe': checkpoint.recipe, 'version': checkpoint.version,
        'settings': checkpoint.settings, 'step': checkpoint.step,
        'sums': checkpoint.sums, 'figures': _with_nulls(checkpoint.figures),
        'history': [_with_nulls(row) for row in checkpoint.history]}
    write_whole(path, safetensors.torch.save(tensors, {_HEADER: json.dumps(header)}))


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint; its tensors are on the CPU.

    :raises TrainingError: there is none, or it is not whole
    """
    groups: dict[str, dict[str, Tensor]] = {group: {} for group in _GROUPS}
    try:
        with safe_open(path, 'pt') as file:
            header = json.loads((file.metadata() or {})[_HEADER])
            for key in file.keys():  # noqa: SIM118 - it is no mapping
                group, _, name = key.partition('/')
                groups[group][name] = file.get_tensor(key)
        return Checkpoint(
            recipe=header['recipe'], version=header['version'], settings=header['settings'],
            step=header['step'], sums=header['sums'], figures=_with_nans(header['figures']),
            history=[_with_nans(row) for row in header['history']], **groups)
    except FileNotFoundError:
        raise TrainingError(f'{path} does not exist; there is nothing to go on from') from None
    except OSError as error:
        raise TrainingError(f'{path} cannot be read: {error.strerror or error}') from error
    except (SafetensorError, KeyError, ValueError, TypeError) as error:
        raise TrainingError(
            f'{path} is no checkpoint, or was cut off; remove it and begin anew: '
            f'rm {shell_path(path)}') from error


def _with_nulls(row: Mapping[str, float]) -> dict[str, float | None]:
    """Return a row as JSON can have it, which knows no nan."""
    return {name: value if math.isfinite(value) else None for name, value in row.items()}


def _with_nans(row: Mapping[str, float | None]) -> dict[str, float]:
    return {name: math.nan if value is None else value for name, value in row.items()}
