"""From a checkpoint to weights that a tracker loads."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import safetensors.torch
import tomli_w

from rat_tracker.system.files import write_whole
from rat_tracker.training.checkpoints import Checkpoint
from rat_tracker.training.errors import TrainingError
from rat_tracker.weights.trained import TrainedWeights


def export(checkpoint: Checkpoint, name: str, folder: Path) -> TrainedWeights:
    """Write the best weights of a training, and what is known of them.

    The manifest is written first: until both are there, the checksum refuses what is.

    :param name: of the files
    :return: what loads them
    :raises TrainingError: there was no validation yet, so that no weights are the best
    :raises OSError: a file cannot be written
    """
    if not checkpoint.best:
        raise TrainingError('there was no validation yet, so that no weights are the best; '
                            'go on with --resume')
    content = safetensors.torch.save(
        {key: tensor.contiguous() for key, tensor in sorted(checkpoint.best.items())})
    weights = TrainedWeights(name, folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(weights.manifest_path, tomli_w.dumps(
        _manifest(checkpoint, hashlib.sha256(content).hexdigest())))
    write_whole(weights.path, content)
    return weights


def _manifest(checkpoint: Checkpoint, sha256: str) -> dict[str, Any]:
    return {
        'sha256': sha256, 'recipe': checkpoint.recipe, 'version': checkpoint.version,
        **checkpoint.settings, 'figures': checkpoint.figures}
