"""``rat_tracker engine``: build engines for NVIDIA GPUs before they are needed."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from rat_tracker.cli.refusal import Refusal
from rat_tracker.cli.refusal import refusing

if TYPE_CHECKING:
    from rat_tracker.engines.cache_entry import EngineKey
    from rat_tracker.engines.workload import Workload

_CACHE = click.option(
    '--cache', type=click.Path(path_type=Path), metavar='DIR',
    help='Where engines are kept; without it, where trackers look for them.')


@click.group()
def engine() -> None:
    """Build engines for NVIDIA GPUs before they are needed, and list them."""


@engine.command()
@click.option('--tracker', default='rat', show_default=True, metavar='NAME',
              help='Options may follow the name, as in rat:patch_side=128.')
@click.option('--engine', 'name', default='tensorrt_rtx', show_default=True, metavar='NAME',
              help='What is to run the network: tensorrt or tensorrt_rtx.')
@click.option('--capability', 'capabilities', multiple=True, metavar='NUMBER',
              help="A GPU's compute capability, as in 8.6, once for each; without it, that of "
              'the GPU in this machine. tensorrt_rtx only; it needs no GPU to build.')
@click.option('--precision', default='auto', show_default=True, metavar='NAME',
              help='float32 or float16; auto is what trackers take unless told otherwise.')
@_CACHE
def build(
    tracker: str, name: str, capabilities: tuple[str, ...], precision: str, cache: Path | None,
) -> None:
    """Build the engines of every network that a tracker runs."""
    # Whoever asks for help does not wait for torch.
    from rat_tracker.engines.cache import EngineCache  # noqa: PLC0415
    from rat_tracker.weights import WeightsError  # noqa: PLC0415

    with refusing(ValueError, WeightsError):
        kept = EngineCache(cache)
        for key, build_engine in _recipes(tracker, name, precision, capabilities):
            if kept.fetch(key) is not None:
                click.echo(f'there already: {key}')
                continue
            click.echo(f'building: {key}')
            kept.get_or_build(key, build_engine)
        click.echo(f'engines are in {kept.folder}')


@engine.command(name='list')
@_CACHE
def list_engines(cache: Path | None) -> None:
    """List the engines that were built, and what is wrong with those that are not trusted."""
    from rat_tracker.engines.cache import EngineCache  # noqa: PLC0415

    kept = EngineCache(cache)
    with refusing(ValueError):
        entries = kept.entries()
    for entry in entries:
        if entry.key is None:
            click.echo(f'not used: {entry.path}: {entry.problem}')
        else:
            click.echo(f'{entry.key}, built by {", ".join(entry.key.versions)}, '
                       f'{entry.size / 1e6:.1f} MB')
    click.echo(f'{len(entries)} in {kept.folder}')


def _recipes(
    tracker: str, name: str, precision: str, capabilities: tuple[str, ...],
) -> Iterator[tuple[EngineKey, Callable[[], bytes]]]:
    """Yield the key of every engine that is wanted, and what builds it.

    :raises ValueError: something is unknown, missing, or cannot be
    """
    from rat_tracker.engines.choice import choose_engine  # noqa: PLC0415
    from rat_tracker.engines.choice import require_packages  # noqa: PLC0415
    from rat_tracker.engines.precision import choose_precision  # noqa: PLC0415
    from rat_tracker.engines.precision import require_precision  # noqa: PLC0415

    require_precision(precision)
    if name == 'tensorrt_rtx':
        require_packages(name)
        wanted = capabilities or _local_capability()
    else:
        choose_engine(name)
        if name != 'tensorrt':
            raise Refusal(f'engine {name!r} runs networks as they are: there is nothing to build; '
                          'name tensorrt or tensorrt_rtx with --engine')
        if capabilities:
            raise Refusal("engine 'tensorrt' is built for the GPU in this machine; leave "
                          '--capability out')
        wanted = ('',)
    precision = choose_precision(precision, name, 'cuda')
    for workload in _workloads(tracker):
        for capability in wanted:
            yield _recipe(workload, precision, capability)


def _recipe(
    workload: Workload, precision: str, capability: str,
) -> tuple[EngineKey, Callable[[], bytes]]:
    """Return an engine's key and what builds it; for TensorRT if there is no capability."""
    if capability:
        from rat_tracker.engines.rtx_build import prepare  # noqa: PLC0415
        return prepare(workload, precision, capability)
    from rat_tracker.engines.tensorrt_build import build  # noqa: PLC0415
    from rat_tracker.engines.tensorrt_build import key_of  # noqa: PLC0415
    return key_of(workload, precision), lambda: build(workload, precision)


def _local_capability() -> tuple[str, ...]:
    from rat_tracker.engines.choice import choose_engine  # noqa: PLC0415
    from rat_tracker.engines.choice import EngineUnavailable  # noqa: PLC0415

    try:
        choose_engine('tensorrt_rtx')
    except EngineUnavailable as error:
        raise Refusal(f'{error.what}; say which GPUs to build for, as in --capability 8.6'
                      ) from None
    from rat_tracker.engines.rtx_build import local_capability  # noqa: PLC0415

    return (local_capability(),)


def _workloads(tracker: str) -> list[Workload]:
    """Return what a tracker runs, by making one on the engine that prepares nothing."""
    from rat_tracker.engines.workload import noting_workloads  # noqa: PLC0415
    from rat_tracker.trackers import create_tracker  # noqa: PLC0415

    with noting_workloads() as workloads:
        create_tracker(tracker, engine='torch', device='cpu')
    return workloads
