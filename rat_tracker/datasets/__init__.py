"""Recorded sequences with true boxes, in the layouts of the field's benchmarks.

A layout is recognised by the files that are there. Whatever the files count from, coordinates in
memory have their origin in the image's top left corner (``rat_tracker.geometry``).
"""

from __future__ import annotations

from rat_tracker.datasets.dataset import Dataset
from rat_tracker.datasets.dataset import Fault
from rat_tracker.datasets.errors import DatasetError
from rat_tracker.datasets.layouts import load_dataset
from rat_tracker.datasets.sequence import Sequence

__all__ = ['Dataset', 'DatasetError', 'Fault', 'Sequence', 'load_dataset']
