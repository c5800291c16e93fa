"""Recorded sequences with true boxes, in the layouts of the field's benchmarks.

A layout is recognised by the files that are there. Whatever the files count from, coordinates in
memory have their origin in the image's top left corner (``rat_tracker.geometry``).
"""

from __future__ import annotations

from pathlib import Path

from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.layouts import Dataset
from rat_tracker.datasets.layouts import open_dataset
from rat_tracker.datasets.sequence import Sequence

__all__ = ['Dataset', 'DatasetError', 'Sequence', 'load_dataset', 'open_dataset']


def load_dataset(folder: Path) -> list[Sequence]:
    """Return the sequences of a data set, in the order of their folders; images are not read.

    :raises DatasetError: nothing is there, or a sequence is not as it should be
    """
    return open_dataset(folder).sequences
