"""Weights that this project trained: ``<name>.safetensors`` and ``<name>.toml`` in this folder.

The second says what the first is made of: its checksum, recipe, version, seed, data, figures and
the commit. ``rat_tracker train export`` writes both.
"""

from __future__ import annotations

from dataclasses import dataclass
import hashlib
from pathlib import Path
import sys
from typing import Any

from safetensors import SafetensorError
import safetensors.torch
from torch import Tensor

from rat_tracker.weights import WeightsError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_FOLDER = Path(__file__).resolve().parent
_REMEDY = 'install rat_tracker again, or take the file from its repository'


@dataclass(frozen=True)
class TrainedWeights:
    """Weights in a folder, by name.

    :param folder: the package's own unless it is given
    """

    name: str
    folder: Path = _FOLDER

    @property
    def path(self) -> Path:
        return self.folder / f'{self.name}.safetensors'

    @property
    def manifest_path(self) -> Path:
        return self.folder / f'{self.name}.toml'

    def manifest(self) -> dict[str, Any]:
        """Return what is known of the weights.

        :raises WeightsError: the file is missing or is not what it should be
        """
        try:
            manifest = tomllib.loads(self.manifest_path.read_text('utf-8'))
        except OSError as error:
            raise WeightsError(
                f'{self.manifest_path} cannot be read ({error.strerror}); {_REMEDY}') from error
        except ValueError as error:  # of TOML, and of UTF-8
            raise WeightsError(f'{self.manifest_path} is no TOML; {_REMEDY}') from error
        if not isinstance(manifest.get('sha256'), str):
            raise WeightsError(f'{self.manifest_path} has no sha256; {_REMEDY}')
        return manifest

    def load(self) -> dict[str, Tensor]:
        """Return the checked tensors by name, on the CPU.

        :raises WeightsError: a file is missing, unreadable or has another checksum
        """
        expected = self.manifest()['sha256']
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise WeightsError(
                f'{self.path} cannot be read ({error.strerror}); {_REMEDY}') from error
        found = hashlib.sha256(content).hexdigest()
        if found != expected:
            raise WeightsError(f'{self.path} is corrupt: its SHA-256 is {found[:16]}…, expected '
                               f'{expected[:16]}…; {_REMEDY}')
        try:
            return safetensors.torch.load(content)
        except SafetensorError as error:
            raise WeightsError(f'{self.path} is not a file of tensors; {_REMEDY}') from error
