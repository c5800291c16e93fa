"""Where runs are computed: worker processes of this machine, or a cluster that is there already.

Both are ``dask.distributed``'s. On this machine nothing listens beyond the loopback address, and
the processes trust each other by certificates that live as long as they do: without them every
user of the machine could have them run code.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
import logging
import os

import dask
from distributed import Client
from distributed import LocalCluster

from rat_tracker.evaluation.running.cores import core_shares
from rat_tracker.evaluation.running.cores import QuietShare
from rat_tracker.evaluation.running.fingerprint import code_digest

_CONNECT_SECONDS = 10
_SETTINGS = {
    # Libraries may use every core of a worker's share; the default is one thread each.
    'distributed.nanny.pre-spawn-environ': {},
    # A tracker that exhausts the memory once will do so again.
    'distributed.scheduler.allowed-failures': 0,
    # A sampling profiler has no place beside a measurement.
    'distributed.worker.profile.enabled': False,
    # Nobody looks at a dashboard; what the servers for it would serve is left out.
    'distributed.scheduler.http.routes': [],
    'distributed.worker.http.routes': [],
}


class ClusterError(RuntimeError):
    """A cluster that cannot be used; the message says why and what to do."""


@contextmanager
def local_cluster(workers: int) -> Iterator[Client]:
    """Start worker processes on this machine, each kept to its share of the cores."""
    with dask.config.set(_SETTINGS), LocalCluster(
        n_workers=workers, threads_per_worker=1, processes=True, host='127.0.0.1',
        dashboard_address='127.0.0.1:0', memory_limit=0, silence_logs=logging.ERROR,
        security=True,
    ) as cluster, Client(cluster) as client:
        client.register_plugin(QuietShare(core_shares(os.sched_getaffinity(0), workers)))
        yield client


@contextmanager
def remote_cluster(address: str) -> Iterator[Client]:
    """Use a scheduler that runs already, and the workers that it has.

    :param address: such as ``tcp://192.168.1.20:8786``
    :raises ClusterError: it does not answer, has no worker, or a worker has another version of
        this package
    """
    try:
        client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f'scheduler {address!r} does not answer ({_line(error)}); start one with '
            '`dask scheduler`, and name the address that it prints') from None
    with client:
        if not _workers(client):
            raise ClusterError(
                f'scheduler {address} has no worker; start one on each machine with '
                f'`dask worker {address} --nthreads 1`')
        here = code_digest()
        for worker, outcome in client.run(code_digest, on_error='return').items():
            if outcome != here:
                found = (_line(outcome) if isinstance(outcome, Exception)
                         else 'rat_tracker, or a library of requirements/runtime.txt, differs')
                raise ClusterError(
                    f'worker {worker} would not measure the same ({found}); install the same '
                    'versions there')
        yield client


def _workers(client: Client) -> list[str]:
    return sorted(client.scheduler_info(n_workers=-1)['workers'])


def _line(error: Exception) -> str:
    return ' '.join(f'{type(error).__name__}: {error}'.split())
