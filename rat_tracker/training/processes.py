"""The processes that train together, as torch's own launcher ``torchrun`` starts them.

Each has its part of every batch; gradients are averaged over all (DistributedDataParallel). A
training that was not started by ``torchrun`` is one process, and runs the same code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import os

import torch
from torch import distributed
from torch import nn
from torch.nn.parallel import DistributedDataParallel

from rat_tracker.training.errors import TrainingError


@dataclass(frozen=True)
class Processes:
    """Which of how many processes this is.

    :param rank: from 0; that one alone writes
    :param device: what this process trains on
    """

    rank: int
    count: int
    device: torch.device

    def share(self, batch: int) -> int:
        """Return how many pairs of a batch are this process's.

        :raises TrainingError: they cannot be shared equally
        """
        if batch % self.count:
            raise TrainingError(f'a batch of {batch} pairs cannot be shared by {self.count} '
                                'processes; start a number that divides it')
        return batch // self.count

    def together(self, network: nn.Module) -> nn.Module:
        """Return a module whose gradients are those of all processes; the same if it is alone."""
        return DistributedDataParallel(network) if self.count > 1 else network

    def any(self, flag: bool) -> bool:
        """Return whether any process says so; all have to ask."""
        if self.count == 1:
            return flag
        told = torch.tensor(float(flag), device=self.device)
        distributed.all_reduce(told, distributed.ReduceOp.MAX)
        return bool(told)

    def agree(self, number: int) -> int:
        """Return the number of the first process; all have to ask."""
        if self.count == 1:
            return number
        told = torch.tensor(number, device=self.device)
        distributed.broadcast(told, 0)
        return int(told)


@contextmanager
def joined_processes(device: torch.device) -> Iterator[Processes]:
    """Yield which process this is, as ``torchrun`` says, and hold the others' connection.

    :param device: ``cpu``, or ``cuda``, of which each process of a machine takes one of its own
    :raises TrainingError: there are fewer GPUs than processes
    """
    count = int(os.environ.get('WORLD_SIZE', '1'))
    if count == 1:
        yield Processes(0, 1, device)
        return
    local = int(os.environ['LOCAL_RANK'])
    if device.type == 'cuda':
        if local >= torch.cuda.device_count():
            raise TrainingError(
                f'this machine has {torch.cuda.device_count()} GPUs for '
                f'{os.environ["LOCAL_WORLD_SIZE"]} processes; start as many as it has')
        torch.cuda.set_device(local)
        device = torch.device('cuda', local)
    distributed.init_process_group('nccl' if device.type == 'cuda' else 'gloo')
    try:
        yield Processes(distributed.get_rank(), count, device)
    finally:
        distributed.destroy_process_group()
