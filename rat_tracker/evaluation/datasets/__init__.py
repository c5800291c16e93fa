"""Recorded sequences with true boxes, in the layouts of the field's benchmarks.

A layout is recognised by the files that are there. Whatever the files count from, coordinates in
memory have their origin in the image's top left corner (``rat_tracker.geometry``).
"""

from __future__ import annotations

from pathlib import Path

from rat_tracker.evaluation.datasets import otb
from rat_tracker.evaluation.datasets.errors import DatasetError
from rat_tracker.evaluation.datasets.sequence import Sequence


def load_dataset(folder: Path) -> list[Sequence]:
    """Find the sequences of a data set, in the order of their names; images are not read.

    :raises DatasetError: nothing is there, or a sequence is not as it should be
    """
    if not folder.is_dir():
        raise DatasetError(f'data set {folder} is not a folder; name one that holds sequences')
    sequences = otb.load(folder)
    if not sequences:
        raise DatasetError(
            f'{folder} holds no sequence; expected folders with img/*.jpg and '
            'groundtruth_rect.txt')
    return sequences
