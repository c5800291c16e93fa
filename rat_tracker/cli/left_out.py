"""How a command ends that did its work without some members of what it was given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rat_tracker.datasets import Dataset
    from rat_tracker.datasets import Fault


def tell_faults(dataset: Dataset) -> None:
    """Say on standard error which sequences are left out, before the work begins."""
    for fault in dataset.faults:
        click.echo(f'left out: {fault}', err=True)


def left_out(faults: Sequence[Fault]) -> list[str]:
    """Return the lines about sequences that were left out, for the end; none if there are none."""
    if not faults:
        return []
    return [f'{len(faults)} sequences cannot be used and were left out:' if len(faults) > 1 else
            '1 sequence cannot be used and was left out:', *map(str, faults)]


def end_unless_whole(lines: Sequence[str]) -> None:
    """End with exit code 1 if there is anything to be said of what is missing.

    :raises click.ClickException: that is so
    """
    if lines:
        raise click.ClickException('\n'.join(lines))
